import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Registry
import Schemas
import Signing

struct AttestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attest", abstract: "Vouch for an image in the name of an attestor.",
    discussion: """
      Reads the manifest from the registry, so that what is signed exists and has one meaning, runs the checks that are named,
      signs its digest and records the attestation: in the metadata store, where the gate asks, beside the image in its
      registry, where cosign asks, or both. The attestor's note is made when it is not there. What was checked is signed
      along: "pratique.checks" is "none" for what was signed without a check.

      Exit code 0 when it was signed (or, with check-only, could be), 1 when a check says no and nothing was signed, 2 when
      something could not be told or done.

      Example: pratique attest registry.example.test/shop/web@sha256:... --attestor qa --key keys/qa.key --project shop
      """)

  /// Where attestations go.
  enum Destination: String, ExpressibleByArgument, CaseIterable {
    case metadata, registry, both
  }

  @Argument(help: "The image; a tag is looked up once, and its digest is signed.") var image: String
  @Option(help: "The attestor, by id or full name; not needed with --to registry.") var attestor: String?
  @Option(
    help: """
      The private key: a file (default: keys/ID.key), or env://NAME, pkcs11:…, hashivault://…, gcpkms://…, awskms://…, \
      azurekms://…, gpg:FINGERPRINT. PRATIQUE_KEY_PASSWORD or COSIGN_PASSWORD opens an encrypted one.
      """)
  var key: String?
  @Option(help: "How the key signs (default: the first way that fits it; for RSA keys cosign wants RSA_SIGN_PKCS1_…).")
  var algorithm: SignatureAlgorithm?
  @Option(help: "The project of a short attestor name, and of the attestation.") var project = "pratique"
  @Option(help: "metadata, registry or both.") var to: Destination = .metadata
  @OptionGroup var claim: ClaimOptions
  @OptionGroup(title: "Checks before signing") var checks: ChecksFirst
  @Flag(help: "Replace what the same key has said of the same kind before, instead of adding to it.") var overwrite = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if attestor == nil {
      guard to == .registry else { throw ValidationError("--attestor is missing: the metadata store keeps its note.") }
      guard key != nil || checks.chosen == .checkOnly else { throw ValidationError("Without --attestor, --key is needed.") }
    }
    guard !overwrite || to == .metadata || claim.format != .bundle else {
      throw ValidationError("Bundles in a registry are not replaced: leave out --overwrite, or choose another --format.")
    }
  }

  func run() async throws {
    let id = try attestor.map { try AttestorID(name: $0, project: project) }
    let claim = try claim.read()
    let reference = try ImageReference(parsing: image)
    let attested = try await registry.withClient(for: [reference.repository]) { client in
      let repository = try client.repository(reference.repository)
      let manifest = try await repository.manifest(reference.manifestName)
      let pinned = PinnedReference(repository: reference.repository, digest: manifest.digest)
      return try await store.withStore { store in
        let passed = try await check(pinned, in: repository, store)
        guard checks.chosen != .checkOnly else {
          return Attested(image: pinned, attestor: id, checks: passed, format: nil)
        }
        let vouched = Vouched(
          image: pinned, manifest: manifest, claim: claim, checks: passed, key: try await openKey(id), overwrites: overwrite)
        var attested = Attested(image: pinned, attestor: id, checks: passed, format: claim.format, keyID: vouched.key.keyID)
        if to != .registry, let id {
          attested.occurrence = try await vouched.record(under: id.note, in: ProjectName(id: project), of: store)
        }
        guard to != .metadata else { return attested }
        do {
          attested.place = try await vouched.publish(in: repository)
        } catch {
          if let occurrence = attested.occurrence { tell(of: occurrence) }
          throw error
        }
        return attested
      }
    }
    switch output.output {
    case .json: try output.printJSON(attested)
    case .table: print(attested.text)
    }
  }

  /// - Throws: `ExitCode.no` after telling what a check has against the image.
  private func check(
    _ image: PinnedReference, in repository: RegistryRepository, _ store: any MetadataReader
  ) async throws -> ChecksBeforeSigning {
    guard checks.chosen != .signWithoutCheck else { return .none }
    let outcome = try await checks.outcome(
      for: image, in: repository, store: store, project: ProjectName(id: project), advisories: try self.store.advisories())
    guard outcome.faults.isEmpty else {
      for fault in outcome.faults { Terminal.complain(fault) }
      Terminal.complain("Nothing was signed. Mend the image, or have it attested without a check by who may do that.")
      throw ExitCode.no
    }
    return .passed(outcome.passed)
  }

  /// Half was done: says which, and how to do the rest without saying the same twice.
  private func tell(of occurrence: String) {
    let again = claim.format == .bundle ? "--to registry" : "--overwrite"
    Terminal.complain(
      "\(occurrence) was recorded, and the registry did not take the attestation. Run it again with \(again) once it does.")
  }

  private func openKey(_ id: AttestorID?) async throws -> any PublishedSigner {
    var settings = SignerSettings(environment: ProcessInfo.processInfo.environment)
    settings.algorithm = algorithm
    let key = try await SignerReference(parsing: key ?? "keys/\(id?.note.id ?? "").key").open(settings)
    guard key.algorithm != .openPGP || (to == .metadata && claim.format ?? .signature == .signature && claim.type == nil) else {
      throw DoorError.usage(
        "An OpenPGP key makes signatures for the metadata store only.",
        remedy: "Give another key, or --to metadata without a predicate.")
    }
    return key
  }
}

/// What came of it, for people and programs.
struct Attested: Encodable {
  let image: String
  let attestor: String?
  /// What was checked, `none` for nothing.
  let checks: String
  /// nil when nothing was signed.
  let format: String?
  let keyID: String?
  /// In the metadata store; nil when it was not asked to keep it.
  var occurrence: String?
  /// In the registry; nil when it was not asked to keep it.
  var place: String?

  init(
    image: PinnedReference, attestor: AttestorID?, checks: ChecksBeforeSigning, format: ClaimOptions.Format?,
    keyID: String? = nil
  ) {
    self.image = "\(image)"
    self.attestor = attestor?.attestor
    self.checks = checks.text
    self.format = format?.rawValue
    self.keyID = keyID
  }

  var text: String {
    let who = attestor ?? keyID ?? "Nobody"
    let first = format == nil ? "\(image) passes: \(checks). Nothing was signed." : "\(who) vouches for \(image)"
    return ([first] + [occurrence, place].compactMap { $0.map { "  \($0)" } }).joined(separator: "\n")
  }
}
