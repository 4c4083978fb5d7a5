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
  private let gauges: @Sendable () -> [GateGauge]
  private let drain: Drain
  private let faults = Faults()

  /// - Parameters:
  ///   - rules: nil where the rules do not come from files.
  ///   - gauges: what the metrics tell beside the gate's own.
  ///   - onRunning: told the port once connections are taken.
  package init(
    _ gate: Gate, rules: RulebookFiles?, certificate: ServingCertificate, listening: ListeningSettings, logger: Logger,
    gauges: @escaping @Sendable () -> [GateGauge] = { [] }, onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.gate = gate
    self.rules = rules
    self.certificate = certificate
    self.listening = listening
    self.logger = logger
    self.onRunning = onRunning
    self.gauges = gauges
    drain = Drain(listening.drain)
  }

  /// Serves until the surrounding service group shuts down or the task is cancelled. First it says that it is not ready any
  /// more and goes on for as long as `listening.drain`; then nothing new is taken, and what was asked is answered.
  ///
  /// - Throws: when the address cannot be bound.
  package func run() async throws {
    let (gate, rules, faults, drain, more) = (gate, rules, faults, drain, gauges)
    await gate.feed?.load()
    let responder = GateResponder(
      gate,
      // What is broken on disk while something good is in force takes no replica out of service: metrics and log tell.
      readiness: { rules?.rulebook == nil && gate.surroundings.rulebook() == nil ? ["there is no policy"] : [] },
      notes: { [gate.surroundings.decisions?.note].compactMap { $0 } + (rules?.notes ?? []) },
      isDraining: { drain.isDraining },
      gauges: {
        more() + (gate.surroundings.decisions?.tally.gauges ?? []) + [
          (
            "pratique_admission_certificate_broken", "1 while the certificate's files are not in force.",
            faults.hasCertificate ? 1 : 0
          )
        ] + (rules?.gauges ?? []) + gate.evidenceGauges
      })
    let listener = Listener(
      responder, settings: listening, certificate: certificate, logger: logger, onRunning: onRunning)
    let polling = Polling(every: .seconds(1)) { reload() }
    var services: [any Service] = [polling]
    if let feed = gate.feed { services.append(feed) }
    // Stopped from the last to the first, each once the one after it has ended.
    try await ServiceGroup(services: services + [listener, drain], logger: logger).run()
  }

  /// Reads the files that have changed. A fault is told once, and again when it becomes another.
  private func reload() {
    do {
      if try rules?.reload() == true {
        logger.notice("other rules are in force", metadata: ["policy": "\(rules?.rulebook?.digest.description ?? "")"])
        for fault in (rules?.faultsOfObjects ?? []).prefix(20) {
          let meanwhile = fault.isCovered ? "as it last was good" : "nothing is let in where it belongs"
          logger.error(
            "a policy of the cluster is not in force",
            metadata: ["object": "\(printable(fault.id))", "cause": "\(fault.cause)", "meanwhile": "\(meanwhile)"])
        }
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
}
