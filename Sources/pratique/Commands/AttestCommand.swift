import ArgumentParser
import Attestations
import Images
import Metadata
import Registry
import Schemas
import Signing

struct AttestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attest", abstract: "Vouch for an image in the name of an attestor.",
    discussion: """
      Reads the manifest from the registry, so that what is signed exists and has one meaning, signs its digest and records
      the attestation. The attestor's note is made when it is not there.

      Example: pratique attest registry.example.test/shop/web@sha256:... --attestor qa --key keys/qa.key --project shop
      """)

  @Argument(help: "The image; a tag is looked up once, and its digest is signed.") var image: String
  @Option(help: "The attestor, by id or full name.") var attestor: String
  @Option(help: "The attestor's private key (default: keys/ID.key).") var key: String?
  @Option(help: "The project of a short attestor name, and of the attestation.") var project = "pratique"
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let id = try AttestorID(name: attestor, project: project)
    let signer = try PKIXSigner(pem: KeyFiles.readPrivateKey(key ?? "keys/\(id.note.id).key"))
    let reference = try ImageReference(parsing: image)
    let pinned = try await registry.withClient(for: [reference.repository]) { client in
      let manifest = try await client.repository(reference.repository).manifest(reference.manifestName)
      return PinnedReference(repository: reference.repository, digest: manifest.digest)
    }
    let stored = try await store.withStore { store in
      try await createMissing([id.note.id: Note(attestorNamed: id.note.id)], in: id.note.project, of: store)
      let attestation = try await signer.attestation(of: pinned, under: id.note)
      return try await store.create([attestation], in: ProjectName(id: project))
    }
    let attested = Attested(
      image: "\(pinned)", attestor: id.attestor, keyID: signer.keyID, occurrence: stored.first?.name ?? "")
    switch output.output {
    case .json: try output.printJSON(attested)
    case .table: print("\(attested.attestor) vouches for \(attested.image)\n  \(attested.occurrence)")
    }
  }

  struct Attested: Encodable {
    let image, attestor, keyID, occurrence: String
  }
}
