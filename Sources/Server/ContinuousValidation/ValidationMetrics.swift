import Synchronization

/// What continuous validation counts. No label tells of a pod or an image.
package final class ValidationMetrics: Sendable {
  private struct Counts {
    var isLeading = false
    var pods = 0
    var shapes = 0
    var violatingPods = 0
    var unknownShapes = 0
    var isTruncated = false
    var rounds = 0
    var lastMilliseconds = 0
    var untold = 0
  }

  private let counts = Mutex(Counts())

  func set(isLeading: Bool) { counts.withLock { $0.isLeading = isLeading } }

  func add(isFull: Bool, took: Duration) {
    guard isFull else { return }
    let milliseconds = Int(took.components.seconds) * 1_000 + Int(took.components.attoseconds / 1_000_000_000_000_000)
    counts.withLock {
      $0.rounds += 1
      $0.lastMilliseconds = milliseconds
    }
  }

  func set(_ report: ViolationReport) {
    counts.withLock {
      $0.pods = report.pods
      $0.shapes = report.shapes
      $0.violatingPods = report.violatingPods
      $0.unknownShapes = report.unknownShapes
      $0.isTruncated = report.isTruncated
    }
  }

  func addUntold() { counts.withLock { $0.untold += 1 } }

  /// For `/metrics`.
  package var gauges: [GateGauge] {
    let counts = counts.withLock { $0 }
    return [
      ("pratique_validation_leading", "1 on the replica that judges what runs.", counts.isLeading ? 1 : 0),
      ("pratique_validation_pods", "Pods that run, as far as they are held.", counts.pods),
      ("pratique_validation_shapes", "Distinct pods among them.", counts.shapes),
      ("pratique_validation_violating_pods", "Pods that would be kept out now.", counts.violatingPods),
      ("pratique_validation_unknown_shapes", "Shapes about which there was no answer.", counts.unknownShapes),
      ("pratique_validation_truncated", "1 while there are more pods than are held.", counts.isTruncated ? 1 : 0),
      ("pratique_validation_rounds", "Rounds over everything since this replica began.", counts.rounds),
      ("pratique_validation_last_round_milliseconds", "How long the last of them took.", counts.lastMilliseconds),
      ("pratique_validation_untold", "Events and marks that could not be written.", counts.untold),
    ]
  }
}
