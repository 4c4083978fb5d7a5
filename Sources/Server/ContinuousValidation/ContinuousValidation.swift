import Images
package import Logging
package import Policies
import ServiceLifecycle

/// Judges what runs again whenever the rules, a key or the evidence change, and at an interval; tells, and never evicts.
///
/// Only the leader among the replicas does so; the others know what runs and can take over.
package struct ContinuousValidation: Service {
  /// What it is handed from outside.
  package struct Surroundings: Sendable {
    package var pods: RunningPods
    package var rulebook: @Sendable () -> Rulebook?
    /// Another value whenever evidence or what policies know of namespaces may have changed.
    package var revision: @Sendable () -> Int
    /// Whether this replica leads, long enough for what is begun now.
    package var isLeading: @Sendable () -> Bool
    package var report: any ReportKeeper
    package var listener: any ViolationListener
    package var marker: any PodMarker
    /// Seconds since 1970 UTC.
    package var now: @Sendable () -> Int64
    package var logger: Logger

    package init(
      pods: RunningPods, rulebook: @escaping @Sendable () -> Rulebook?, revision: @escaping @Sendable () -> Int,
      isLeading: @escaping @Sendable () -> Bool, report: any ReportKeeper, listener: any ViolationListener,
      marker: any PodMarker, now: @escaping @Sendable () -> Int64, logger: Logger
    ) {
      self.pods = pods
      self.rulebook = rulebook
      self.revision = revision
      self.isLeading = isLeading
      self.report = report
      self.listener = listener
      self.marker = marker
      self.now = now
      self.logger = logger
    }
  }

  /// Writes that may fail in one turn; then the API server is given a rest.
  private static let limitFailures = 3

  package let metrics = ValidationMetrics()
  private let settings: ValidationSettings
  private let surroundings: Surroundings
  private let revalidation: Revalidation

  package init(_ settings: ValidationSettings, _ revalidation: Revalidation, _ surroundings: Surroundings) {
    self.settings = settings
    self.revalidation = revalidation
    self.surroundings = surroundings
  }

  /// Looks at every tick whether there is something to do, until the surrounding service group shuts down.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      var term = ValidationTerm(settings)
      while !Task.isCancelled {
        await turn(&term)
        try? await Task.sleep(for: settings.tick)
      }
    }
  }

  private func turn(_ term: inout ValidationTerm) async {
    guard surroundings.isLeading(), let rulebook = surroundings.rulebook() else {
      // Whoever led must find out everything anew, and tell it anew, when it leads again.
      term = ValidationTerm(settings)
      metrics.set(isLeading: false)
      return
    }
    metrics.set(isLeading: true)
    let basis = ValidationTerm.Basis(policy: rulebook.digest, revision: surroundings.revision())
    let isFull = term.isDue(basis, at: .now)
    let shapes = isFull ? surroundings.pods.all() : surroundings.pods.fresh()
    if isFull || !shapes.isEmpty {
      let began = ContinuousClock.now
      let found = await revalidation.findings(on: shapes, under: rulebook, at: surroundings.now(), while: surroundings.isLeading)
      // What was left out is nowhere noted as new any more, so everything is due again.
      guard found.isComplete, surroundings.isLeading() else { return term.lostCount() }
      term.add(found.all, isFull ? basis : nil, at: .now)
      metrics.add(isFull: isFull, took: began.duration(to: .now))
    }
    let isLookDue = term.isLookDue(at: .now)
    guard isFull || isLookDue else { return }
    let report = ViolationReport(term.findings(of: surroundings.pods), of: surroundings.pods, policy: "\(rulebook.digest)")
    metrics.set(report)
    await write(report, &term)
    await tell(report, &term)
    await mark(&term)
  }

  /// Writes the report when it says something else than before; its time alone is no news.
  private func write(_ report: ViolationReport, _ term: inout ValidationTerm) async {
    let body = report.json(judgedAtSeconds: 0)
    guard term.mayWrite(body, at: .now) else { return }
    do {
      let dated = report.json(judgedAtSeconds: surroundings.now())
      if term.hasWritten { try await surroundings.report.write(dated) } else { try await surroundings.report.takeOver(dated) }
      term.wrote(body)
    } catch {
      term.lostReport()
      surroundings.logger.warning("the report of violations could not be written", metadata: ["cause": "\(error)"])
    }
  }

  private func tell(_ report: ViolationReport, _ term: inout ValidationTerm) async {
    var failures = 0
    for entry in term.news(in: report, at: .now) {
      guard surroundings.isLeading(), failures < Self.limitFailures else { return }
      let note = "\(entry.pods) running pods would be kept out now. \(entry.violation.message)"
      do {
        try await surroundings.listener.tell(entry.owner, note)
        term.told(entry)
      } catch {
        // One owner in a namespace that is being deleted must not keep the others from being told.
        term.couldNotTell(entry, at: .now)
        failed("a violation could not be told", error, &failures)
      }
    }
  }

  private func mark(_ term: inout ValidationTerm) async {
    guard settings.marksPerMinute > 0 else { return }
    var failures = 0
    let tried = term.lately(at: .now)
    let wanted = surroundings.pods.unmarked(atMost: term.marksAllowed(at: .now), besides: tried) { term.marks(of: $0)?.seen }
    for pod in wanted {
      guard surroundings.isLeading(), failures < Self.limitFailures, let marks = term.marks(of: pod.shape) else { return }
      term.marked(pod.namespace, pod.name, at: .now)
      do {
        try await surroundings.marker.mark(namespace: pod.namespace, name: pod.name, marks)
      } catch {
        failed("a pod could not be marked", error, &failures)
      }
    }
  }

  /// The first failure of a turn is told with its cause; all are counted.
  private func failed(_ message: Logger.Message, _ error: any Error, _ failures: inout Int) {
    if failures == 0 { surroundings.logger.warning(message, metadata: ["cause": "\(error)"]) }
    metrics.addUntold()
    failures += 1
  }
}
