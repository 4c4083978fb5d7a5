import Foundation
import Images
import Testing

@Suite("The gate in its own cluster")
struct LockOutTests {
  /// What must go through for the gate, and the cluster below it, to come up while no gate answers.
  static let needed: [ClusterRequest] =
    ["pods", "secrets", "configmaps", "services", "persistentvolumeclaims", "serviceaccounts", "events"].flatMap { resource in
      ["pratique", "kube-system"].map { ClusterRequest(group: "", resource: resource, namespace: $0) }
    }
    + ["statefulsets", "replicasets", "deployments", "daemonsets"].flatMap { resource in
      ["pratique", "kube-system"].map { ClusterRequest(group: "apps", resource: resource, namespace: $0) }
    }
    + [
      ClusterRequest(operation: "UPDATE", group: "", resource: "pods", subresource: "ephemeralcontainers", namespace: "pratique"),
      ClusterRequest(group: "coordination.k8s.io", resource: "leases", namespace: "pratique"),
      ClusterRequest(operation: "UPDATE", group: "coordination.k8s.io", resource: "leases", namespace: "kube-node-lease"),
      ClusterRequest(operation: "UPDATE", group: "", resource: "pods", subresource: "status", namespace: "shop"),
      ClusterRequest(group: "", resource: "pods", subresource: "binding", namespace: "shop"),
      ClusterRequest(group: "", resource: "pods", subresource: "eviction", namespace: "shop"),
      ClusterRequest(operation: "DELETE", group: "", resource: "pods", namespace: "shop"),
      ClusterRequest(group: "events.k8s.io", resource: "events", namespace: "shop"),
      ClusterRequest(group: "", resource: "nodes", namespace: nil),
      ClusterRequest(operation: "UPDATE", group: "", resource: "nodes", subresource: "status", namespace: nil),
      ClusterRequest(group: "certificates.k8s.io", resource: "certificatesigningrequests", namespace: nil),
      ClusterRequest(group: "", resource: "namespaces", namespace: nil, name: "pratique"),
      ClusterRequest(operation: "UPDATE", group: "", resource: "namespaces", namespace: nil, name: "shop"),
      ClusterRequest(group: "", resource: "persistentvolumes", namespace: nil),
      ClusterRequest(group: "rbac.authorization.k8s.io", resource: "clusterroles", namespace: nil),
      ClusterRequest(group: "apiextensions.k8s.io", resource: "customresourcedefinitions", namespace: nil),
      ClusterRequest(
        operation: "UPDATE", group: "admissionregistration.k8s.io", resource: "validatingwebhookconfigurations",
        namespace: nil, name: "pratique"),
      ClusterRequest(
        operation: "UPDATE", group: "admissionregistration.k8s.io", resource: "mutatingwebhookconfigurations", namespace: nil,
        name: "pratique"),
      ClusterRequest(group: "authentication.k8s.io", resource: "tokenreviews", namespace: nil),
      ClusterRequest(group: "authorization.k8s.io", resource: "subjectaccessreviews", namespace: nil),
    ]

  /// Namespaces that only look as if they were exempt.
  static let tenants: [(namespace: String, labels: [String: String])] = [
    ("shop", [:]), ("default", [:]), ("kube-public", [:]), ("pratique-2", [:]), ("kube-system-2", [:]), ("Pratique", [:]),
    ("shop", ["kubernetes.io/metadata.name": "pratique"]), ("shop", ["kubernetes.io/metadata.name": "kube-system"]),
    ("shop", ["pratique.dev/exempt": "true"]), ("shop", ["name": "kube-system"]),
    ("shop", ["control-plane": "true", "admission.gatekeeper.sh/ignore": "yes"]),
  ]

  static func webhooks(_ objects: [JSONNode]) -> [JSONNode] {
    objects.filter { $0.kind.hasSuffix("WebhookConfiguration") }.flatMap { $0["webhooks"]?.elements ?? [] }
  }

  /// The base as it stands, and the mutating webhooks of the overlay.
  static func plain() throws -> [JSONNode] {
    webhooks(try Manifests.base() + Manifests.objects("overlays/mutating/mutating.yaml"))
  }

  @Test("is asked about nothing that it, or the cluster below it, needs to come up")
  func neverLockedOut() throws {
    let webhooks = try Self.plain()
    #expect(webhooks.count == 2)
    for request in Self.needed {
      for webhook in webhooks { #expect(!WebhookMatching.isAsked(webhook, about: request), "\(request)") }
    }
  }

  @Test("is asked about everything that runs images in every other namespace, whatever its labels say")
  func nobodyElseIsExempt() throws {
    let kinds: [(String, String, String)] = [
      ("", "pods", ""), ("", "pods", "ephemeralcontainers"), ("", "podtemplates", ""), ("", "replicationcontrollers", ""),
      ("apps", "deployments", ""), ("apps", "replicasets", ""), ("apps", "statefulsets", ""), ("apps", "daemonsets", ""),
      ("batch", "jobs", ""), ("batch", "cronjobs", ""),
    ]
    let validating = Self.webhooks(try Manifests.base())
    for (namespace, labels) in Self.tenants {
      for (group, resource, subresource) in kinds {
        for operation in ["CREATE", "UPDATE"] {
          let request = ClusterRequest(
            operation: operation, group: group, resource: resource, subresource: subresource, namespace: namespace, labels: labels
          )
          #expect(validating.contains { WebhookMatching.isAsked($0, about: request) }, "\(request) \(labels)")
        }
      }
    }
  }

  @Test("lets nothing in when it does not answer, and is left out by exact names alone")
  func failsClosed() throws {
    for webhook in try Self.plain() {
      #expect(webhook["failurePolicy"]?.string == "Fail" && webhook["timeoutSeconds"]?.int == 5)
      #expect(webhook["matchPolicy"]?.string == "Equivalent" && webhook["sideEffects"]?.string == "NoneOnDryRun")
      #expect(webhook["objectSelector"] == nil && webhook["matchConditions"] == nil)
      #expect(webhook["namespaceSelector"]?["matchLabels"] == nil)
      let expressions = webhook["namespaceSelector"]?["matchExpressions"]?.elements ?? []
      #expect(expressions.count == 1 && expressions[0]["key"]?.string == "kubernetes.io/metadata.name")
      #expect(expressions[0]["operator"]?.string == "NotIn")
      #expect(expressions[0]["values"]?.elements.compactMap(\.string) == ["pratique", "kube-system"])
      for rule in webhook["rules"]?.elements ?? [] { #expect(rule["scope"]?.string == "Namespaced") }
    }
  }

  @Test(
    "is no more locked out by an overlay", .enabled(if: Manifests.kubectl != nil, "kubectl is not installed"),
    arguments: Manifests.installable)
  func overlays(_ path: String) throws {
    let webhooks = Self.webhooks(try Manifests.kustomized(path))
    #expect(!webhooks.isEmpty)
    for request in Self.needed {
      for webhook in webhooks { #expect(!WebhookMatching.isAsked(webhook, about: request), "\(request)") }
    }
    for (namespace, labels) in Self.tenants {
      for subresource in ["", "ephemeralcontainers"] {
        let pod = ClusterRequest(group: "", resource: "pods", subresource: subresource, namespace: namespace, labels: labels)
        #expect(webhooks.contains { WebhookMatching.isAsked($0, about: pod) }, "\(pod) \(labels)")
      }
    }
  }
}
