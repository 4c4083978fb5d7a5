import Images

/// A request as the API server sees it when it looks whom to ask.
struct ClusterRequest: CustomStringConvertible, Sendable {
  var operation = "CREATE"
  let group: String
  var version = "v1"
  let resource: String
  var subresource = ""
  /// Nil for what belongs to none.
  let namespace: String?
  var name = "it"
  /// Labels that somebody has given the namespace.
  var labels: [String: String] = [:]

  var description: String {
    "\(operation) \(group)/\(resource)\(subresource.isEmpty ? "" : "/\(subresource)") \(namespace ?? "-")/\(name)"
  }

  /// What the API server makes of the labels: it sets the name itself, whatever was written.
  ///
  /// Source: Kubernetes 1.21 and later, NamespaceDefaultLabelName.
  var namespaceLabels: [String: String] {
    labels.merging(["kubernetes.io/metadata.name": namespace ?? name]) { $1 }
  }
}

/// Whether a webhook is asked, by the rules of the API server.
///
/// Source: k8s.io/apiserver/pkg/admission/plugin/webhook, predicates/rules and predicates/namespace. Written anew from
/// their documentation; `matchPolicy` and `matchConditions` are not looked at, and the manifests have none of the second.
enum WebhookMatching {
  static func isAsked(_ webhook: JSONNode, about request: ClusterRequest) -> Bool {
    // The API server never asks anybody about these: a broken webhook could else never be removed.
    let own = ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"]
    if request.group == "admissionregistration.k8s.io", own.contains(request.resource) { return false }
    guard webhook["rules"]?.elements.contains(where: { matches($0, request) }) ?? false else { return false }
    // Selectors of namespaces say nothing about what belongs to none, but do about the namespace itself.
    guard request.namespace != nil || request.resource == "namespaces" else { return true }
    return webhook["namespaceSelector"].map { selects($0, request.namespaceLabels) } ?? true
  }

  private static func matches(_ rule: JSONNode, _ request: ClusterRequest) -> Bool {
    func has(_ key: String, _ value: String) -> Bool {
      rule[key]?.elements.contains { $0.string == "*" || $0.string == value } ?? false
    }
    let resources = (rule["resources"]?.elements ?? []).compactMap(\.string)
    let isResource = resources.contains { written in
      let parts = written.split(separator: "/", maxSplits: 1).map(String.init)
      let subresource = parts.count > 1 ? parts[1] : ""
      return (parts[0] == "*" || parts[0] == request.resource) && (subresource == "*" || subresource == request.subresource)
    }
    let isNamespaced = request.namespace != nil && request.resource != "namespaces"
    let isInScope =
      switch rule["scope"]?.string ?? "*" {
      case "Namespaced": isNamespaced
      case "Cluster": !isNamespaced
      default: true
      }
    return isResource && isInScope && has("operations", request.operation) && has("apiGroups", request.group)
      && has("apiVersions", request.version)
  }

  /// Source: k8s.io/apimachinery, LabelSelector.
  static func selects(_ selector: JSONNode, _ labels: [String: String]) -> Bool {
    let areEqual = (selector["matchLabels"]?.members ?? []).allSatisfy { labels[$0.key] == $0.value.string }
    let hold = (selector["matchExpressions"]?.elements ?? []).allSatisfy { expression in
      let value = expression["key"]?.string.flatMap { labels[$0] }
      let values = (expression["values"]?.elements ?? []).compactMap(\.string)
      return switch expression["operator"]?.string {
      case "In": value.map(values.contains) ?? false
      case "NotIn": value.map { !values.contains($0) } ?? true
      case "Exists": value != nil
      case "DoesNotExist": value == nil
      default: false
      }
    }
    return areEqual && hold
  }
}
