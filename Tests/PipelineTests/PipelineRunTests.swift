import Images
import Metadata
import Pipeline
import Schemas
import Testing

@Suite("A pipeline run")
struct PipelineRunTests {
  @Test("takes an image through every stage, in order")
  func wholeWay() async throws {
    let bench = try Workbench()
    let report = try await bench.run()
    #expect(report.failure == nil)
    #expect(report.done.map(\.stage) == Stage.allCases)
    #expect(report.image?.description == "registry.example.test:5000/shop/web@\(bench.image.digest)")
    #expect(report.attestations.count == 2)
    #expect(await bench.registry.digests == [bench.image.digest])
    let order = bench.world.calls.filter { ["build", "audit", "registry: write manifest", "sign"].contains($0) }
    #expect(order == ["build", "audit", "registry: write manifest", "sign", "sign"])
  }

  @Test("records how the image was built, what it is made of and what was found, the outcome of the audit last")
  func records() async throws {
    let bench = try Workbench()
    _ = try await bench.run()
    let recorded = try await bench.occurrences()
    #expect(recorded.map(\.kind) == [.build, .image, .discovery, .attestation, .attestation])
    #expect(Set(recorded.map(\.resourceUri)) == ["https://registry.example.test:5000/shop/web@\(bench.image.digest)"])
    let provenance = try #require(recorded.first).build.provenance
    #expect(provenance.builtArtifacts.map(\.checksum) == [bench.image.digest.description])
    #expect(provenance.builtArtifacts.map(\.names) == [["registry.example.test:5000/shop/web:1.4"]])
    #expect(provenance.sourceProvenance.context.git.revisionID == "abc")
    #expect(provenance.projectID == "shop")
    #expect(recorded.last?.noteName == "projects/security/notes/scanned")
  }

  @Test("tells each stage when it starts and what is there when it ends")
  func tells() async throws {
    let bench = try Workbench()
    _ = try await bench.run()
    #expect(bench.told.all.prefix(4) == ["build", "> built", "build: \(bench.image.digest), 1 layers", "validate"])
    #expect(bench.told.all.last == "attest: by built-here, scanned")
  }

  @Test("stops before the push at what the gate does not let through, with the remedy")
  func denied() async throws {
    let bench = try Workbench(findings: Workbench.rooted)
    let report = try await bench.run()
    let failure = try #require(report.failure)
    #expect(failure.stage == .audit && failure.isVerdict && failure.code == "audit-denied")
    #expect(failure.problem.contains("The first process runs as user 0. Add USER 65532 to the Dockerfile."))
    #expect(report.done.map(\.stage) == [.build, .validate])
    #expect(await bench.registry.digests.isEmpty)
    #expect(try await bench.occurrences().isEmpty)
  }

  @Test("begins nothing when an attestor has no key")
  func missingKey() async throws {
    var bench = try Workbench()
    bench.edges.signers["scanned"] = nil
    let complete = bench
    await #expect(throws: PipelineError.missingKey(attestor: "scanned")) { try await complete.run() }
    #expect(bench.world.calls.isEmpty)
  }

  @Test("records and signs nothing when the registry has another image under the tag")
  func digestChanged() async throws {
    var bench = try Workbench()
    bench.edges.registry = SwappingRegistry(inner: bench.registry, swapped: SmallImage(user: "0").manifest)
    let report = try await bench.run()
    #expect(report.failure?.stage == .push)
    #expect(report.failure?.code == "digest-changed")
    #expect(try await bench.occurrences().isEmpty)
    #expect(!bench.world.calls.contains("sign"))
  }

  @Test("refuses to vouch for an index of which only one platform would be audited")
  func index() async throws {
    var bench = try Workbench()
    let world = bench.world
    let index = Array(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#.utf8)
    bench.edges.open = { _ in (MemoryRepository(name: "layout", world: world, manifests: ["latest": index]), .tag("latest")) }
    #expect(try await bench.run().failure?.code == "no-image-built")
  }
}

/// A registry that gives another image than the one it was given.
private struct SwappingRegistry: ImageSource, ImageSink {
  let inner: MemoryRepository
  let swapped: [UInt8]

  var origin: String { inner.origin }
  func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest { UnverifiedManifest(bytes: swapped) }
  func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks { try await inner.unverifiedBlob(descriptor) }
  func hasBlob(_ descriptor: Descriptor) async throws -> Bool { try await inner.hasBlob(descriptor) }
  func putBlob(_ descriptor: Descriptor, _ chunks: BlobChunks) async throws { try await inner.putBlob(descriptor, chunks) }
  func putManifest(_ manifest: PinnedManifest, tag: String?) async throws {
    try await inner.putManifest(manifest, tag: tag)
  }
}
