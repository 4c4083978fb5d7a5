package import Images

extension Workload {
  /// Objects with more images than this are refused; a large pod has a few dozen.
  package static let limitImages = 1_000

  /// Finds every image in an object.
  ///
  /// Pods and the built-in kinds with a pod template are read at the place Kubernetes reads them. Any other object is
  /// searched: whatever holds a list of containers is taken for a pod, because somebody will make one of it. Names of
  /// fields count exactly as written, as the API server reads them.
  ///
  /// - Throws: `WorkloadError` when something that looks like a pod cannot be read.
  package init(_ object: JSONNode) throws(WorkloadError) {
    guard object.isObject else { throw .notAnObject(because: "it is not a mapping") }
    guard let kind = object["kind"]?.string, !kind.isEmpty else { throw .notAnObject(because: "it has no kind") }
    guard let apiVersion = object["apiVersion"]?.string else { throw .notAnObject(because: "it has no apiVersion") }
    let metadata = object["metadata"]
    var reader = PodReader()
    if let template = podTemplates[GroupKind(apiVersion: apiVersion, kind: kind)] {
      try reader.pod(try Self.podSpec(in: object, at: template.path), at: template.field)
    } else if !(kind == "CustomResourceDefinition" && apiVersion.hasPrefix("apiextensions.k8s.io/")) {
      // A definition of a kind talks about containers without having any.
      try reader.search(object)
    }
    self.init(
      apiVersion: apiVersion, kind: kind, name: metadata?["name"]?.string, namespace: metadata?["namespace"]?.string,
      annotations: try Self.annotations(metadata), images: reader.images)
  }

  private static func podSpec(in object: JSONNode, at path: [String]) throws(WorkloadError) -> JSONNode {
    var node = object
    for (depth, key) in path.enumerated() {
      guard let next = node[key], next.isObject else {
        throw .malformed(field: path[...depth].joined(separator: "."), because: "it is missing or not a mapping")
      }
      node = next
    }
    return node
  }

  private static func annotations(_ metadata: JSONNode?) throws(WorkloadError) -> [String: String] {
    guard let node = metadata?["annotations"], !node.isNull else { return [:] }
    guard node.isObject else { throw .malformed(field: "metadata.annotations", because: "it is not a mapping") }
    var found: [String: String] = [:]
    for (key, value) in node.members {
      guard let text = value.string else {
        throw .malformed(field: "metadata.annotations", because: "a value is not text")
      }
      found[key] = text
    }
    return found
  }
}

/// A kind without its version: `apps` and `Deployment`.
struct GroupKind: Hashable {
  let group: String
  let kind: String

  init(group: String, kind: String) {
    self.group = group
    self.kind = kind
  }

  init(apiVersion: String, kind: String) {
    group = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
    self.kind = kind
  }
}

/// Where in an object the specification of its pod stands.
struct PodPlace {
  let path: [String]
  /// The same as messages name it: `spec.template.spec`.
  let field: String

  init(_ path: String...) {
    self.path = path
    field = path.joined(separator: ".")
  }
}

/// Where each built-in kind keeps its pod.
///
/// Source: Kubernetes API reference 1.35; `extensions` is where Deployments, DaemonSets and ReplicaSets once were.
let podTemplates: [GroupKind: PodPlace] = [
  GroupKind(group: "", kind: "Pod"): PodPlace("spec"),
  GroupKind(group: "", kind: "PodTemplate"): PodPlace("template", "spec"),
  GroupKind(group: "", kind: "ReplicationController"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "apps", kind: "Deployment"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "apps", kind: "ReplicaSet"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "apps", kind: "StatefulSet"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "apps", kind: "DaemonSet"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "extensions", kind: "Deployment"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "extensions", kind: "ReplicaSet"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "extensions", kind: "DaemonSet"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "batch", kind: "Job"): PodPlace("spec", "template", "spec"),
  GroupKind(group: "batch", kind: "CronJob"): PodPlace("spec", "jobTemplate", "spec", "template", "spec"),
]

/// Collects images from pod specifications, known or found.
private struct PodReader {
  private static let lists: [(key: String, kind: Workload.ImageUse.Kind)] = [
    ("containers", .container), ("initContainers", .initContainer), ("ephemeralContainers", .ephemeralContainer),
  ]

