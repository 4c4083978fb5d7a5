import Foundation
import Images
import Policies
import Testing

@Suite("The example of a deployment")
struct DeployTests {
  private func one(_ kind: String, in objects: [JSONNode]) throws -> JSONNode {
    let found = objects.filter { $0.kind == kind }
    return try #require(found.count == 1 ? found[0] : nil, "\(found.count) of \(kind)")
  }

  @Test("has rules that are sound")
  func rules() throws {
    let rulebook = try Rulebook(
      policies: [PolicyText(Manifests.text("gate/policy.yaml"), file: "policy.yaml")],
      attestors: PolicyText(Manifests.text("gate/attestors.yaml"), file: "attestors.yaml"))
    let policy = try #require(rulebook.imagePolicies.first as? Policy)
    #expect(policy.attestorNames == ["projects/shop/attestors/built", "projects/shop/attestors/audited"])
  }

  @Test("has one image, with its digest, and it can be told")
  func images() throws {
    let workloads = try Manifests.base().map { try Workload($0) }
    let images = workloads.flatMap(\.images)
    #expect(images.count == 1 && images.first?.reference?.digest != nil)
  }

  @Test("puts everything that has a namespace in the gate's own")
  func namespaces() throws {
    for object in try Manifests.base() {
      let isOfCluster =
        object.kind.hasPrefix("Cluster") || object.kind.hasSuffix("WebhookConfiguration") || object.kind == "Namespace"
      #expect(object.namespace == (isOfCluster ? "" : "pratique"), "\(object.kind) \(object.name)")
    }
  }

