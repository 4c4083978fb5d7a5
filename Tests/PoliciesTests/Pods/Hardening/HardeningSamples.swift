import Foundation
import Images
import Policies
import Testing

/// Hardening as people write it, pods, and what comes of both.
enum HardeningSamples {
  static let every = """
    allowPrivilegeEscalation: MODE
    capabilities: MODE
    seccompProfile: MODE
    appArmorProfile: MODE
    readOnlyRootFilesystem: MODE
    runAsNonRoot: MODE
    automountServiceAccountToken: MODE
    """

  /// A document with these bits.
  static func document(_ bits: String, more: String = "", name: String = "test") -> String {
    let indented = bits.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return """
      apiVersion: pratique.dev/v1
      kind: Hardening
      metadata: {name: \(name)}
      spec:
        bits:
      \(indented)
      \(more)
      """
  }

  static func hardening(_ bits: String, more: String = "") throws -> Hardening {
    try Hardening(DocumentNode(parsing: document(bits, more: more), file: "hardening.yaml"))
  }

  static func rulebook(_ documents: String...) throws -> Rulebook {
    try Rulebook(policies: documents.enumerated().map { PolicyText($1, file: "\($0).yaml") }, attestors: nil)
  }

  static func object(_ yaml: String) throws -> JSONNode { try DocumentNode(parsing: yaml, file: "pod.yaml").json().root }

  static func review(
    _ object: JSONNode, old: JSONNode? = nil, namespace: String = "shop", resource: String = "pods"
  ) throws -> WorkloadReview {
    WorkloadReview(
      try Workload(object), in: Place(namespace: namespace), object: object, oldObject: old, resource: resource,
      requiresDigest: false)
  }

  static func pod(_ spec: String, labels: String = "{}", annotations: String = "{}") throws -> JSONNode {
    try object("{apiVersion: v1, kind: Pod, metadata: {name: p, labels: \(labels), annotations: \(annotations)}, spec: \(spec)}")
  }

  static func text(_ node: JSONNode) -> String { String(decoding: JSONValue(node).bytes, as: UTF8.self) }

  /// Evidence that the image runs as `user`.
  static func evidence(_ image: String, user: String) throws -> Evidence {
    let pinned = try PinnedReference(parsing: image)
    return Evidence(subjects: [
      pinned: CheckSubject(
        pinned, variants: .found([ImageVariant(pinned, configuration: ImageConfiguration(user: user))]))
    ])
  }

  static let image = "r.test/shop/web@sha256:" + String(repeating: "a", count: 64)
}
