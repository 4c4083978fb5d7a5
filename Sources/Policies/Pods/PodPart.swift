package import Images

/// A pod that an object is or would make, as far as the object says.
package struct PodPart: Sendable {
  /// Of the pod: labels and annotations; nil when nothing is written.
  package let metadata: JSONNode?
  package let spec: JSONNode
  /// From the root of the object to `spec`: `spec.template.spec`; empty when the object itself holds the containers.
  package let path: String

  /// The pod of a Pod or of a built-in kind with a pod template, at the place Kubernetes reads it; nil for any other
  /// object, and for one whose pod cannot be read.
  package init?(in object: JSONNode) {
    guard let kind = object["kind"]?.string, let apiVersion = object["apiVersion"]?.string,
      let path = podTemplates[GroupKind(apiVersion: apiVersion, kind: kind)]?.path
    else { return nil }
    var owner = object
    for key in path.dropLast() {
      guard let next = owner[key], next.isObject else { return nil }
      owner = next
    }
    guard let spec = owner["spec"], spec.isObject else { return nil }
    metadata = owner["metadata"]
    self.spec = spec
    self.path = path.joined(separator: ".")
  }

  /// Whether two objects make the same pod, byte for byte: its spec, labels and annotations; or make none that is known.
  package static func isSame(_ object: JSONNode, _ other: JSONNode?) -> Bool {
    let (one, two) = (PodPart(in: object), other.flatMap { PodPart(in: $0) })
    guard let one, let two else { return one == nil && two == nil }
    return one.path == two.path && one.spec.rawBytes.elementsEqual(two.spec.rawBytes)
      && ["labels", "annotations"].allSatisfy { key in
        (one.metadata?[key]?.rawBytes ?? []).elementsEqual(two.metadata?[key]?.rawBytes ?? [])
      }
  }
}
