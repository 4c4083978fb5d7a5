package import Images

/// What a statement claims, as far as policies ask. Members that nobody asks for may be anything.
package enum Predicate: Hashable, Sendable {
  case provenance(SLSAProvenance)
  case spdx(SPDXDocument)
  case cycloneDX(CycloneDXDocument)
  case vulnerabilityScan(VulnerabilityScan)
  case openVEX(OpenVEXDocument)
  case verificationSummary(VerificationSummary)
  /// Of a type that is not read.
  case other

  /// Reads what a predicate of `type` holds.
  ///
  /// - Throws: `JSONError.invalid` when it lacks what its type demands, or holds something else in its place.
  package init(_ node: JSONNode, type: String) throws(JSONError) {
    switch type {
    case SLSAProvenance.typeOfVersion1: self = .provenance(try SLSAProvenance(version1: node))
    case SLSAProvenance.typeOfVersion02: self = .provenance(try SLSAProvenance(version02: node))
    case SPDXDocument.predicateType: self = .spdx(try SPDXDocument(node))
    case CycloneDXDocument.predicateType: self = .cycloneDX(try CycloneDXDocument(node))
    case VulnerabilityScan.predicateType: self = .vulnerabilityScan(try VulnerabilityScan(node))
    case OpenVEXDocument.predicateType: self = .openVEX(try OpenVEXDocument(node))
    case VerificationSummary.predicateType: self = .verificationSummary(try VerificationSummary(node))
    default: self = .other
    }
  }
}

/// Members of predicates: absent and null are nil, and another kind of value than was meant is refused, never skipped.
extension JSONNode {
  func textMember(_ key: String) throws(JSONError) -> String? {
    guard let node = self[key], !node.isNull else { return nil }
    guard let text = node.string else { throw .invalid(offset: 0, "\(key) is no text") }
    return text
  }

  func demandedText(_ key: String, of what: String) throws(JSONError) -> String {
    guard let text = try textMember(key), !text.isEmpty else { throw .invalid(offset: 0, "\(what) has no \(key)") }
    return text
  }

  func objectMember(_ key: String) throws(JSONError) -> JSONNode? {
    guard let node = self[key], !node.isNull else { return nil }
    guard node.isObject else { throw .invalid(offset: 0, "\(key) is no object") }
    return node
  }

  func demandedObject(_ key: String, of what: String) throws(JSONError) -> JSONNode {
    guard let node = try objectMember(key) else { throw .invalid(offset: 0, "\(what) has no \(key)") }
    return node
  }

  func listMember(_ key: String) throws(JSONError) -> [JSONNode] {
    guard let node = self[key], !node.isNull else { return [] }
    guard node.isArray else { throw .invalid(offset: 0, "\(key) is no array") }
    return node.elements
  }

  func textMembers(_ key: String) throws(JSONError) -> [String] {
    var found: [String] = []
    for node in try listMember(key) {
      guard let text = node.string else { throw .invalid(offset: 0, "\(key) holds something else than text") }
      found.append(text)
    }
    return found
  }

  /// An object of texts; digest sets are such.
  func textsByKey(_ key: String) throws(JSONError) -> [String: String] {
    var found: [String: String] = [:]
    for (name, node) in try objectMember(key)?.members ?? [] {
      guard let text = node.string else { throw .invalid(offset: 0, "\(key) holds something else than text") }
      found[name] = text
    }
    return found
  }
}
