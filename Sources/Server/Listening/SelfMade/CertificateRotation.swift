package import Foundation
package import Images
package import Logging
import ServiceLifecycle
import Synchronization

/// Where the replicas keep the one identity they share.
package protocol SharedIdentity: Sendable {
  /// - Returns: what is there and its version; nil when there is nothing.
  func read() async throws -> (values: [String: Redacted<[UInt8]>], version: String)?
  /// - Parameter version: that is replaced; nil when there was nothing.
  /// - Returns: whether it was written; false when somebody else was faster.
  func write(_ values: [String: Redacted<[UInt8]>], over version: String?) async throws -> Bool
}

/// Where it is written down by whom the gate is vouched for.
package protocol TrustKeeper: Sendable {
  /// Sees to it that exactly the certificates of `bundle` (PEM) stand there.
  ///
  /// - Returns: whether anything was changed.
  func keep(_ bundle: [UInt8]) async throws -> Bool
}

/// Keeps the gate's self-made certificate fresh, the same on all replicas, and known to the API server.
package struct CertificateRotation: Service {
  private static let attempts = 5

  private let shared: any SharedIdentity
  private let trust: any TrustKeeper
  private let plan: IdentityPlan
  private let now: @Sendable () -> Date
  private let logger: Logger
  private let certificate: ServingCertificate
  private let faults = RotationFaults()

  /// Adopts the identity that is there, or makes the first.
  ///
  /// - Parameter names: DNS names of the service, the one that the API server uses among them.
  /// - Throws: when the shared place cannot be reached.
  package init(
    names: [String], shared: any SharedIdentity, trust: any TrustKeeper, logger: Logger,
    now: @escaping @Sendable () -> Date = { Date() }
  ) async throws {
    plan = IdentityPlan(names: names)
    self.shared = shared
    self.trust = trust
    self.now = now
    self.logger = logger
    let identity = try await Self.identity(shared, plan, at: now())
    certificate = try ServingCertificate(chain: identity.chain, key: identity.key)
  }

  /// What is shown, for the listener.
  package var shown: ServingCertificate { certificate }

  /// For `/metrics`.
  package var gauge: GateGauge {
    (
      "pratique_admission_certificate_rotation_broken", "1 while the self-made certificate cannot be kept fresh.",
      faults.isBroken ? 1 : 0
    )
  }

  /// Takes a turn every ten seconds until the surrounding service group shuts down.
  package func run() async throws {
    try await Polling(every: .seconds(10)) {
      do {
        try await turn()
        faults.tell(nil)
      } catch {
        if faults.tell("\(error)") { logger.error("the certificate cannot be kept fresh", metadata: ["cause": "\(error)"]) }
      }
    }.run()
  }

  /// Does what is due, shows the certificate of the moment and sees to it that the API server knows it. The trust comes
  /// before the certificate: what is shown has been made known.
  package func turn() async throws {
    let identity = try await Self.identity(shared, plan, at: now())
    if try await trust.keep(identity.bundle) { logger.notice("the webhook configurations have the gate's authorities") }
    if try certificate.show(chain: identity.chain, key: identity.key) { logger.notice("another certificate is shown") }
  }

  /// The identity that all replicas share, one step further where one is due.
  private static func identity(
    _ shared: any SharedIdentity, _ plan: IdentityPlan, at now: Date
  ) async throws -> ServingIdentity {
    for _ in 0..<attempts {
      let found = try await shared.read()
      let held = found.flatMap { ServingIdentity($0.values) }
      guard held != nil || found?.values.isEmpty ?? true else {
        throw ListeningError.unreadable(file: "the shared certificate", because: "it is none that this program has made")
      }
      guard let next = try plan.next(held, at: now) else {
        if let held { return held }
        continue
      }
      if try await shared.write(next.values, over: found?.version) { return next }
      // Another replica was faster: what it wrote is as good.
    }
    throw ListeningError.unreadable(file: "the shared certificate", because: "other replicas keep changing it")
  }
}

/// What keeps the certificate from being kept fresh.
private final class RotationFaults: Sendable {
  private let fault = Mutex<String?>(nil)

  var isBroken: Bool { fault.withLock { $0 != nil } }

  /// - Returns: whether this is news.
  @discardableResult
  func tell(_ news: String?) -> Bool {
    fault.withLock { fault in
      defer { fault = news }
      return fault != news
    }
  }
}
