import Attestations
import Contracts
import Crypto
import Hummingbird
import Images
import Logging
import Metadata
import Policies
import Schemas
import Server
import Signing
import SwiftProtobuf
import TestSupport
import Testing

/// Checks with a registry, a store and keys of their own.
struct CheckBench: Sendable {
  static let names = ["diy", "nobody", "snakeoil"]
  static let basic = ("Authorization", "Basic \("ci:correct horse".base64)")
  static let bearer = ("Authorization", "Bearer registry-token")

  let store = InMemoryStore(stamps: .counting())
  let repository: MemoryRepository
  let image: PinnedReference
  let rootImage: PinnedReference
  let attestors: Attestors
  let checklist: Checklist
  private let keys: [String: KeyPair]

  /// The key of an attestor as its record has it where nothing is wrong.
  static func record(_ pair: KeyPair) throws -> [AttestorKey] {
    [try AttestorKey(id: nil, algorithm: pair.algorithm, pem: pair.publicPEM)]
  }

  /// - Parameters:
  ///   - more: further lines of the checks file.
  ///   - threshold: how many keys each attestor wants.
  ///   - record: the keys of an attestor, of which the check signs with the one given.
  init(
    _ more: String = "", algorithm: SignatureAlgorithm = .ecdsaP256SHA256, threshold: Int = 1,
    record: (KeyPair) throws -> [AttestorKey] = CheckBench.record
  ) throws {
    let harmless = TestImage(tars: [TarBuilder.build { $0.file("a") }], user: "1000")
    let root = TestImage(tars: [TarBuilder.build { $0.file("b") }])
    repository = MemoryRepository([(harmless, tag: nil), (root, tag: nil)])
    let place = try Repository(parsing: "registry.example.test/shop/web")
    image = PinnedReference(repository: place, digest: harmless.digest)
    rootImage = PinnedReference(repository: place, digest: root.digest)
    var keys: [String: KeyPair] = [:]
    for name in Self.names { keys[name] = try KeyPair(generating: algorithm) }
    self.keys = keys
    attestors = try Attestors(
      try keys.sorted { $0.key < $1.key }.map { name, pair in
        Attestor(
          name: "projects/shop/attestors/\(name)", note: try NoteName(parsing: "projects/shop/notes/\(name)"),
          keys: try record(pair), threshold: threshold)
      })
    let text = """
      project: shop
      registries: [registry.example.test]
      checks:
        diy: {repositories: ["registry.example.test/shop/**"], attestor: projects/shop/attestors/diy}
        nobody: {attestor: projects/shop/attestors/nobody}
        snakeoil: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, attestor: projects/shop/attestors/snakeoil}
      groups: {basic: [diy, nobody]}
      users: [{name: ci, passwordBcrypt: "$2y$04$.5rbpEXHGUmLnXXrZRniPOpGtoaZNUs2rxVxHAU7xfr6UU5MKJOSS"}]
      tokens: [{name: registry, tokenSHA256: 6ee3b136af555184c0a80279d4db5339bd056e2400b2f93556af7932bad55ccc}]
      \(more)
      """
    checklist = try Checklist(DocumentNode(parsing: text, file: "checks.yaml"), attestors: attestors)
  }

  func signer(_ name: String) throws -> any Signer { try PKIXSigner(pem: #require(keys[name]).privatePEM) }

  /// - Parameter metadata: instead of the bench's own store.
  func suite(on metadata: (any MetadataStore)? = nil) throws -> CheckSuite {
    let (repository, metadata) = (repository, metadata ?? store)
    return try CheckSuite(
      checklist, reader: SubjectReader(checklist, images: { _ in repository }, metadata: metadata), metadata: metadata,
      signers: Dictionary(uniqueKeysWithValues: try Self.names.map { ($0, try signer($0)) }), nowSeconds: { 1_700_000_100 })
  }

  /// Records that a scan of `image` has ended well.
  func recordScan(of image: PinnedReference, for kind: NoteKind = .vulnerability) async throws {
    var note = Note()
    note.kind = .discovery
    note.discovery.analysisKind = kind
    let project = try ProjectName(id: "shop")
    try await createMissing(["scan": note], in: project, of: store)
    try await store.create(
      [
        .with {
          $0.resourceUri = image.resourceURI
          $0.noteName = "projects/shop/notes/scan"
          $0.kind = .discovery
          $0.discovery.analysisStatus = .finishedSuccess
        }
      ], in: project)
  }

  /// Puts a manifest of our own making into the registry.
  func push(_ document: ManifestDocument) -> PinnedReference {
    let pinned = PinnedManifest(writing: document)
    repository.add(manifest: pinned.bytes, contentType: document.mediaType.text)
    return PinnedReference(repository: image.repository, digest: pinned.digest)
  }

  /// Ids of the notes of all attestations about `image`, sorted.
  func attested(_ image: PinnedReference) async throws -> [String] {
    try await store.occurrences(
      in: ProjectName(id: "shop"), matching: OccurrenceFilter(image, kind: .attestation), page: PageRequest()
    ).items.map { String($0.noteName.split(separator: "/").last ?? "") }.sorted()
  }

  static func body(_ image: some CustomStringConvertible) -> String { #"{"image_url":"\#(image)"}"# }

  /// Serves the API on a free loopback port for as long as `body` runs.
  func serving(
    on metadata: (any MetadataStore)? = nil, pushes: PushedImages? = nil,
    _ body: @escaping @Sendable (_ address: String) async throws -> Void
  ) async throws {
    let router = Router()
    VoucherAPI(try suite(on: metadata), doorkeeper: try CheckDoorkeeper(checklist), pushes: pushes).addRoutes(to: router)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let listener = Listener(
      router.buildResponder(), settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: nil,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { port.yield($0) }
    try await withThrowingTaskGroup { group in
      group.addTask { try await listener.run() }
      group.addTask {
        for await port in ports {
          try await body("http://127.0.0.1:\(port)")
          return
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}
