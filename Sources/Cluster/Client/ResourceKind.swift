import Images

/// A kind of object as the paths of the API name it.
///
/// Source: kubernetes.io/docs/reference/using-api/api-concepts, "Resource URIs".
package struct ResourceKind: Hashable, Sendable {
  /// Empty for the core group.
  package let group: String
  package let version: String
  /// `pods`.
  package let plural: String

  package init(group: String = "", version: String, plural: String) {
    self.group = group
    self.version = version
    self.plural = plural
  }

  /// Reads `kritis.grafeas.io/v1beta1/imagesecuritypolicies`, or `v1/configmaps`; nil for anything else.
  package init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isSound = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    }
    guard isSound, (2...3).contains(parts.count) else { return nil }
    self.init(group: parts.count == 3 ? parts[0] : "", version: parts[parts.count - 2], plural: parts[parts.count - 1])
  }

  package static let namespaces = ResourceKind(version: "v1", plural: "namespaces")
  package static let pods = ResourceKind(version: "v1", plural: "pods")
  package static let secrets = ResourceKind(version: "v1", plural: "secrets")
  package static let configMaps = ResourceKind(version: "v1", plural: "configmaps")
  package static let events = ResourceKind(group: "events.k8s.io", version: "v1", plural: "events")
  package static let leases = ResourceKind(group: "coordination.k8s.io", version: "v1", plural: "leases")
  package static let validatingWebhooks = ResourceKind(
    group: "admissionregistration.k8s.io", version: "v1", plural: "validatingwebhookconfigurations")
  package static let mutatingWebhooks = ResourceKind(
    group: "admissionregistration.k8s.io", version: "v1", plural: "mutatingwebhookconfigurations")

  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

  /// - Parameters:
  ///   - namespace: nil for all, and for what belongs to none.
  ///   - name: nil for the list.
  func path(in namespace: String?, name: String? = nil) -> String {
    var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    if let namespace { path += "/namespaces/\(percentEncoded(namespace))" }
    path += "/\(plural)"
    if let name { path += "/\(percentEncoded(name))" }
    return path
  }
}

/// An object by its name; nothing it holds can leave its place in a path.
package struct ObjectName: Hashable, Sendable, CustomStringConvertible {
  package let kind: ResourceKind
  /// Nil for what belongs to none.
  package let namespace: String?
  package let name: String

  package init(_ kind: ResourceKind, in namespace: String? = nil, _ name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  var path: String { kind.path(in: namespace, name: name) }
  package var description: String { "\(kind.plural) \(namespace.map { "\($0)/" } ?? "")\(name)" }
}
