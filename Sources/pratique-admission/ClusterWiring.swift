import Cluster
import Foundation
import Images
import Logging
import Policies
import Server
import ServiceLifecycle
import Synchronization

/// Builds what the gate needs to be a citizen of its cluster: what it watches, its certificate, and the judge of what runs.
struct ClusterWiring {
  let namespaces = NamespaceLabels()
  /// Nil where no policies are objects of the cluster.
  let objects: PolicyObjects?
  private let configuration: KubernetesConfiguration
  private let client: ClusterClient
  private let pods = RunningPods()
  private let holder: LeaseHolder
  private let identity: String
  private let logger: Logger

  init(_ configuration: KubernetesConfiguration, logger: Logger) throws {
    let environment = ProcessInfo.processInfo.environment
    let settings =
      if let file = configuration.kubeconfig { try ClusterSettings(kubeconfig: file) } else {
        try ClusterSettings(inClusterWith: environment)
      }
    self.configuration = configuration
    self.logger = logger
    client = try ClusterClient(settings)
    identity = "\(environment["HOSTNAME"] ?? "gate")_\(UUID().uuidString.lowercased())"
    let last = LastFault()
    holder = LeaseHolder(client, namespace: settings.namespace, name: configuration.lease, identity: identity) { fault in
      guard last.isNews(fault) else { return }
      guard let fault else { return logger.notice("the election goes on") }
      logger.warning("no part is taken in the election of the leader", metadata: ["cause": "\(fault)"])
    }
    let kinds = configuration.policyObjects.map(\.name)
    objects = kinds.isEmpty ? nil : PolicyObjects(kinds: kinds)
  }

  /// What runs; nil where it is not watched.
  var runningPods: RunningPods? { configuration.validation == nil ? nil : pods }

  func close() async { await client.close() }

  /// The certificate that the replicas make for themselves.
  func certificate() async throws -> CertificateRotation {
    let namespace = client.settings.namespace
    return try await CertificateRotation(
      names: configuration.names(in: namespace),
      shared: IdentitySecret(secret: SecretObject(client, namespace: namespace, name: configuration.secret)),
      trust: WebhookConfigurations(
        trust: WebhookTrust(
          client, configurations: configuration.webhooks, namespace: namespace, service: configuration.service)),
      logger: logger)
  }

  /// What judges what runs; nil where it is not wanted.
  func validation(_ gate: Gate, rules: RulebookFiles) -> ContinuousValidation? {
    guard let wanted = configuration.validation else { return nil }
    let (namespaces, holder, feed) = (namespaces, holder, gate.feed)
    return ContinuousValidation(
      wanted.settings,
      Revalidation(gate.settings, evidence: GateEvidence(gate), namespaceLabels: { namespaces[$0] }),
      ContinuousValidation.Surroundings(
        pods: pods, rulebook: { rules.rulebook }, revision: { namespaces.changes + (feed?.now.revision ?? 0) },
        isLeading: { holder.isLeading },
        report: ReportConfigMap(
          report: ReportObject(client, namespace: client.settings.namespace, name: wanted.report)),
        listener: ViolationEvents(client: client, instance: identity), marker: PodLabels(client: client),
        now: { Int64(Date().timeIntervalSince1970) }, logger: logger))
  }

  /// What has to run beside the gate, in the order in which it is begun.
  var services: [any Service] {
    let (namespaces, pods) = (namespaces, pods)
    var services: [any Service] = [
      watch(.namespaces) { change in
        switch change {
        case .put(let object, _, let generation): namespaces.put(object, generation: generation)
        case .remove(let object): namespaces.remove(object)
        case .complete(let generation, _), .absent(let generation): namespaces.complete(generation: generation)
        }
      }
    ]
    if let objects { services += configuration.policyObjects.map { policies(of: $0, into: objects) } }
    guard configuration.validation != nil else { return services }
    let running = watch(.pods, needsList: { pods.isWanting }) { change in
      switch change {
      case .put(let object, _, let generation): pods.put(object, generation: generation)
      case .remove(let object): pods.remove(object)
      case .complete(let generation, let isTruncated): pods.complete(generation: generation, isTruncated: isTruncated)
      case .absent(let generation): pods.complete(generation: generation, isTruncated: false)
      }
    }
    return services + [running, ElectionService(holder: holder)]
  }

  private func policies(of kind: ResourceKind, into objects: PolicyObjects) -> any Service {
    watch(kind, needsList: { objects.isWanting(kind.name) }) { change in
      switch change {
      case .put(let object, let type, let generation):
        objects.put(object, as: (kind.apiVersion, type), of: kind.name, generation: generation)
      case .remove(let object): objects.remove(object, of: kind.name)
      case .complete(let generation, let isTruncated):
        objects.complete(kind.name, generation: generation, isTruncated: isTruncated)
      case .absent(let generation): objects.absent(kind.name, generation: generation)
      }
    }
  }

  private func watch(
    _ kind: ResourceKind, needsList: @escaping @Sendable () -> Bool = { false },
    onChange: @escaping @Sendable (ResourceChange) async -> Void
  ) -> any Service {
    let (logger, last) = (logger, LastFault())
    return WatchService(
      watch: ResourceWatch(
        kind, by: client, needsList: needsList,
        onFault: { fault in
          guard last.isNews(fault) else { return }
          guard let fault else { return logger.notice("a watch goes on", metadata: ["kind": "\(kind.name)"]) }
          logger.warning("a watch is interrupted", metadata: ["kind": "\(kind.name)", "cause": "\(fault)"])
        }, onChange: onChange))
  }
}

/// So that a fault is told once.
private final class LastFault: Sendable {
  private let last = Mutex<ClusterError?>(nil)

  func isNews(_ fault: ClusterError?) -> Bool {
    last.withLock { last in
      defer { last = fault }
      return last != fault
    }
  }
}

extension ResourceKind {
  /// As the configuration writes it.
  fileprivate var name: String { "\(apiVersion)/\(plural)" }
}
