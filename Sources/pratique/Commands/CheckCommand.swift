import ArgumentParser
import Images
import Metadata
import Policies
import Registry
import Server

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run checks on an image, and have them vouched for if you ask.",
    discussion: """
      The checks are those of the file, with the same verdicts as a server gives. Nothing is signed without --attest. Exit
      code 0 when every check passed, 1 when one failed, 2 when none failed and one could not be decided.

      Example: pratique check registry.example.test/shop/web:1.4 --checks checks.yaml --check nobody
      """)

  @Argument(help: "The image; a tag is looked up once.") var image: String
  @Option(help: "Run this check or group only; may be repeated. All of the file otherwise.") var check: [String] = []
  @Option(help: "Run this VulnzSigningPolicy of Kritis too, YAML or JSON; nobody vouches for it.") var signingPolicy: String?
  @Flag(help: "Have the attestor of each check that passes sign and record it.") var attest = false
  @OptionGroup var checking: CheckOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    guard let checklist = try checking.checklist() else {
      throw DoorError.usage("--checks is missing.", remedy: "Name the file of the checks.")
    }
    let entries = try chosen(of: checklist)
    if attest { try mayAttest(entries, of: checklist) }
    let policy = try signingPolicy.map(VulnzSigningPolicy.init(file:))
    let asked =
      entries + (policy.map { [Checklist.Entry(name: $0.title, check: $0, attestor: nil, signer: nil)] } ?? [])
    let pinned = try await registry.pin(image)
    let client = try registry.client(for: checklist.registries)
    let results: [CheckResult]
    do {
      results = try await store.withStore { store in
        try await CheckSuite(checklist, client: client, store: store, signed: attest ? entries : [])
          .results(of: asked, on: pinned)
      }
    } catch {
      await client.shutdown()
      throw error
    }
    await client.shutdown()
    switch output.output {
    case .json: try output.printJSON(VoucherAnswer(pinned, results))
    case .table: results.forEach { print(Self.text($0)) }
    }
    if results.contains(where: { if case .failed = $0.verdict { true } else { false } }) { throw ExitCode.no }
    if results.contains(where: { !$0.verdict.isPassed || $0.obstacle != nil }) { throw ExitCode.couldNotTell }
  }

  private func chosen(of checklist: Checklist) throws -> [Checklist.Entry] {
    guard !check.isEmpty else { return checklist.entries }
    var names: Set<String> = []
    for name in check {
      guard let found = checklist.entries(for: name) else {
        throw DoorError.usage(
          "The checks file has no check or group \"\(printable(name))\".",
          remedy: "Name one of: \((checklist.entries.map(\.name) + checklist.groups.keys.sorted()).joined(separator: ", ")).")
      }
      names.formUnion(found.map(\.name))
    }
    return checklist.entries.filter { names.contains($0.name) }
  }

  /// - Throws: `DoorError.usage` where a check that passes could not be attested.
  private func mayAttest(_ entries: [Checklist.Entry], of checklist: Checklist) throws {
    guard !checklist.isDryRun else {
      throw DoorError.usage(
        "--attest signs, and the checks file is a dry run.", remedy: "Leave --attest out, or dryRun in the file.")
    }
    guard let entry = entries.first(where: { $0.signer == nil }) else { return }
    throw DoorError.usage(
      "The check \(entry.name) has no signer to attest with.",
      remedy: "Write its signer into the checks file, or name the checks that have one with --check.")
  }

  private static func text(_ result: CheckResult) -> String {
    let attested = result.isAttested ? ", attested" : ""
    let reasons = (result.verdict.reasons + [result.obstacle].compactMap(\.self)).map {
      "  \($0.problem) \($0.remedy) [\($0.code)]"
    }
    let word =
      switch result.verdict {
      case .passed: Terminal.green("passed")
      case .failed: Terminal.red("failed")
      case .undecided: Terminal.yellow("undecided")
      }
    return (["\(word) \(result.name)\(attested)"] + result.evidence.map { "  \($0)" } + reasons).joined(separator: "\n")
  }
}
