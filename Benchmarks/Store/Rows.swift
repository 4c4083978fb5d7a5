import Foundation
import Metadata
import Schemas
import SwiftProtobuf

/// The rows of the race: findings of about 600 bytes, thirty to an image.
enum Rows {
  static let note = "projects/race/notes/check"
  static let rowsPerImage = 30

  static var noteMessage: Note { .with { $0.compliance.title = "What the race writes under" } }

  static func image(_ number: Int) -> String {
    let hex = String(UInt64(truncatingIfNeeded: number), radix: 16)
    return "https://registry.example.test/race/app@sha256:" + String(repeating: "0", count: 64 - hex.count) + hex
  }

  /// Row `number` of all; its message has 600 bytes, give or take the digits.
  static func occurrence(_ number: Int) -> Occurrence {
    .with {
      $0.resourceUri = image(number / rowsPerImage)
      $0.noteName = note
      $0.remediation = String(repeating: "r", count: 300)
      $0.compliance.nonComplianceReason = "row \(number)"
    }
  }
}

/// Durations of one kind of call.
struct Latencies: Sendable {
  private(set) var microseconds: [Double] = []

  mutating func add(_ duration: Duration) { microseconds.append(duration / .microseconds(1)) }
  mutating func add(_ others: Latencies) { microseconds += others.microseconds }

  var count: Int { microseconds.count }

  /// - Parameter share: 0.5 for the median.
  func quantile(_ share: Double) -> Double {
    let sorted = microseconds.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

func print(_ name: String, _ latencies: Latencies, over seconds: Double, rowsEach: Int = 1) {
  let rate = Double(latencies.count * rowsEach) / seconds
  Swift.print(
    String(
      format: "%@: %.0f rows/s, p50 %.2f ms, p99 %.2f ms", name, rate, latencies.quantile(0.5) / 1000,
      latencies.quantile(0.99) / 1000))
}

/// The process's memory now, in MiB. Source: proc(5), `VmRSS` of /proc/self/status.
func residentMiB() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
  return (Int(line.filter(\.isNumber)) ?? 0) / 1024
}
