/// What expressions can name and continuous validation does not know: it differs from one replica to the next, and all pods
/// of one template are judged once.
package enum UnvalidatedFields {
  /// Of a pod's specification.
  package static let ofPod: Set<String> = ["nodeName", "hostname"]
  /// Within `affinity`: it names one node.
  package static let ofNode = "matchFields"
  /// Below the object, the request and what else is bound; all that is below them is meant as well.
  private static let paths =
    [
      "object.metadata.name", "object.metadata.generateName", "object.metadata.uid", "object.metadata.resourceVersion",
      "object.metadata.generation", "object.metadata.creationTimestamp", "object.metadata.deletionTimestamp",
      "object.metadata.ownerReferences", "object.metadata.finalizers", "object.metadata.managedFields", "object.status",
      "request.userInfo", "request.name",
    ] + ofPod.sorted().map { "object.spec.\($0)" }

  /// Those that one expression looks at, each once.
  static func named(in expression: Expression) -> [String] {
    var found = paths.filter { path in expression.paths.contains { $0 == path || $0.hasPrefix("\(path).") } }
    if expression.fields.contains(ofNode) { found.append(ofNode) }
    return found
  }
}
