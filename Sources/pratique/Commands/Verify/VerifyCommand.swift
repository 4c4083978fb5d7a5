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
      Reads what was signed from the metadata store, from the image's registry (cosign's signatures and attestations by tag,
      Sigstore bundles that point at the image) or from both, and verifies it as the gate does: by the attestors of a file, or
      by the key of somebody, or by who a certificate says they are, offline from a trusted root. What a registry holds has no time that could be trusted, so keys with a window never count there.

      Exit code 0 when every attestor or key asked for vouches, 1 when one does not, 2 when nobody could tell: bad usage, a
      key that cannot be read, a store or registry that does not answer.

      Example: pratique verify registry.example.test/shop/web@sha256:... --attestors attestors.yaml
      Example: pratique verify registry.example.test/shop/web@sha256:... --trusted-root trusted_root.json \\
        --certificate-identity ci@example.test --certificate-oidc-issuer https://issuer.example.test
      """)

  @Argument(help: "The image; a tag is looked up once.") var image: String
  @OptionGroup var asked: AskedOptions
  @Option(help: "metadata (the default with --attestors), registry (the default otherwise) or both.")
  var from: AttestCommand.Destination?
  @Option(help: "An index that holds the image, for attestors whose rule is ENCLOSING_INDEX; a tag is looked up once.")
  var index: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard asked.attestors != nil || from == nil || from == .registry else {
      throw ValidationError(
        "The metadata store is asked for an attestor's note: --from \(from?.rawValue ?? "") needs --attestors.")
    }
  }

  func run() async throws {
    let attestors = try asked.read()
    let from = from ?? (asked.attestors == nil ? .registry : .metadata)
    let pinned = try await registry.pin(image)
    var evidence = SignedEvidence(from: from, store: store, registry: registry)
    let family = try await evidence.family(of: pinned, for: attestors, index: index)
    var verdicts: [AttestorVerdict] = []
    for one in attestors {
      var offered: [Digest: [UnverifiedAttestation]] = [:]
      for digest in [pinned.digest] + family.enclosing + family.leaves.prefix(ImageFamily.limit) {
        let image = PinnedReference(repository: pinned.repository, digest: digest)
        offered[digest] = try await evidence.offered(about: image, under: one.note)
      }
      verdicts.append(one.verdict(on: offered, for: family))
    }
    switch output.output {
    case .json: try output.printJSON(verdicts.map(Vouching.init))
    case .table: verdicts.forEach { print(Vouching($0).text) }
    }
    if verdicts.isEmpty || verdicts.contains(where: { !$0.isSatisfied }) { throw ExitCode.no }
  }

  /// The full name of an attestor that a person named by its id.
  static func fullName(_ written: String, among known: Attestors) throws -> String {
    if known.names.contains(written) { return written }
    let named = known.names.sorted().filter { $0.hasSuffix("/attestors/\(written)") }
    guard named.count <= 1 else {
      throw DoorError.usage(
        "\"\(printable(written))\" names more than one attestor.", remedy: "Write one of: \(named.joined(separator: ", ")).")
    }
    guard let name = named.first else {
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
    let occurrence, code, problem, remedy: String
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
    refused = verdict.refused.map {
      Refused(
        occurrence: $0.occurrence, code: $0.rejection.code, problem: $0.rejection.problem, remedy: $0.rejection.remedy)
    }
  }

  var text: String {
    if vouches { return "\(Terminal.green("vouches")) \(attestor) with key \(keys.joined(separator: ", "))" }
    let first = "\(Terminal.red("does not vouch")) \(attestor)"
    guard !refused.isEmpty else {
      return
        "\(first): no attestation was recorded. Run `pratique attest` once what it vouches for is true. [attestation-missing]"
    }
    return ([first + ":"] + refused.map(\.line)).joined(separator: "\n")
  }

  /// One verdict an attestor, in the order given.
  static func verdicts(
    on image: PinnedReference, by attestors: [Attestor], in store: any MetadataReader
  ) async throws -> [AttestorVerdict] {
    let source = RecordedAttestations(store)
    var verdicts: [AttestorVerdict] = []
    for attestor in attestors {
      verdicts.append(try await source.verdict(of: attestor, on: image, at: Now.seconds))
    }
    return verdicts
  }
}

extension Vouching.Refused {
  fileprivate var line: String {
    "  \(occurrence.isEmpty ? "" : "\(occurrence): ")\(problem) \(remedy) [\(code)]"
  }
}
