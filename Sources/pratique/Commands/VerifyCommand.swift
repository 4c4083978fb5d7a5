import ArgumentParser
import Attestations
import Images
import Metadata
import Policies
import Registry

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Say who vouches for an image.",
    discussion: """
      Reads the attestations from the store and verifies each with the attestors' keys, as the gate does. Exit code 0 when
      every attestor asked for vouches, 1 when one does not.

      Example: pratique verify registry.example.test/shop/web@sha256:... --attestors attestors.yaml
      """)

  @Argument(help: "The image; a tag is looked up once.") var image: String
  @Option(help: "The attestors and their keys, YAML or JSON.") var attestors: String
  @Option(help: "Ask this attestor only, by id or full name; may be repeated. All of the file otherwise.")
  var attestor: [String] = []
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let known = try Attestors(DocumentNode(parsing: Files.text(at: attestors), file: attestors))
    let asked = try attestor.isEmpty ? known.names.sorted() : attestor.map { try Self.fullName($0, among: known) }
    let pinned = try await registry.pin(image)
    let verdicts = try await store.withStore { store in
      try await Vouching.verdicts(on: pinned, by: asked.compactMap { known[$0] }, in: store)
    }
    switch output.output {
    case .json: try output.printJSON(verdicts.map(Vouching.init))
    case .table: verdicts.forEach { print(Vouching($0).text) }
    }
    if verdicts.isEmpty || verdicts.contains(where: { !$0.isSatisfied }) { throw ExitCode.no }
  }

  private static func fullName(_ written: String, among known: Attestors) throws -> String {
    guard let name = known.names.sorted().first(where: { $0 == written || $0.hasSuffix("/attestors/\(written)") }) else {
      throw DoorError.usage(
        "The attestors file has no attestor \"\(printable(written))\".",
        remedy: "Name one of: \(known.names.sorted().joined(separator: ", ")).")
    }
    return name
  }
}

/// What one attestor makes of an image, for people and programs.
struct Vouching: Encodable {
  struct Refused: Encodable {
    let occurrence, code, problem: String
  }

  let attestor: String
  let vouches: Bool
  /// Key ids of what verified.
  let keys: [String]
  let occurrences: [String]
  let refused: [Refused]

  init(_ verdict: AttestorVerdict) {
    attestor = verdict.attestor
    vouches = verdict.isSatisfied
    keys = verdict.verified.map(\.keyID)
    occurrences = verdict.verified.map(\.occurrence)
    refused = verdict.refused.map { Refused(occurrence: $0.occurrence, code: $0.rejection.code, problem: $0.rejection.problem) }
  }

  var text: String {
    if vouches { return "\(Terminal.green("vouches")) \(attestor) with key \(keys.joined(separator: ", "))" }
    let why =
      refused.isEmpty ? "no attestation was recorded" : refused.map { "\($0.problem) [\($0.code)]" }.joined(separator: " ")
    return "\(Terminal.red("does not vouch")) \(attestor): \(why)"
  }

  /// One verdict an attestor, in the order given.
  static func verdicts(
    on image: PinnedReference, by attestors: [Attestor], in store: any MetadataReader
  ) async throws -> [AttestorVerdict] {
    let source = RecordedAttestations(store)
    var verdicts: [AttestorVerdict] = []
    for attestor in attestors {
      let offered = try await source.attestations(about: image, under: attestor.note, atMost: Attestor.Limits.attestations)
      verdicts.append(attestor.verdict(on: offered, for: image, at: Now.seconds))
    }
    return verdicts
  }
}
