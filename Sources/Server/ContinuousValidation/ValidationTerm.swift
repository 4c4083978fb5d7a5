import Images

/// What a leader remembers for as long as it leads.
struct ValidationTerm: Sendable {
  /// What all findings rest on.
  struct Basis: Hashable, Sendable {
    let policy: Digest
    let revision: Int
  }

  /// Owners that are remembered as told; beyond them some are told twice.
  private static let limitTold = 50_000
  /// Owners and pods that are remembered as not to be tried again yet.
  private static let limitTried = 10_000
  /// Before an owner who could not be told is tried again.
  private static let rest = Duration.seconds(300)
  /// Before a pod that was marked is looked at again: what became of it comes by the watch.
  private static let markRest = Duration.seconds(60)
  /// Between two writes of the report, and between two rounds over everything under the same policy.
  private static let pause = Duration.seconds(5)

  private let interval: Duration
  private let retry: Duration
  private var found: [Int: Finding] = [:]
  private var basis: Basis?
  private var judgedAt: ContinuousClock.Instant?
  private var hasUnknown = false
  private var told: [PodOwner: [String]] = [:]
  private var untold: [PodOwner: ContinuousClock.Instant] = [:]
  private var markedAt: [String: ContinuousClock.Instant] = [:]
  private var events: TellingRate
  private var labels: TellingRate
  private var written: [UInt8]?
  private var triedAt: ContinuousClock.Instant?
  private var lookedAt: ContinuousClock.Instant?

  init(_ settings: ValidationSettings) {
    (interval, retry) = (settings.interval, settings.retry)
    events = TellingRate(perMinute: settings.eventsPerMinute)
    labels = TellingRate(perMinute: settings.marksPerMinute)
  }

  /// Whether everything has to be judged again.
  func isDue(_ basis: Basis, at now: ContinuousClock.Instant) -> Bool {
    guard let known = self.basis, let judgedAt, known.policy == basis.policy else { return true }
    return now - judgedAt >= (known == basis ? (hasUnknown ? min(interval, retry) : interval) : Self.pause)
  }

  /// - Parameter basis: of a round over everything; nil when only what is new was judged.
  mutating func add(_ findings: [Int: Finding], _ basis: Basis?, at now: ContinuousClock.Instant) {
    for (number, finding) in findings {
      if finding == .unknown, let known = found[number], known != .unknown { continue }
      found[number] = finding
    }
    guard let basis else { return }
    (self.basis, judgedAt) = (basis, now)
    hasUnknown = findings.values.contains(.unknown)
  }

  /// It is not known any more what has been judged.
  mutating func lostCount() { judgedAt = nil }

  /// Those of shapes that are still there; the others are forgotten.
  mutating func findings(of pods: RunningPods) -> [Int: Finding] {
    if found.count > pods.counts.shapes {
      let there = pods.crowds(of: Array(found.keys))
      found = found.filter { there[$0.key] != nil }
    }
    return found
  }

  /// Whether it is time to look at all findings, though none of them is new: pods come and go.
  mutating func isLookDue(at now: ContinuousClock.Instant) -> Bool {
    guard lookedAt.map({ now - $0 >= Self.pause }) ?? true else { return false }
    lookedAt = now
    return true
  }

  // MARK: The report

  /// Whether this leader's report is what stands there.
  var hasWritten: Bool { written != nil }

  mutating func mayWrite(_ body: [UInt8], at now: ContinuousClock.Instant) -> Bool {
    guard written != body, triedAt.map({ now - $0 >= Self.pause }) ?? true else { return false }
    triedAt = now
    return true
  }

  mutating func wrote(_ body: [UInt8]) { written = body }

  /// Somebody else has written, or it is not known whether this leader has.
  mutating func lostReport() { written = nil }

  // MARK: Events

  /// Entries of owners who have not been told of these codes, as many as may be told now.
  mutating func news(in report: ViolationReport, at now: ContinuousClock.Instant) -> [ViolationReport.Entry] {
    let violating = Set(report.entries.map(\.owner))
    told = told.filter { violating.contains($0.key) }
    untold = untold.filter { now - $0.value < Self.rest }
    let allowance = events.allowance(at: now)
    var seen: Set<PodOwner> = []
    var news: [ViolationReport.Entry] = []
    for entry in report.entries
    where seen.insert(entry.owner).inserted && told[entry.owner] != entry.violation.codes && untold[entry.owner] == nil {
      guard news.count < allowance else { break }
      news.append(entry)
    }
    return news
  }

  mutating func told(_ entry: ViolationReport.Entry) {
    events.spend(1)
    if told.count >= Self.limitTold { told = [:] }
    told[entry.owner] = entry.violation.codes
  }

  /// Somebody else has their turn first.
  mutating func couldNotTell(_ entry: ViolationReport.Entry, at now: ContinuousClock.Instant) {
    events.spend(1)
    if untold.count >= Self.limitTried { untold = [:] }
    untold[entry.owner] = now
  }

  // MARK: Marks

  mutating func marksAllowed(at now: ContinuousClock.Instant) -> Int { labels.allowance(at: now) }

  mutating func marked(_ namespace: String, _ name: String, at now: ContinuousClock.Instant) {
    labels.spend(1)
    if markedAt.count >= Self.limitTried { markedAt = [:] }
    markedAt["\(namespace)/\(name)"] = now
  }

  /// Pods that were marked, or could not be, a moment ago.
  mutating func lately(at now: ContinuousClock.Instant) -> Set<String> {
    markedAt = markedAt.filter { now - $0.value < Self.markRest }
    return Set(markedAt.keys)
  }

  /// Nil for a shape that nothing is known of.
  func marks(of shape: Int) -> PodMarks? {
    switch found[shape] {
    case .allowed(let isAttested): PodMarks(violation: nil, isAttested: isAttested)
    case .violation(let violation): PodMarks(violation: violation.message, isAttested: violation.isAttested)
    case .unknown, nil: nil
    }
  }
}

extension PodMarks {
  /// How a pod looks that has these marks.
  var seen: Seen { Seen(isViolating: violation != nil, isAttested: isAttested) }
}
