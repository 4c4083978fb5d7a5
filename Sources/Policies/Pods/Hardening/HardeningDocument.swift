import Images

/// A document of kind `Hardening`.
enum HardeningDocument: PolicyDocument {
  static let title = "a Hardening (pratique.dev/v1)"

  static func isMeant(by document: DocumentNode) -> Bool { PratiqueDocument.isMeant(by: document, kind: "Hardening") }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    draft.workloads.append(try Hardening(document))
  }
}

extension Hardening {
  /// Reads `apiVersion: pratique.dev/v1, kind: Hardening`. A bit that is not mentioned is off.
  ///
  /// - Throws: `DocumentError` that points at the fault, also for a document under which nothing would change.
  package init(_ document: DocumentNode) throws(DocumentError) {
    let document = try PratiqueDocument(document)
    let spec = document.spec
    name = "Hardening \(document.name)"
    try spec.onlyKeys(["match", "enforcement", "whenUnset", "bits"])
    let match = spec["match"]
    try match?.onlyKeys(["namespaces", "selector", "kinds"])
    scope = try match?.scope() ?? .everywhere
    selector = try match?["selector"].map(HardeningBits.selector)
    kinds = try match?["kinds"].map(Self.kinds) ?? ["Pod"]
    enforcement = try spec["enforcement"]?.enforcement() ?? .block
    whenUnset = try spec["whenUnset"]?.enforcement() ?? .warn
    bits = try HardeningBits.all(spec.required("bits"))
  }

  private static func kinds(_ node: DocumentNode) throws(DocumentError) -> Set<String> {
    let known = Set(podTemplates.keys.map(\.kind))
    var kinds: Set<String> = []
    for (text, element) in try node.filledList() {
      guard known.contains(text) else {
        throw element.error(
          "\"\(printable(text))\" is no kind with a pod that is known",
          remedy: "Use one of: \(known.sorted().joined(separator: ", ")).")
      }
      kinds.insert(text)
    }
    return kinds
  }
}
