import ArgumentParser

/// Runs data-driven cases against the real modules. A developer's tool, not shipped.
@main
struct Conform: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run data-driven cases against the real modules.",
    discussion: """
      Each failure is printed with what was expected and what came; a skip names its reason. The last line is
      "N passed, N failed, N skipped"; the exit code is 1 when one failed.

      Example: swift run conform versions ../shared/data/versions
      """,
    subcommands: [Versions.self, Vulnerabilities.self, Attacks.self, Wycheproof.self, Sigstore.self, PodSecurity.self])
}

/// What came of one case.
enum Outcome {
  case passed
  case failed(expected: String, got: String)
  case skipped(because: String)
}

/// Counts outcomes and says each that is not a pass.
struct Tally {
  private var passed = 0
  private var failed = 0
  private var skipped = 0

  /// Takes one outcome in and prints it unless it passed.
  mutating func add(_ outcome: Outcome, of name: String) {
    switch outcome {
    case .passed: passed += 1
    case .failed(let expected, let got):
      failed += 1
      print("FAILED \(name)\n  expected: \(expected)\n  got:      \(got)")
    case .skipped(let reason):
      skipped += 1
      print("SKIPPED \(name): \(reason)")
    }
  }

  /// Counts all cases of a file as skipped and says so once.
  mutating func addSkips(_ count: Int, of name: String, because reason: String) {
    skipped += count
    print("SKIPPED \(name), \(count) cases: \(reason)")
  }

  /// Adds passes that are not worth a line each.
  mutating func addPasses(_ count: Int) { passed += count }

  /// Prints the last line.
  ///
  /// - Throws: `ExitCode(1)` when a case failed.
  func finish() throws {
    print("\(passed) passed, \(failed) failed, \(skipped) skipped")
    if failed > 0 { throw ExitCode(1) }
  }
}
