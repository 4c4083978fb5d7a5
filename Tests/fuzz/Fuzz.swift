import Foundation

/// Throws made-up bytes at everything that reads hostile input in the gate. A developer's tool, not shipped.
///
/// Built with `-D FUZZING` and the fuzzer's instrumentation (`Scripts/fuzz`) it searches; otherwise it plays the kept
/// corpus once, so that what was found before is tried again on every run.
@main
struct Fuzz {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 2, let target = FuzzTarget(rawValue: arguments[1]) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
      print("Usage: fuzz \(names) CORPUS_FOLDER...")
      exit(2)
    }
    #if FUZZING
      exit(search(target))
    #else
      play(target, folders: Array(arguments.dropFirst(2)))
    #endif
  }

  /// Feeds each file of the folders to the target once.
  private static func play(_ target: FuzzTarget, folders: [String]) {
    var count = 0
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? [] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
        target.feed(Array(data))
        count += 1
      }
    }
    print("\(target.rawValue): \(count) inputs read without a crash")
    if count == 0 { exit(1) }
  }
}

#if FUZZING
  /// Source: LLVM, libFuzzer, "Using libFuzzer as a library".
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ argc: UnsafeMutablePointer<Int32>, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32

  /// Runs libFuzzer with the remaining arguments, which are its own.
  private func search(_ target: FuzzTarget) -> Int32 {
    // The callback can capture nothing, so the target is known to it through the environment.
    setenv("PRATIQUE_FUZZ", target.rawValue, 1)
    var count = CommandLine.argc - 1
    var arguments = CommandLine.unsafeArgv + 1
    return runDriver(&count, &arguments) { bytes, length in
      Chosen.target.feed(Array(UnsafeBufferPointer(start: bytes, count: length)))
      return 0
    }
  }

  private enum Chosen {
    static let target = FuzzTarget(rawValue: String(cString: getenv("PRATIQUE_FUZZ"))) ?? .payload
  }
#endif