  private enum Step {
    case member(String)
    case element(Int)
  }

  private(set) var images: [Workload.ImageUse] = []
  private var trail: [Step] = []

  /// Reads what is known to be the specification of a pod: each list is one, and each element has an image.
  mutating func pod(_ spec: JSONNode, at path: String) throws(WorkloadError) {
    let account = Self.serviceAccount(spec)
    for (key, kind) in Self.lists {
      guard let list = spec[key], !list.isNull else {
        if kind == .container { throw .malformed(field: "\(path).\(key)", because: "there is no container") }
        continue
      }
      guard list.isArray else { throw .malformed(field: "\(path).\(key)", because: "it is not a list") }
      for (index, element) in list.elements.enumerated() {
        // Put together by hand: a review reads one of these for each container.
        let field = path + "." + key + "[" + String(index) + "]"
        guard let image = element["image"]?.string else {
          throw .malformed(field: "\(field).image", because: "it is missing or not text")
        }
        try add(kind, element, image, field, account)
      }
    }
    try volumes(spec, at: path, account)
  }

  /// Reads whatever looks like a pod anywhere below `node`. The parser has bounded the depth.
  mutating func search(_ node: JSONNode) throws(WorkloadError) {
    for (index, element) in node.elements.enumerated() {
      trail.append(.element(index))
      try search(element)
      trail.removeLast()
    }
    let members = node.members
    let isPod = members.contains { member in Self.lists.contains { $0.key == member.key } }
    for (key, value) in members {
      trail.append(.member(key))
      if isPod, let kind = Self.lists.first(where: { $0.key == key })?.kind {
        try found(kind, value, at: path, Self.serviceAccount(node))
      }
      try search(value)
      trail.removeLast()
    }
    if isPod { try volumes(node, at: path, Self.serviceAccount(node)) }
  }

  /// Where the search is. Written out only for what it finds: most of an object is of no interest.
  private var path: String {
    trail.reduce(into: "") { path, step in
      switch step {
      case .member(let key): path += path.isEmpty ? key : ".\(key)"
      case .element(let index): path += "[\(index)]"
      }
    }
  }

  private mutating func found(
    _ kind: Workload.ImageUse.Kind, _ list: JSONNode, at path: String, _ account: String
  ) throws(WorkloadError) {
    guard !list.isObject else { throw .malformed(field: path, because: "it is not a list") }
    for (index, element) in list.elements.enumerated() {
      // An element without an image is a patch of a container that somebody else writes: nothing to judge here.
      guard let image = element["image"], !image.isNull else { continue }
      guard let text = image.string else { throw .malformed(field: "\(path)[\(index)].image", because: "it is not text") }
      try add(kind, element, text, "\(path)[\(index)]", account)
    }
  }

  private mutating func volumes(_ spec: JSONNode, at path: String, _ account: String) throws(WorkloadError) {
    let prefix = path.isEmpty ? "volumes" : "\(path).volumes"
    guard let list = spec["volumes"], !list.isNull else { return }
    guard list.isArray else { throw .malformed(field: prefix, because: "it is not a list") }
    for (index, element) in list.elements.enumerated() {
      guard let source = element["image"], !source.isNull else { continue }
      guard let reference = source["reference"]?.string else {
        throw .malformed(field: "\(prefix)[\(index)].image.reference", because: "it is missing or not text")
      }
      try add(.volume, element, reference, "\(prefix)[\(index)]", account)
    }
  }

  private mutating func add(
    _ kind: Workload.ImageUse.Kind, _ element: JSONNode, _ image: String, _ field: String, _ account: String
  ) throws(WorkloadError) {
    guard images.count < Workload.limitImages else { throw .tooManyImages(limit: Workload.limitImages) }
    images.append(
      Workload.ImageUse(
        kind: kind, name: element["name"]?.string ?? "", field: field, image: image, serviceAccount: account))
  }

  /// `serviceAccount` is the old name of the field; the API server copies it over when only it is written.
  private static func serviceAccount(_ spec: JSONNode) -> String {
    for key in ["serviceAccountName", "serviceAccount"] {
      if let name = spec[key]?.string, !name.isEmpty { return name }
    }
    return "default"
  }
}
