import Images

/// What somebody says about vulnerabilities of products: which of them matter, and why the others do not.
///
/// Source: OpenVEX 0.2.0, which also allows the shorter forms of 0.0.x.
package struct OpenVEXDocument: Hashable, Sendable {
  package static let predicateType = "https://openvex.dev/ns"

  /// What can be said of a vulnerability.
  package enum Status: String, Sendable {
    case affected, fixed
    case notAffected = "not_affected"
    case underInvestigation = "under_investigation"
  }

  /// One claim about one vulnerability.
  package struct Statement: Hashable, Sendable {
    package let vulnerability: String
    /// Ids of products, package URLs as a rule. Empty means the subject of the in-toto statement.
    package let products: [String]
    package let status: Status
    package let justification: String?
  }

  package let author: String
  /// RFC 3339, as written; nil when it does not say.
  package let timestamp: String?
  /// In the order written: of two about the same the later one counts.
  package let statements: [Statement]

  init(_ node: JSONNode) throws(JSONError) {
    guard let context = try node.textMember("@context"), context.hasPrefix("https://openvex.dev/ns") else {
      throw .invalid(offset: 0, "it is no OpenVEX document")
    }
    author = try node.demandedText("author", of: "the OpenVEX document")
    timestamp = try node.textMember("timestamp")
    var statements: [Statement] = []
    for statement in try node.listMember("statements") { statements.append(try Statement(statement)) }
    self.statements = statements
  }
}

extension OpenVEXDocument.Statement {
  fileprivate init(_ node: JSONNode) throws(JSONError) {
    let what = "a statement"
    vulnerability =
      if let name = node["vulnerability"]?.string { name } else {
        try node.demandedObject("vulnerability", of: what).demandedText("name", of: "a vulnerability")
      }
    guard let status = OpenVEXDocument.Status(rawValue: try node.demandedText("status", of: what)) else {
      throw .invalid(offset: 0, "a statement has an unknown status")
    }
    self.status = status
    justification = try node.textMember("justification")
    let impact = try node.textMember("impact_statement")
    guard status != .notAffected || justification != nil || impact != nil else {
      throw .invalid(offset: 0, "a statement says not_affected and not why")
    }
    var products: [String] = []
    for product in try node.listMember("products") {
      if let id = product.string {
        products.append(id)
      } else {
        products.append(try product.demandedText("@id", of: "a product"))
      }
    }
    self.products = products
  }
}
