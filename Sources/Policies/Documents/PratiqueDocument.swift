/// What the documents of our own kinds have in common: `apiVersion: pratique.dev/v1`, a kind, a name, a spec.
package struct PratiqueDocument {
  static let apiVersion = "pratique.dev/v1"

  let name: String
  let spec: DocumentNode

  /// Whether `document` is of the given kind of ours, whatever its version.
  static func isMeant(by document: DocumentNode, kind: String) -> Bool {
    guard let version = try? document["apiVersion"]?.string(), version.hasPrefix("pratique.dev/") else { return false }
    return (try? document["kind"]?.string()) == kind
  }

  /// - Throws: `DocumentError` for another version, an unknown key, or a name or spec that is missing.
  init(_ document: DocumentNode) throws(DocumentError) {
    try document.onlyKeys(["apiVersion", "kind", "metadata", "spec"])
    let version = try document.required("apiVersion")
    guard try version.string() == Self.apiVersion else {
      throw version.error("this version is not known", remedy: "Write \(Self.apiVersion).")
    }
    let metadata = try document.required("metadata")
    try metadata.onlyKeys(["name", "labels", "annotations"])
    name = try metadata.required("name").word()
    spec = try document.required("spec")
  }
}

extension DocumentNode {
  /// What follows when a rule does not hold: `block`, `dryRun`, `warn` or `audit`.
  func enforcement() throws(DocumentError) -> Enforcement {
    switch try choice(["block", "dryRun", "warn", "audit"]) {
    case "dryRun": .dryRun
    case "warn": .warn
    case "audit": .audit
    default: .block
    }
  }

  /// Where a policy applies, by its `namespaces`; everywhere when there is no such key.
  func scope() throws(DocumentError) -> PolicyScope {
    guard let namespaces = self["namespaces"] else { return .everywhere }
    return .namespaces(Set(try namespaces.words()))
  }
}
