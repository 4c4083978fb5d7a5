import ArgumentParser

/// Breaks a metadata server on purpose and counts what was lost. A developer's tool, not shipped.
@main
struct Faults: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Break a metadata server on purpose and count what was lost.",
    discussion: """
      The exit code is 1 when anything that was acknowledged is lost, torn or doubled.

      Example: .build/debug/faults kill --kills 1000
      """,
    subcommands: [Kill.self])
}
