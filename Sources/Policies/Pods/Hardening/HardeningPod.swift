import Images

/// A pod as hardening looks at it: what may still be changed of it, and where.
struct HardeningPod {
  /// One container of any sort.
  struct Container {
    let name: String
    /// As written.
    let image: String
    let node: JSONNode
    /// From the root of the object.
    let pointer: JSONPointer

    var security: JSONNode? { node["securityContext"] }
    /// For people: `container "web"`.
    var place: String { "container \"\(printable(name))\"" }
    var securityPointer: JSONPointer { pointer.appending("securityContext") }
    var isPrivileged: Bool { security?["privileged"]?.bool ?? false }
  }

  let spec: JSONNode
  /// Of the specification, from the root of the object.
  let pointer: JSONPointer
  let labels: [String: String]
  let annotations: [String: String]
  let namespace: String
  /// Those that are looked at: all, or the new ones where only ephemeral containers are being added.
  let containers: [Container]
  /// Whether the pod itself is meant, and not only ephemeral containers that join it.
  let isWhole: Bool

  var security: JSONNode? { spec["securityContext"] }
  var securityPointer: JSONPointer { pointer.appending("securityContext") }
  var annotationsPointer: JSONPointer {
    JSONPointer(pointer.steps.dropLast()).appending("metadata", "annotations")
  }

  /// Windows has none of the fields of the Linux kernel, and the API server refuses them there; the kubelet of another
  /// system refuses such a pod.
  var isWindows: Bool { spec["os"]?["name"]?.string == "windows" }

  /// The pod of `object`.
  ///
  /// - Returns: nil for an object whose pod is not at a known place.
  init?(of object: JSONNode, in review: WorkloadReview) {
    guard let part = PodPart(in: object) else { return nil }
    let joining = review.resource.hasSuffix("/ephemeralcontainers")
    spec = part.spec
    pointer = JSONPointer(field: part.path)
    labels = Self.texts(part.metadata?["labels"])
    annotations = Self.texts(part.metadata?["annotations"])
    namespace = review.place.namespace
    isWhole = !joining
    let known = joining ? review.oldObject.flatMap(PodPart.init).map { Self.names($0.spec["ephemeralContainers"]) } : nil
    var found: [Container] = []
    for key in joining ? ["ephemeralContainers"] : ["initContainers", "containers", "ephemeralContainers"] {
      for (index, element) in (part.spec[key]?.elements ?? []).enumerated() {
        let name = element["name"]?.string ?? ""
        guard !(known ?? []).contains(name) else { continue }
        found.append(
          Container(
            name: name, image: element["image"]?.string ?? "", node: element, pointer: pointer.appending(key, "\(index)")))
      }
    }
    containers = found
  }

  /// What cannot be read where Kubernetes has a mapping; nothing is patched into such a pod.
  var malformedField: String? {
    func isOdd(_ node: JSONNode?) -> Bool { node.map { !$0.isObject && !$0.isNull } ?? false }
    if isOdd(security) { return "securityContext of the pod" }
    let odd = containers.first { isOdd($0.security) || isOdd($0.security?["capabilities"]) }
    return odd.map { "securityContext of \($0.place)" }
  }

  private static func texts(_ node: JSONNode?) -> [String: String] {
    var found: [String: String] = [:]
    for (key, value) in node?.members ?? [] { if let text = value.string { found[key] = text } }
    return found
  }

  private static func names(_ list: JSONNode?) -> Set<String> {
    Set(list?.elements.compactMap { $0["name"]?.string } ?? [])
  }
}
