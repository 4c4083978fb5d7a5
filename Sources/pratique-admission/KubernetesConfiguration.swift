import Cluster
import Policies
import Server

/// What the gate has to do with the cluster it guards, as its configuration file says it.
struct KubernetesConfiguration {
  /// How what runs is judged again, and where its report goes.
  struct Validation {
    var settings = ValidationSettings()
    var report = "gate-violations"
  }

  var kubeconfig: String?
  var service = "gate"
  var secret = "gate-certificate"
  var lease = "gate"
  var webhooks = ["pratique"]
  var policyObjects: [ResourceKind] = []
  var validation: Validation?

  init() {}

  /// - Throws: `DocumentError`.
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(GateConfiguration.keys(under: "kubernetes"))
    kubeconfig = try node["kubeconfig"]?.string()
    service = try node["service"]?.string() ?? service
    secret = try node["secret"]?.string() ?? secret
    lease = try node["lease"]?.string() ?? lease
    webhooks = try node["webhooks"]?.strings() ?? webhooks
    for element in try node["policyObjects"]?.elements() ?? [] {
      guard let kind = ResourceKind(parsing: try element.string()) else {
        throw element.error("not a kind of object", remedy: "Write it as kritis.grafeas.io/v1beta1/imagesecuritypolicies.")
      }
      policyObjects.append(kind)
    }
    if let node = node["validation"] { validation = try Self.validation(node) }
  }

  private static func validation(_ node: DocumentNode) throws(DocumentError) -> Validation {
    try node.onlyKeys(GateConfiguration.keys(under: "kubernetes.validation"))
    var validation = Validation()
    if let value = try node["intervalSeconds"]?.int(in: 60...604_800) { validation.settings.interval = .seconds(value) }
    if let value = try node["eventsPerMinute"]?.int(in: 0...6_000) { validation.settings.eventsPerMinute = value }
    if let value = try node["marksPerMinute"]?.int(in: 0...6_000) { validation.settings.marksPerMinute = value }
    validation.report = try node["report"]?.string() ?? validation.report
    return validation
  }

  /// The DNS names by which the API server and others call the service.
  func names(in namespace: String) -> [String] {
    ["\(service).\(namespace).svc", "\(service).\(namespace).svc.cluster.local", "\(service).\(namespace)"]
  }
}
