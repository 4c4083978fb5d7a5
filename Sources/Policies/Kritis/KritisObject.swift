import Attestations
import Images

/// An object of Kritis' group, read strictly: what it is called, where it stands, and what it says.
///
/// Source: Kritis, group `kritis.grafeas.io/v1beta1`.
struct KritisObject {
  private static let group = "kritis.grafeas.io/"
  private static let version = "kritis.grafeas.io/v1beta1"
  /// Source: Kubernetes API reference, ObjectMeta.
  private static let metadataKeys = [
    "name", "generateName", "namespace", "labels", "annotations", "uid", "resourceVersion", "generation",
    "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "ownerReferences",
    "managedFields", "selfLink",
  ]

  let kind: String
  let name: String
  /// `default` when none is written, as `kubectl` has it; empty for a kind of the whole cluster.
  let namespace: String
  let document: DocumentNode
  let spec: DocumentNode

  /// `ImageSecurityPolicy prod/default`.
  var title: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }

  /// Whether `document` says that it is of this kind, in whatever version.
  static func isMeant(by document: DocumentNode, kind: String) -> Bool {
    guard document.isMapping, (try? document["kind"]?.string()) == kind else { return false }
    return (try? document["apiVersion"]?.string())?.hasPrefix(group) ?? false
  }

  /// - Throws: `DocumentError` for another version, for names that Kubernetes would not take, and for unknown keys.
  init(_ document: DocumentNode, kind: String, isNamespaced: Bool = true) throws(DocumentError) {
    try document.onlyKeys(["apiVersion", "kind", "metadata", "spec"])
    _ = try document.required("apiVersion").choice([Self.version])
    let metadata = try document.required("metadata")
    try metadata.onlyKeys(Self.metadataKeys)
    let name = try metadata.required("name")
    self.kind = kind
    self.name = try Self.label(name, mayHaveDots: true)
    if isNamespaced {
      namespace =
        try metadata["namespace"].map { node throws(DocumentError) in
          try Self.label(node, mayHaveDots: false)
        } ?? "default"
    } else {
      namespace = ""
    }
    self.document = document
    spec = try document.required("spec")
  }

  /// The value of an annotation, which must be one of `choices`; nil when it is absent.
  func annotation(_ key: String, _ choices: [String]) throws(DocumentError) -> String? {
    guard let value = document["metadata"]?["annotations"]?[key] else { return nil }
    return try value.choice(choices)
  }

  /// Source: Kubernetes names, RFC 1123 labels and subdomains.
  private static func label(_ node: DocumentNode, mayHaveDots: Bool) throws(DocumentError) -> String {
    let text = try node.string()
    let limit = mayHaveDots ? 253 : 63
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let isSound = labels.allSatisfy { label in
      !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
    guard isSound, text.utf8.count <= limit, mayHaveDots || labels.count == 1 else {
      throw node.error(
        "\"\(printable(text))\" is no name that Kubernetes takes", remedy: "Write lower-case letters, digits and - between them.")
    }
    return text
  }
}

extension DocumentNode {
  /// The value under whichever of the spellings of one key is there.
  ///
  /// - Throws: `DocumentError` when two are.
  func spelled(_ spellings: String...) throws(DocumentError) -> DocumentNode? {
    var found: DocumentNode?
    for spelling in spellings {
      guard let value = self[spelling] else { continue }
      guard found == nil else {
        throw value.error("it is there twice, in two spellings", remedy: "Keep \(spellings[0]).")
      }
      found = value
    }
    return found
  }

  /// The document itself, or the objects that it lists: a `List`, or `ImageSecurityPolicyList` and its like.
  func listed() throws(DocumentError) -> [DocumentNode] {
    guard isMapping, let kind = try? self["kind"]?.string(), kind.hasSuffix("List"), let items = self["items"] else {
      return [self]
    }
    return try items.elements()
  }

  /// The names of attestation authorities in a list that has some.
  func authorities(of object: KritisObject, in draft: RulebookDraft) throws(DocumentError) -> [Authority] {
    var found: [Authority] = []
    for (_, node) in try filledList() { found.append(try node.authority(of: object, in: draft)) }
    return found
  }

  /// The authority of the object's own namespace that this names.
  func authority(of object: KritisObject, in draft: RulebookDraft) throws(DocumentError) -> Authority {
    let name = try filledString()
    let attestor = draft.kritis.authorities[object.namespace]?[name]
    guard attestor != nil || !draft.knowsAttestors else {
      throw error(
        "there is no AttestationAuthority \(object.namespace)/\(printable(name))",
        remedy: "Add it beside the policy, in the same namespace, or correct the name.")
    }
    return Authority(attestor: AttestationAuthority.attestorName(name, in: object.namespace), note: attestor?.note)
  }
}
