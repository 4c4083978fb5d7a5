import Foundation
import Glibc
import Images

/// Walks one gzip layer as an audit does, and races `gzip -dc FILE | sha256sum` on the same file.
///
/// Interleaved runs in one process; prints one row for the table in `Benchmarks/README.md`.
@main
struct LayerWalk {
  static func main() async throws {
    guard CommandLine.arguments.count == 2 || CommandLine.arguments.count == 3, let file = CommandLine.arguments.dropFirst().first
    else {
      print("usage: layer-walk FILE.tar.gz [RUNS]")
      exit(2)
    }
    let runs = CommandLine.arguments.count == 3 ? Int(CommandLine.arguments[2]) ?? 5 : 5
    let layer = try await LayerFile(file)
    var ours: [Run] = []
    var theirs: [Run] = []
    var contents: ImageContents?
    for _ in 0..<max(1, runs) {
      let pipe = Watch(.children)
      try layer.pipe()
      theirs.append(pipe.run)
      // The last result would count towards the peak of the next.
      contents = nil
      let walk = Watch(.own)
      contents = try await layer.walk()
      ours.append(walk.run)
    }
    guard let contents else { return }
    let packages = String(decoding: contents.files.contents(of: LayerFile.status) ?? [], as: UTF8.self)
      .split(separator: "\n").count { $0.hasPrefix("Package: ") }
    report(layer, contents, packages: packages, ours: ours, theirs: theirs)
  }

  private static func report(_ layer: LayerFile, _ contents: ImageContents, packages: Int, ours: [Run], theirs: [Run]) {
    let (walk, pipe) = (median(ours.map(\.wall)), median(theirs.map(\.wall)))
    let megabytes = Double(layer.uncompressedBytes) / 1e6
    print(
      """
      layer: \(layer.compressedBytes) bytes packed, \(layer.uncompressedBytes) unpacked, \(contents.files.entries.count) files, \(packages) packages
      diff id: \(contents.layers[0].diffID)
      | | wall s (median of \(ours.count)) | spread | CPU s | MB/s unpacked | peak RSS MB |
      |---|---|---|---|---|---|
      | `gzip -dc FILE \\| sha256sum` | \(three(pipe)) | \(spread(theirs)) | \(three(median(theirs.map(\.cpu)))) | \(Int(megabytes / pipe)) | - |
      | layer walk | \(three(walk)) | \(spread(ours)) | \(three(median(ours.map(\.cpu)))) | \(Int(megabytes / walk)) | \(peakMegabytes()) |
      | ratio (pipe / walk) | **\(three(pipe / walk))** | | | | |
      """)
  }

  private static func three(_ value: Double) -> String { String(format: "%.3f", value) }

  private static func spread(_ runs: [Run]) -> String {
    "\(three(runs.map(\.wall).min() ?? 0)) to \(three(runs.map(\.wall).max() ?? 0))"
  }
}

/// What one run took, in seconds.
struct Run {
  let wall: Double
  let cpu: Double
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Whose time the kernel is asked for.
enum Whose: __rusage_who_t {
  case own = 0
  case children = -1

  var usage: rusage {
    var usage = rusage()
    getrusage(rawValue, &usage)
    return usage
  }
}

/// Measures from its making on.
struct Watch {
  private let whose: Whose
  private let start = ContinuousClock.now
  private let before: Double

  init(_ whose: Whose) {
    self.whose = whose
    before = cpuSeconds(whose)
  }

  var run: Run { Run(wall: (ContinuousClock.now - start) / .seconds(1), cpu: cpuSeconds(whose) - before) }
}

func cpuSeconds(_ whose: Whose) -> Double {
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return seconds(whose.usage.ru_utime) + seconds(whose.usage.ru_stime)
}

func peakMegabytes() -> Int { Whose.own.usage.ru_maxrss / 1024 }
