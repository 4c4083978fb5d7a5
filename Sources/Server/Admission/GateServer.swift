import Images
package import Logging
import Policies
import ServiceLifecycle
import Synchronization

/// The gate as it runs: listening on HTTPS, with its rules and its certificate read again when their files change.
package struct GateServer: Service {
  private let gate: Gate
  private let rules: RulebookFiles?
  private let certificate: ServingCertificate
  private let listening: ListeningSettings
  private let logger: Logger
  private let onRunning: @Sendable (Int) async -> Void
  private let faults = Faults()

  /// - Parameters:
  ///   - rules: nil where the rules do not come from files.
  ///   - onRunning: told the port once connections are taken.
  package init(
    _ gate: Gate, rules: RulebookFiles?, certificate: ServingCertificate, listening: ListeningSettings, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.gate = gate
    self.rules = rules
    self.certificate = certificate
    self.listening = listening
    self.logger = logger
    self.onRunning = onRunning
  }

  /// Serves until the surrounding service group shuts down or the task is cancelled; what was asked is answered first.
  ///
  /// - Throws: when the address cannot be bound.
  package func run() async throws {
    let (gate, rules, faults) = (gate, rules, faults)
    let responder = GateResponder(
      gate, readiness: { faults.all(rules, hasRules: gate.surroundings.rulebook() != nil) },
      gauges: {
        [
          ("pratique_admission_policy_generation", "How often the rules have changed.", rules?.generation ?? 0),
          ("pratique_admission_policy_broken", "1 while the files of the rules are not in force.", rules?.fault == nil ? 0 : 1),
          (
            "pratique_admission_certificate_broken", "1 while the certificate's files are not in force.",
            faults.hasCertificate ? 1 : 0
          ),
        ]
      })
    let listener = Listener(
      responder, settings: listening, certificate: certificate, logger: logger, onRunning: onRunning)
    let polling = Polling(every: .seconds(1)) { reload() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await polling.run() }
      defer { group.cancelAll() }
      try await listener.run()
    }
  }

  /// Reads the files that have changed. A fault is told once, and again when it becomes another.
  private func reload() {
    do {
      if try rules?.reload() == true {
        logger.notice("other rules are in force", metadata: ["policy": "\(rules?.rulebook?.digest.description ?? "")"])
      }
      faults.tell(nil, of: .rules)
    } catch {
      if faults.tell("\(error)", of: .rules) {
        logger.error("the rules on disk are not in force", metadata: ["cause": "\(error)"])
      }
    }
    do throws(ListeningError) {
      if try certificate.reload() { logger.notice("another certificate is shown") }
      faults.tell(nil, of: .certificate)
    } catch {
      if faults.tell("\(error)", of: .certificate) {
        logger.error("the certificate on disk is not shown", metadata: ["cause": "\(error)"])
      }
    }
  }
}

/// What is wrong with the files at the moment.
private final class Faults: Sendable {
  enum Subject { case rules, certificate }

  private let known = Mutex<[Subject: String]>([:])

  var hasCertificate: Bool { known.withLock { $0[.certificate] != nil } }

  /// - Returns: whether this is news.
  @discardableResult
  func tell(_ fault: String?, of subject: Subject) -> Bool {
    known.withLock { known in
      let isNews = known[subject] != fault
      known[subject] = fault
      return isNews
    }
  }

  func all(_ rules: RulebookFiles?, hasRules: Bool) -> [String] {
    let certificate = known.withLock { $0[.certificate] }
    return [hasRules ? nil : "there is no policy", rules?.fault, certificate].compactMap { $0 }
  }
}
