import Cluster
import Images
import Policies
import Server
import ServiceLifecycle

/// The Secret that the replicas share, as the rotation of certificates knows it.
struct IdentitySecret: SharedIdentity {
  let secret: SecretObject

  func read() async throws -> (values: [String: Redacted<[UInt8]>], version: String)? {
    try await secret.read().map { ($0.values, $0.version) }
  }

  func write(_ values: [String: Redacted<[UInt8]>], over version: String?) async throws -> Bool {
    try await secret.write(values, over: version)
  }
}

/// The webhook configurations, as the rotation of certificates knows them.
struct WebhookConfigurations: TrustKeeper {
  let trust: WebhookTrust

  func keep(_ bundle: [UInt8]) async throws -> Bool { try await trust.keep(bundle) > 0 }
}

/// The ConfigMap of the report, as continuous validation knows it.
struct ReportConfigMap: ReportKeeper {
  let report: ReportObject

  func takeOver(_ body: [UInt8]) async throws { try await report.takeOver(body) }
  func write(_ body: [UInt8]) async throws { try await report.write(body) }
}

/// Events, as continuous validation knows them.
struct ViolationEvents: ViolationListener {
  let client: ClusterClient
  let instance: String

  func tell(_ owner: PodOwner, _ note: String) async throws {
    let subject = EventSubject(
      apiVersion: owner.apiVersion, kind: owner.kind, namespace: owner.namespace, name: owner.name, uid: owner.uid)
    try await client.warn(about: subject, reason: "PolicyViolation", note: note, instance: instance)
  }
}

/// Labels and annotations of pods, as continuous validation knows them.
struct PodLabels: PodMarker {
  let client: ClusterClient

  func mark(namespace: String, name: String, _ marks: PodMarks) async throws {
    _ = try await client.patch(ObjectName(.pods, in: namespace, name), marks.patch, as: .merge)
  }
}

/// A watch that ends with the gate.
struct WatchService: Service {
  let watch: ResourceWatch

  func run() async throws {
    await cancelWhenGracefulShutdown { await watch.run() }
  }
}

/// The election; who leads when the gate ends lets another lead at once.
struct ElectionService: Service {
  let holder: LeaseHolder

  func run() async throws {
    await cancelWhenGracefulShutdown { await holder.takePart() }
    await holder.resign()
  }
}
