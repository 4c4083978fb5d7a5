/// How often something may be told: so many a minute, saved up for a minute at most. Pure.
struct TellingRate: Sendable {
  private let perMinute: Int
  private var saved: Double
  private var since: ContinuousClock.Instant?

  init(perMinute: Int) {
    self.perMinute = perMinute
    saved = Double(perMinute)
  }

  /// How many may be told at once.
  mutating func allowance(at now: ContinuousClock.Instant) -> Int {
    if let since {
      let passed = (now - since).components
      let seconds = Double(passed.seconds) + Double(passed.attoseconds) / 1e18
      saved = min(Double(perMinute), saved + seconds * Double(perMinute) / 60)
    }
    since = now
    return Int(saved)
  }

  mutating func spend(_ count: Int) { saved = max(0, saved - Double(count)) }
}
