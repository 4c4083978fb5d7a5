import Images

/// An inventory in CycloneDX, counted.
///
/// Source: CycloneDX 1.2 to 1.6, JSON; in-toto predicate `https://cyclonedx.org/bom`.
package struct CycloneDXDocument: Hashable, Sendable {
  package static let predicateType = "https://cyclonedx.org/bom"

  /// As written: `1.5`.
  package let version: String
  /// Components inside components are counted too.
  package let componentCount: Int
  /// Components of which nobody says which version they are.
  package let unversionedCount: Int
  /// RFC 3339, as written; nil when it does not say.
  package let created: String?

  init(_ node: JSONNode) throws(JSONError) {
    guard try node.textMember("bomFormat") == "CycloneDX" else { throw .invalid(offset: 0, "it is no CycloneDX document") }
    version = try node.demandedText("specVersion", of: "the CycloneDX document")
    var waiting = try node.listMember("components")
    var counted = 0
    var unversioned = 0
    while let component = waiting.popLast() {
      _ = try component.demandedText("name", of: "a component")
      if try component.textMember("version")?.isEmpty ?? true { unversioned += 1 }
      counted += 1
      waiting += try component.listMember("components")
    }
    componentCount = counted
    unversionedCount = unversioned
    created = try node.objectMember("metadata")?.textMember("timestamp")
  }
}
