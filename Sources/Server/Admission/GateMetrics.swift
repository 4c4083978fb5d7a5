import Policies
import Synchronization

/// What simply is: for `/metrics`.
package typealias GateGauge = (name: String, help: String, value: Int)

/// What the gate counts. Labels are verdicts, codes and bounds: all from closed sets.
package final class GateMetrics: Sendable {
  private struct Counts {
    var reviews: [AdmissionAnswer.Verdict: Int] = [:]
    var reasons: [String: Int] = [:]
    var modes: [String: Int] = [:]
    var buckets = [Int](repeating: 0, count: GateMetrics.boundsMilliseconds.count + 1)
    var sum = Duration.zero
    var dryRuns = 0
  }

  private static let boundsMilliseconds: [Double] = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]
  private let counts = Mutex(Counts())

  package init() {}

  func add(_ answer: AdmissionAnswer, isDryRun: Bool, took: Duration) {
    let milliseconds = Double(took.components.seconds) * 1_000 + Double(took.components.attoseconds) / 1e15
    let bucket = Self.boundsMilliseconds.firstIndex { milliseconds <= $0 } ?? Self.boundsMilliseconds.count
    counts.withLock { counts in
      counts.reviews[answer.verdict, default: 0] += 1
      for code in answer.codes { counts.reasons[code, default: 0] += 1 }
      for mode in answer.decision.mildModes { counts.modes[mode, default: 0] += 1 }
      counts.buckets[bucket] += 1
      counts.sum += took
      if isDryRun { counts.dryRuns += 1 }
    }
  }

  /// In the text format of Prometheus, version 0.0.4.
  ///
  /// - Parameter gauges: name, help and value of what is not counted but simply is.
  package func text(gauges: [GateGauge]) -> String {
    let counts = counts.withLock { $0 }
    var out = "# HELP pratique_admission_reviews_total Reviews answered, by verdict.\n"
    out += "# TYPE pratique_admission_reviews_total counter\n"
    for verdict in AdmissionAnswer.Verdict.allCases {
      out += "pratique_admission_reviews_total{verdict=\"\(verdict.rawValue)\"} \(counts.reviews[verdict] ?? 0)\n"
    }
    out += "# HELP pratique_admission_dry_run_reviews_total Reviews of dry runs among them.\n"
    out += "# TYPE pratique_admission_dry_run_reviews_total counter\n"
    out += "pratique_admission_dry_run_reviews_total \(counts.dryRuns)\n"
    out += "# HELP pratique_admission_reasons_total Reasons given, by code.\n"
    out += "# TYPE pratique_admission_reasons_total counter\n"
    for (code, count) in counts.reasons.sorted(by: { $0.key < $1.key }) {
      out += "pratique_admission_reasons_total{code=\"\(code)\"} \(count)\n"
    }
    out += "# HELP pratique_admission_unenforced_total Reviews in which something would be denied that is only told, by mode.\n"
    out += "# TYPE pratique_admission_unenforced_total counter\n"
    for mode in Enforcement.allCases.map(\.mode) where mode != Enforcement.block.mode {
      out += "pratique_admission_unenforced_total{mode=\"\(mode)\"} \(counts.modes[mode] ?? 0)\n"
    }
    out += "# HELP pratique_admission_seconds Time from request to answer.\n"
    out += "# TYPE pratique_admission_seconds histogram\n"
    var below = 0
    for (index, bound) in Self.boundsMilliseconds.enumerated() {
      below += counts.buckets[index]
      out += "pratique_admission_seconds_bucket{le=\"\(bound / 1_000)\"} \(below)\n"
    }
    below += counts.buckets[Self.boundsMilliseconds.count]
    out += "pratique_admission_seconds_bucket{le=\"+Inf\"} \(below)\n"
    let sum = Double(counts.sum.components.seconds) + Double(counts.sum.components.attoseconds) / 1e18
    out += "pratique_admission_seconds_sum \(sum)\npratique_admission_seconds_count \(below)\n"
    for gauge in gauges {
      out += "# HELP \(gauge.name) \(gauge.help)\n# TYPE \(gauge.name) gauge\n\(gauge.name) \(gauge.value)\n"
    }
    return out
  }
}
