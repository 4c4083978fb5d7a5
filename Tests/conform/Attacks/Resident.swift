import Foundation

/// Memory of this process, in MiB.
enum Resident {
  static var now: Double { field("VmRSS:") }

  /// The most it ever was since the last `forgetPeak()`.
  static var peak: Double { field("VmHWM:") }

  /// Source: proc(5), /proc/pid/clear_refs, 5.
  static func forgetPeak() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

  private static func field(_ name: String) -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
    return (line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
  }
}
