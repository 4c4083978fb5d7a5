import ArgumentParser
import Attestations
import Metadata
import Policies

struct KeysPlan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show which images lose or gain an attestor's word, before anything is applied.",
    discussion: """
      Judges every recorded image twice: with the attestors as they are now, and with those of another file, at another
      time, or both. Running images are those with a DEPLOYMENT occurrence that has not ended. Exit code 0 when nothing
      is lost, 1 when something is.

      Example: pratique keys plan --attestors attestors.yaml --with attestors.next.yaml
      Example: pratique keys plan --attestors attestors.yaml --at 2027-01-01T00:00:00Z
      """)

  @Option(help: "The attestors as they are, YAML or JSON.") var attestors: String
  @Option(help: "The attestors as they would be.") var with: String?
  @Option(help: "The time to judge the second side at, RFC 3339.") var at: String?
  @Option(help: "The project where deployments are recorded.") var project = "pratique"
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard with != nil || at != nil else { throw ValidationError("Give --with, --at or both: what is to be compared?") }
  }

  func run() async throws {
    let now = Now.seconds
    let old = try AttestorsText(Files.text(at: attestors), file: attestors).attestors
    let new = try with.map { try AttestorsText(Files.text(at: $0), file: $0).attestors } ?? old
    let then = try at.map(moment) ?? now
    let plan = try await store.withStore { store in
      try await KeyPlan.make(
        from: AttestorsInTime(old, atSeconds: now), to: AttestorsInTime(new, atSeconds: then), in: store,
        project: ProjectName(id: project))
    }
    switch output.output {
    case .json: try output.printJSON(plan)
    case .table: plan.printTable()
    }
    if plan.losses > 0 { throw ExitCode.no }
  }
}

/// Reads a moment that a person gave.
///
/// - Throws: `DoorError.usage`.
func moment(_ text: String) throws(DoorError) -> Int64 {
  guard let seconds = secondsSince1970(rfc3339: text) else {
    throw .usage("\"\(text)\" is not a moment.", remedy: "Write it as 2026-05-04T12:00:00Z.")
  }
  return seconds
}