  @Test("selects what it means to select")
  func selectors() throws {
    let objects = try Manifests.base()
    let set = try one("StatefulSet", in: objects)
    let labels = try #require(set.at("spec", "template", "metadata", "labels")).texts
    let service = try one("Service", in: objects)
    #expect(service.at("spec", "selector")?.texts == labels)
    #expect(set.at("spec", "serviceName")?.string == service.name && set.at("spec", "replicas")?.int == 2)
    let selectors = [
      set.at("spec", "selector"), try one("PodDisruptionBudget", in: objects).at("spec", "selector"),
      try one("NetworkPolicy", in: objects).at("spec", "podSelector"),
      set.at(
        "spec", "template", "spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "0",
        "labelSelector"),
      set.at("spec", "template", "spec", "topologySpreadConstraints", "0", "labelSelector"),
    ]
    for selector in selectors { #expect(WebhookMatching.selects(try #require(selector), labels)) }
    let ports = try #require(set.at("spec", "template", "spec", "containers", "0", "ports")).elements
    #expect(service.at("spec", "ports", "0", "targetPort")?.string == ports.first?["name"]?.string)
    for webhook in try LockOutTests.plain() {
      let called = try #require(webhook.at("clientConfig", "service"))
      #expect(called["name"]?.string == service.name && called["namespace"]?.string == service.namespace)
      #expect(called["port"]?.int == service.at("spec", "ports", "0", "port")?.int)
    }
  }

  @Test("gives rights to the gate alone, and none to read Secrets, to change workloads or to hand on rights")
  func rights() throws {
    let objects = try Manifests.base()
    let account = try one("ServiceAccount", in: objects)
    #expect(try one("StatefulSet", in: objects).at("spec", "template", "spec", "serviceAccountName")?.string == account.name)
    for (binding, role) in [("RoleBinding", "Role"), ("ClusterRoleBinding", "ClusterRole")] {
      let bound = try one(binding, in: objects)
      #expect(bound.at("roleRef", "kind")?.string == role)
      #expect(try bound.at("roleRef", "name")?.string == one(role, in: objects).name)
      #expect(bound["subjects"]?.elements.count == 1 && bound.at("subjects", "0", "name")?.string == account.name)
      #expect(bound.at("subjects", "0", "namespace")?.string == account.namespace)
    }
    for role in objects.filter({ $0.kind.hasSuffix("Role") }) {
      for rule in role["rules"]?.elements ?? [] {
        func list(_ key: String) -> Set<String> { Set((rule[key]?.elements ?? []).compactMap(\.string)) }
        #expect(list("verbs").isDisjoint(with: ["*", "delete", "escalate", "bind", "impersonate"]))
        #expect(list("apiGroups").isDisjoint(with: ["*", "rbac.authorization.k8s.io"]) && !list("resources").contains("*"))
        let writes = !list("verbs").isDisjoint(with: ["update", "patch"])
        let isNamed = !list("resourceNames").isEmpty
        #expect(!writes || isNamed, "\(role.name): \(list("resources"))")
        #expect(!list("resources").contains("secrets") || isNamed || list("verbs") == ["create"])
        #expect(role.kind == "Role" || !list("resources").contains("secrets"))
      }
    }
  }

  @Test(
    "has the same rights once it is put together", .enabled(if: Manifests.kubectl != nil, "kubectl is not installed"),
    arguments: Manifests.installable)
  func rightsPutTogether(_ path: String) throws {
    let (base, whole) = (try one("Role", in: Manifests.base()), try one("Role", in: Manifests.kustomized(path)))
    let names = { (role: JSONNode) in (role["rules"]?.elements ?? []).map { $0["resourceNames"]?.elements.map(\.string) } }
    #expect(names(whole) == names(base))
  }

  @Test("says the same in the settings as in the manifests")
  func settings() throws {
    let settings = try DocumentNode(parsing: Manifests.text("gate/gate.yaml"), file: "gate.yaml")
    let exempt = try settings.required("exempt").required("namespaces").strings()
    let deadline = try settings.required("limits").required("deadlineMilliseconds").int()
    let names = try settings.required("kubernetes").required("webhooks").strings()
    for webhook in try LockOutTests.plain() {
      let left = webhook.at("namespaceSelector", "matchExpressions", "0", "values")?.elements.compactMap(\.string)
      #expect(left == exempt)
      #expect(deadline < (webhook["timeoutSeconds"]?.int ?? 0) * 1_000)
    }
    let configurations = try Manifests.base().filter { $0.kind.hasSuffix("WebhookConfiguration") }
    #expect(configurations.map(\.name) == names)
    let rules = try one("ClusterRole", in: Manifests.base())["rules"]?.elements ?? []
    let named = rules.first { $0["apiGroups"]?.elements.first?.string == "admissionregistration.k8s.io" }
    #expect(named?["resourceNames"]?.elements.compactMap(\.string) == names)
  }

  @Test("lists as policies the kinds of Kritis that are defined and that it may read, and changes no other setting")
  func kritis() throws {
    let (base, overlay) = (try Manifests.text("gate/gate.yaml"), try Manifests.text("overlays/kritis/gate.yaml"))
    let settings = try DocumentNode(parsing: overlay, file: "gate.yaml")
    let listed = try settings.required("kubernetes").required("policyObjects").strings()
    let lines = { (text: String) in
      text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("  #") && !$0.contains("- kritis.grafeas.io/") }
    }
    #expect(lines(overlay).filter { $0 != "  policyObjects:" } == lines(base))
    var defined: Set<String> = []
    let kustomization = try DocumentNode(parsing: Manifests.text("kritis/kustomization.yaml"), file: "kustomization.yaml")
    for file in try kustomization.required("resources").strings() {
      let definition = try one("CustomResourceDefinition", in: Manifests.objects("kritis/\(file)"))
      let plural = try #require(definition.at("spec", "names", "plural")?.string)
      #expect("\(plural).kritis.grafeas.io" == definition.name && "crds/\(plural).yaml" == file)
      for version in definition.at("spec", "versions")?.elements ?? [] {
        defined.insert("kritis.grafeas.io/\(version["name"]?.string ?? "")/\(plural)")
      }
    }
    // It is read by who signs, and never by the gate.
    #expect(Set(listed) == defined.subtracting(["kritis.grafeas.io/v1beta1/vulnzsigningpolicies"]))
    let rules = try one("ClusterRole", in: Manifests.base())["rules"]?.elements ?? []
    let rule = try #require(rules.first { $0["apiGroups"]?.elements.first?.string == "kritis.grafeas.io" })
    let readable = rule["resources"]?.elements.compactMap(\.string) ?? []
    #expect(Set(readable.map { "kritis.grafeas.io/v1beta1/\($0)" }) == Set(listed))
    #expect(rule["verbs"]?.elements.compactMap(\.string) == ["list", "watch"])
  }

  @Test(
    "mounts only what there is once it is put together", .enabled(if: Manifests.kubectl != nil, "kubectl is not installed"),
    arguments: Manifests.installable)
  func references(_ path: String) throws {
    let objects = try Manifests.kustomized(path)
    let maps = Set(objects.filter { $0.kind == "ConfigMap" }.map(\.name))
    let pod = try #require(try one("StatefulSet", in: objects).at("spec", "template", "spec"))
    let volumes = pod["volumes"]?.elements ?? []
    #expect(volumes.compactMap { $0.at("configMap", "name")?.string }.allSatisfy(maps.contains) && maps.count == 2)
    #expect(volumes.compactMap { $0.at("secret", "secretName")?.string } == ["gate-metadata"])
    let claims = try one("StatefulSet", in: objects).at("spec", "volumeClaimTemplates")?.elements.map(\.name) ?? []
    let mounts = pod.at("containers", "0", "volumeMounts")?.elements.compactMap { $0["name"]?.string } ?? []
    #expect(Set(mounts) == Set(volumes.compactMap { $0["name"]?.string } + claims))
    #expect(maps.contains("gate-rules"))
  }
}
