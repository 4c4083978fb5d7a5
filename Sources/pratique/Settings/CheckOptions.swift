import ArgumentParser
import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Registry
import Server
import Signing

/// Which checks there are, and whom they may name.
struct CheckOptions: ParsableArguments {
  @Option(help: "A YAML file of the checks: their settings, who vouches for each, who may ask.") var checks: String?
  @Option(help: "The attestors that the checks name, YAML or JSON.") var attestors: String?

  func validate() throws {
    guard attestors == nil || checks != nil else { throw ValidationError("--attestors needs --checks.") }
  }

  /// Nil without `--checks`.
  func checklist() throws -> Checklist? {
    guard let checks else { return nil }
    let known = try attestors.map { try Attestors(DocumentNode(parsing: Files.text(at: $0), file: $0)) }
    return try Checklist(DocumentNode(parsing: Files.text(at: checks), file: checks), attestors: known ?? Attestors())
  }
}

extension CheckSuite {
  /// Brings the checks together with registries, a store and keys.
  ///
  /// - Parameters:
  ///   - client: for the checklist's registries.
  ///   - signed: the checks whose keys are opened; without its key nothing is attested.
  init(
    _ checklist: Checklist, client: RegistryClient, store: any MetadataStore, signed: [Checklist.Entry]
  ) async throws {
    if let entry = checklist.entries.first(where: { $0.check.needs.contains(.commits) }) {
      throw DoorError.usage(
        "The check \(entry.name) wants a forge to be asked, and this program can ask none.",
        remedy: "Write evidence: provenance, and have the builder record what it knows of the commit.")
    }
    var signers: [String: any Signer] = [:]
    for entry in signed where !checklist.isDryRun { signers[entry.name] = try await entry.openSigner() }
    let reader = SubjectReader(
      checklist, images: { ExaminedRepository(try client.repository($0)) }, metadata: store)
    try self.init(checklist, reader: reader, metadata: store, signers: signers, nowSeconds: { Now.seconds })
  }
}

extension Checklist.Entry {
  /// Opens the key that the file names, to sign as the attestor has it recorded. Nil where the file names none.
  fileprivate func openSigner() async throws -> (any Signer)? {
    guard let signer else { return nil }
    let reference = try SignerReference(parsing: signer)
    var settings = SignerSettings(environment: ProcessInfo.processInfo.environment)
    let opened = try await reference.open(settings)
    guard let known = attestor?.keys.first(where: { $0.id == opened.keyID }), known.algorithm != opened.algorithm else {
      return opened
    }
    settings.algorithm = known.algorithm
    return try await reference.open(settings)
  }
}

/// The checks of a server: their routes, and the pushes that wait for them.
struct ServedChecks {
  /// Whoever made this shuts it down.
  let client: RegistryClient
  let api: VoucherAPI
  let pushes: PushedImages

  /// Nil without a checklist.
  ///
  /// - Parameter demo: lets everybody ask where the checklist names nobody.
  init?(
    _ checklist: Checklist?, by registry: RegistryOptions, store: any MetadataStore, demo: Bool, _ logger: Logger
  ) async throws {
    guard let checklist else { return nil }
    let isOpen = demo && checklist.users.isEmpty && checklist.tokens.isEmpty
    let doorkeeper = isOpen ? CheckDoorkeeper.open : try CheckDoorkeeper(checklist)
    client = try registry.client(for: checklist.registries)
    let suite: CheckSuite
    do {
      suite = try await CheckSuite(checklist, client: client, store: store, signed: checklist.entries)
    } catch {
      await client.shutdown()
      throw error
    }
    pushes = PushedImages(suite, logger: logger)
    api = VoucherAPI(suite, doorkeeper: doorkeeper, pushes: pushes)
  }
}
