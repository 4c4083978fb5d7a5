import Attestations
import Images
import Metadata
import Pipeline
import Schemas
import SwiftProtobuf
import Synchronization

/// Everything a run asks of the outside, written down in order; the nth call fails where a test says so.
final class OutsideWorld: Sendable {
  struct Down: Error {}

  private let callsLeft: Mutex<Int>
  private let log = Mutex<[String]>([])

  /// - Parameter failingCall: counted from 1; 0 for none.
  init(failingCall: Int = 0) { callsLeft = Mutex(failingCall) }

  var calls: [String] { log.withLock { $0 } }

  func call(_ name: String) throws {
    try callsLeft.withLock { left in
      left -= 1
      if left == 0 { throw Down() }
    }
    log.withLock { $0.append(name) }
  }
}

/// A small true image: configuration, one layer, manifest.
struct SmallImage: Sendable {
  let configuration: [UInt8]
  let layer = Array("not read by these tests".utf8)
  let manifest: [UInt8]

  init(user: String = "app") {
    configuration = Array(
      """
      {"os":"linux","architecture":"amd64","config":{"User":"\(user)"},\
      "rootfs":{"type":"layers","diff_ids":["\(Digest(sha256Of: layer))"]}}
      """.utf8)
    manifest = Array(
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\(Digest(sha256Of: configuration))",\
      "size":\(configuration.count)},\
      "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"\(Digest(sha256Of: layer))",\
      "size":\(layer.count)}]}
      """.utf8)
  }

  var digest: Digest { Digest(sha256Of: manifest) }

  func repository(_ name: String, of world: OutsideWorld) -> MemoryRepository {
    MemoryRepository(
      name: name, world: world, manifests: ["latest": manifest, digest.description: manifest],
      blobs: [Digest(sha256Of: configuration): configuration, Digest(sha256Of: layer): layer])
  }
}

/// A repository in memory.
actor MemoryRepository: ImageSource, ImageSink {
  nonisolated let origin: String
  private let world: OutsideWorld
  private var manifests: [String: [UInt8]]
  private var blobs: [Digest: [UInt8]]

  init(name: String, world: OutsideWorld, manifests: [String: [UInt8]] = [:], blobs: [Digest: [UInt8]] = [:]) {
    origin = name
    self.world = world
    self.manifests = manifests
    self.blobs = blobs
  }

  func unverifiedManifest(_ name: ManifestName) throws -> UnverifiedManifest {
    try world.call("\(origin): read manifest")
    guard let bytes = manifests[name.description] else { throw ImageError.notFound(name.description) }
    return UnverifiedManifest(bytes: bytes)
  }

  func unverifiedBlob(_ descriptor: Descriptor) throws -> BlobChunks {
    try world.call("\(origin): read blob")
    guard let bytes = blobs[descriptor.digest] else { throw ImageError.notFound(descriptor.digest.description) }
    return BlobChunks(bytes)
  }

  func hasBlob(_ descriptor: Descriptor) throws -> Bool {
    try world.call("\(origin): ask for blob")
    return blobs[descriptor.digest] != nil
  }

  func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws {
    try world.call("\(origin): write blob")
    var bytes: [UInt8] = []
    for try await chunk in chunks { bytes += chunk }
    blobs[descriptor.digest] = bytes
  }

  func putManifest(_ manifest: PinnedManifest, tag: String?) throws {
    try world.call("\(origin): write manifest")
    manifests[manifest.digest.description] = manifest.bytes
    if let tag { manifests[tag] = manifest.bytes }
  }

  /// What a registry does that is not to be trusted.
  func replaceManifest(tagged tag: String, by bytes: [UInt8]) { manifests[tag] = bytes }

  var digests: Set<Digest> { Set(manifests.values.map { Digest(sha256Of: $0) }) }
}

/// A store in memory that writes down what is asked of it.
struct WatchedStore: MetadataReader, MetadataWriter {
  let world: OutsideWorld
  let kept: InMemoryStore

  func create(_ notes: [String: Note], in project: ProjectName) async throws -> [Note] {
    try world.call("create notes")
    return try await kept.create(notes, in: project)
  }

  func create(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    try world.call("create \(Set(occurrences.map { "\($0.kind)" }).sorted().joined(separator: "+"))")
    return try await kept.create(occurrences, in: project)
  }

  func note(_ name: NoteName) async throws -> Note {
    try world.call("read note")
    return try await kept.note(name)
  }

  func occurrence(_ name: OccurrenceName) async throws -> Occurrence { try await kept.occurrence(name) }

  func update(_ name: NoteName, with update: Update<Note>) async throws -> Note {
    try await kept.update(name, with: update)
  }

  func update(_ name: OccurrenceName, with update: Update<Occurrence>) async throws -> Occurrence {
    try await kept.update(name, with: update)
  }

  func delete(_ name: NoteName, etag: String?) async throws { try await kept.delete(name, etag: etag) }

  func delete(_ name: OccurrenceName, etag: String?) async throws { try await kept.delete(name, etag: etag) }

  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    try await kept.notes(in: project, matching: filter, page: page)
  }

  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> { try await kept.occurrences(in: project, matching: filter, page: page) }

  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> { try await kept.occurrences(of: note, matching: filter, page: page) }
}

/// A signer whose signatures nobody verifies.
struct Stamp: Signer {
  let world: OutsideWorld
  let keyID = "ni:///sha-256;stamp"
  let algorithm = SignatureAlgorithm.ecdsaP256SHA256

  func signature(over payload: [UInt8]) async throws -> [UInt8] {
    try world.call("sign")
    return [7]
  }
}

/// A builder that has built already.
struct ReadyBuilder: ImageBuilder {
  let world: OutsideWorld

  func build(
    _ directory: String, workFolder: String, log: @escaping @Sendable (String) -> Void
  ) async throws -> BuildOutput {
    try world.call("build")
    log("built")
    return BuildOutput(form: .ociLayout, path: workFolder + "/image", commands: [], options: ["builder": "ready"])
  }
}

/// An audit that found what a test wants it to have found.
struct ReadyAuditor: ImageAuditor {
  let world: OutsideWorld
  let facts: @Sendable (PinnedReference) -> AuditFacts

  func audit(
    _ image: PinnedReference, in source: any ImageSource, for project: ProjectName
  ) async throws -> AuditFacts {
    try world.call("audit")
    return facts(image)
  }
}

/// Keeps what a run tells of its progress.
final class Told: PipelineProgress {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func started(_ stage: Stage) { lines.withLock { $0.append("\(stage)") } }
  func printed(_ line: String) { lines.withLock { $0.append("> \(line)") } }
  func finished(_ stage: Stage, _ summary: String) { lines.withLock { $0.append("\(stage): \(summary)") } }
}
