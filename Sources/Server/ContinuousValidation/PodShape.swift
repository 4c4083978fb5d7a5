import Images
import Policies

/// What policies can tell of a running pod, without what differs from one replica to the next: all pods of one template are
/// judged once.
struct PodShape: Hashable, Sendable {
  /// More images than any pod has.
  private static let limitStatuses = 1_000

  let namespace: String
  /// A Pod as JSON: labels, annotations and specification, less what the cluster adds to each one.
  let object: [UInt8]
  /// What images without a digest were found to be where they run, by image as written.
  let running: [String: Digest]

  /// - Parameter pod: as the API server tells it; nil when it cannot be read or has ended.
  init?(_ pod: JSONNode) {
    let metadata = pod["metadata"]
    guard let namespace = metadata?["namespace"]?.string, let spec = pod["spec"], spec.isObject else { return nil }
    if let phase = pod["status"]?["phase"]?.string, phase == "Succeeded" || phase == "Failed" { return nil }
    self.namespace = namespace
    var kept: [(String, JSONValue)] = [("namespace", .text(namespace))]
    for (key, passing) in [("labels", PodShape.passingLabels), ("annotations", PodShape.passingAnnotations)] {
      let members = (metadata?[key]?.members ?? []).filter { member in
        !passing.contains { member.key == $0 || $0.hasSuffix("/") && member.key.hasPrefix($0) }
      }
      if !members.isEmpty { kept.append((key, .object(members.map { ($0.key, .text($0.value.string ?? "")) }))) }
    }
    let fields = spec.members.filter { !UnvalidatedFields.ofPod.contains($0.key) }
    let value: JSONValue = [
      "apiVersion": "v1", "kind": "Pod", "metadata": .object(kept),
      "spec": .object(
        fields.map { ($0.key, $0.key == "affinity" ? PodShape.withoutNode($0.value) : JSONValue(raw: $0.value)) }),
    ]
    object = PodShape.withoutRandomNames(value.bytes)
    running = PodShape.running(pod["status"])
  }

  /// Less CPU and memory for a dictionary of thousands than the object itself.
  var fingerprint: Digest {
    let digests = running.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    return Digest(sha256Of: object + Array(digests.utf8))
  }

  /// Of one pod and not of its template.
  private static let passingLabels = [
    "pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index", "controller-uid", "job-name", "batch.kubernetes.io/",
    "kritis.grafeas.io/invalidImageSecPolicy",
    "kritis.grafeas.io/attestation",
  ]
  private static let passingAnnotations = [
    "kubernetes.io/config.", "kubernetes.io/config.hash", "kubernetes.io/config.mirror", "kubernetes.io/config.seen",
    "kubernetes.io/config.source", "cni.projectcalico.org/", "k8s.v1.cni.cncf.io/", "k8s.ovn.org/",
    "batch.kubernetes.io/", "kritis.grafeas.io/invalidImageSecPolicy", "kritis.grafeas.io/attestation",
  ]

  /// The pods of a DaemonSet have their node in what they are drawn to, each its own.
  private static func withoutNode(_ node: JSONNode) -> JSONValue {
    if node.isObject {
      let members = node.members.filter { $0.key != UnvalidatedFields.ofNode }
      return .object(members.map { ($0.key, withoutNode($0.value)) })
    }
    return node.isArray ? .array(node.elements.map { withoutNode($0) }) : JSONValue(raw: node)
  }

  /// The API server gives every pod's volume for its token a name of its own: `kube-api-access-x7k2p`. Only names are cut: an
  /// image of that name is another image for every other letter.
  private static func withoutRandomNames(_ text: [UInt8]) -> [UInt8] {
    let (key, prefix) = (Array("\"name\":".utf8), Array("\"kube-api-access-".utf8))
    guard text.count > prefix.count else { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard text[at] == UInt8(ascii: "\""), text[at...].starts(with: prefix), out.suffix(key.count).elementsEqual(key) else {
        out.append(text[at])
        at += 1
        continue
      }
      out.append(contentsOf: prefix.dropLast())
      at += prefix.count
      while at < text.count, text[at] != UInt8(ascii: "\"") { at += 1 }
    }
    return out
  }

  private static func running(_ status: JSONNode?) -> [String: Digest] {
    var found: [String: Digest] = [:]
    for list in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
      for container in (status?[list]?.elements ?? []).prefix(limitStatuses) {
        guard let image = container["image"]?.string, !image.contains("@"), let id = container["imageID"]?.string,
          let at = id.lastIndex(of: "@"), let digest = try? Digest(parsing: String(id[id.index(after: at)...]))
        else { continue }
        found[image] = digest
      }
    }
    return found
  }
}

/// Who made a pod: what an Event is about and a report names.
package struct PodOwner: Hashable, Sendable {
  package let namespace: String
  package let apiVersion: String
  package let kind: String
  package let name: String
  package let uid: String

  package init(namespace: String, apiVersion: String, kind: String, name: String, uid: String) {
    self.namespace = namespace
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
  }

  /// The controller of the pod, or the pod itself when it has none.
  init(of pod: JSONNode, namespace: String, name: String) {
    let metadata = pod["metadata"]
    let controller = metadata?["ownerReferences"]?.elements.prefix(100).first { $0["controller"]?.bool == true }
    self.init(
      namespace: namespace, apiVersion: controller?["apiVersion"]?.string ?? "v1",
      kind: controller?["kind"]?.string ?? "Pod", name: controller?["name"]?.string ?? name,
      uid: (controller ?? metadata)?["uid"]?.string ?? "")
  }
}
