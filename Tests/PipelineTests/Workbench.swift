import Images
import Metadata
import Pipeline
import Schemas
import SwiftProtobuf
import Synchronization

/// A run with everything outside of it in memory.
struct Workbench {
  let world: OutsideWorld
  let store: InMemoryStore
  let registry: MemoryRepository
  let told = Told()
  let image = SmallImage()
  var definition: PipelineDefinition
  var edges: PipelineEdges

  static let definition = """
    image: registry.example.test:5000/shop/web
    tag: "1.4"
    project: shop
    builder:
      custom: {command: [make, image], output: oci}
    attestors:
      - name: built-here
      - name: scanned
        note: projects/security/notes/scanned
    gates:
      audit:
        maximumFixableSeverity: MEDIUM
        forbid: [runs-as-root]
    """

  init(
    failingCall: Int = 0, findings: @escaping @Sendable (PinnedReference) -> AuditFacts = Workbench.clean
  ) throws {
    let world = OutsideWorld(failingCall: failingCall)
    let ids = Mutex(0)
    let newID: @Sendable () -> String = {
      ids.withLock {
        $0 += 1; return "id-\($0)"
      }
    }
    let now: @Sendable () -> Google_Protobuf_Timestamp = { Google_Protobuf_Timestamp(seconds: 1_800_000_000) }
    self.world = world
    store = InMemoryStore(stamps: Stamps(now: now, newID: newID))
    registry = MemoryRepository(name: "registry", world: world)
    definition = try PipelineDefinition(parsing: Self.definition, file: "pratique.yaml")
    let image = self.image
    edges = PipelineEdges(
      builder: ReadyBuilder(world: world), open: { _ in (image.repository("layout", of: world), .tag("latest")) },
      auditor: ReadyAuditor(world: world, facts: findings), registry: registry,
      metadata: WatchedStore(world: world, kept: store),
      signers: ["built-here": Stamp(world: world), "scanned": Stamp(world: world)], now: now, newID: newID,
      revision: { _ in SourceRevision(url: "https://git.example.test/shop", commit: "abc", isModified: false) })
  }

  func run() async throws -> RunReport {
    try await PipelineRun(
      definition, in: "/nowhere", workFolder: "/nowhere/work", version: "pratique 0", edges: edges, progress: told
    ).run()
  }

  /// Everything that is said of `image`, oldest first.
  func occurrences() async throws -> [Occurrence] {
    try await store.occurrences(in: definition.project, matching: OccurrenceFilter(), page: PageRequest()).items
  }

  static func clean(_ image: PinnedReference) -> AuditFacts {
    AuditFacts(notes: ["scan": discoveryNote], occurrences: [discovery(of: image, .finishedSuccess)])
  }

  static func rooted(_ image: PinnedReference) -> AuditFacts {
    var note = Note()
    note.kind = .compliance
    note.compliance.title = "Runs as root"
    var found = Occurrence()
    found.resourceUri = image.resourceURI
    found.noteName = "projects/shop/notes/runs-as-root"
    found.kind = .compliance
    found.remediation = "Add USER 65532 to the Dockerfile."
    found.compliance.nonComplianceReason = "The first process runs as user 0"
    let clean = clean(image)
    return AuditFacts(
      notes: clean.notes.merging(["runs-as-root": note]) { $1 }, occurrences: clean.occurrences + [found])
  }

  private static var discoveryNote: Note {
    var note = Note()
    note.kind = .discovery
    note.discovery.analysisKind = .vulnerability
    return note
  }

  static func discovery(
    of image: PinnedReference, _ status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus, because reason: String = ""
  ) -> Occurrence {
    var occurrence = Occurrence()
    occurrence.resourceUri = image.resourceURI
    occurrence.noteName = "projects/shop/notes/scan"
    occurrence.kind = .discovery
    occurrence.discovery.analysisStatus = status
    if !reason.isEmpty { occurrence.discovery.analysisStatusError.message = reason }
    return occurrence
  }
}
