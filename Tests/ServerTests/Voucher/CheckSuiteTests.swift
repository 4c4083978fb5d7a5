import Attestations
import Contracts
import Foundation
import Images
import Metadata
import Policies
import Schemas
import Server
import Signing
import SwiftProtobuf
import TestSupport
import Testing

@Suite("A suite of checks")
struct CheckSuiteTests {
  @Test(
    "signs nothing that did not pass and says attested of nothing that was not recorded, whichever call fails",
    arguments: [StubbornStore.Fault.refuses, .forgetsToSay])
  func sweep(_ fault: StubbornStore.Fault) async throws {
    var calls = 0
    for failing in 1...100 {
      let bench = try CheckBench()
      let store = StubbornStore(bench.store, fault) { $0 == failing }
      let results = await (try bench.suite(on: store)).results(of: bench.checklist.entries, on: bench.rootImage)
      let recorded = try await bench.attested(bench.rootImage)
      #expect(results.map(\.name) == CheckBench.names)
      // Only diy passes for an image that runs as root and was not scanned.
      #expect(recorded.isEmpty || recorded == ["diy"])
      for result in results where result.isAttested { #expect(recorded.contains(result.name) && result.verdict.isPassed) }
      for result in results where result.verdict.isPassed && !result.isAttested { #expect(result.obstacle != nil) }
      calls = store.calls
      if failing > calls {
        #expect(results.map(\.isAttested) == [true, false, false])
        break
      }
      // Whoever tries again gets through, and one signature is enough.
      let again = await (try bench.suite()).results(of: bench.checklist.entries, on: bench.rootImage)
      #expect(again.map(\.isAttested) == [true, false, false])
      #expect(try await bench.attested(bench.rootImage) == ["diy"])
    }
    #expect((4...99).contains(calls))
  }

  @Test("does not start with a key that nobody would believe")
  func foreignSigner() throws {
    let bench = try CheckBench()
    let (repository, store) = (bench.repository, bench.store)
    #expect(throws: CheckError.self) {
      try CheckSuite(
        bench.checklist, reader: SubjectReader(bench.checklist, images: { _ in repository }, metadata: store), metadata: store,
        signers: ["diy": bench.signer("nobody")], nowSeconds: { 0 })
    }
  }

  /// A key that signs, and that its attestor does not take.
  enum Unbelieved: CaseIterable { case expired, revoked, otherwise }

  @Test("records nothing that its attestor would not believe", arguments: Unbelieved.allCases)
  func unbelieved(_ what: Unbelieved) async throws {
    let bench = try CheckBench(algorithm: what == .otherwise ? .rsaPSS2048SHA256 : .ecdsaP256SHA256) { pair in
      [
        try AttestorKey(
          id: nil, algorithm: what == .otherwise ? .rsaPKCS1of2048SHA256 : pair.algorithm, pem: pair.publicPEM,
          notAfterSeconds: what == .expired ? 1 : nil,
          revocation: what == .revoked ? .init(atSeconds: 1, reason: .compromise(sinceSeconds: nil)) : nil)
      ]
    }
    let result = await (try bench.suite()).results(of: try #require(bench.checklist.entries(for: "nobody")), on: bench.image)[0]
    #expect(result.verdict.isPassed && !result.isAttested && !result.mayChange)
    #expect(result.obstacle?.code == "disbelieved-signature")
    #expect(try await bench.attested(bench.image).isEmpty)
  }

  @Test("says attested only of what its attestor believes afterwards")
  func lost() async throws {
    let bench = try CheckBench()
    let store = StubbornStore(bench.store, .loses) { _ in false }
    let result = await (try bench.suite(on: store)).results(of: [bench.checklist.entries[0]], on: bench.image)[0]
    #expect(!result.isAttested && result.obstacle?.code == "disbelieved-signature")
  }

  @Test("tells what its key has signed from what satisfies an attestor of several keys")
  func threshold() async throws {
    let bench = try CheckBench(threshold: 2) {
      try CheckBench.record($0) + CheckBench.record(KeyPair(generating: .ecdsaP256SHA256))
    }
    let suite = try bench.suite()
    let entries = [bench.checklist.entries[0]]
    for _ in 1...2 {
      let result = await suite.results(of: entries, on: bench.image)[0]
      #expect(result.isAttested && result.obstacle == nil)
    }
    #expect(try await bench.attested(bench.image) == ["diy"])
    let verified = await suite.verification(of: entries, on: bench.image)[0]
    #expect(!verified.isAttested && !verified.verdict.isPassed)
  }

  // MARK: What is looked at

  @Test("looks at every image that a runtime could choose, whatever annotations say")
  func annotated() async throws {
    let bench = try CheckBench()
    func entry(_ image: PinnedReference, _ platform: Platform, _ annotations: [String: String] = [:]) async throws -> Descriptor {
      let size = try await bench.repository.manifest(.digest(image.digest)).bytes.count
      return Descriptor(
        mediaType: .ociManifest, digest: image.digest, sizeBytes: Int64(size), platform: platform, annotations: annotations)
    }
    let index = ImageIndex(manifests: [
      try await entry(bench.image, Platform(os: "linux", architecture: "arm64")),
      try await entry(bench.rootImage, .linuxAMD64, ["vnd.docker.reference.type": "attestation-manifest"]),
    ])
    let entries = try #require(bench.checklist.entries(for: "nobody"))
    let result = await (try bench.suite()).results(of: entries, on: bench.push(.index(index)))[0]
    #expect(result.verdict.reasons.map(\.code) == ["runs-as-root"])
  }

  @Test("refuses artifacts by name, and does not even look at them where a registry tells of them")
  func artifacts() async throws {
    let bench = try CheckBench()
    let suite = try bench.suite()
    let artifact = bench.push(
      .image(ImageManifest(mediaType: .ociManifest, configuration: Descriptor(of: [], mediaType: .ociEmpty), layers: [])))
    try await bench.recordScan(of: artifact)
    #expect(await suite.results(of: bench.checklist.entries, onPushOf: artifact).isEmpty)
    #expect(try await bench.attested(artifact).isEmpty)
    let entries = try #require(bench.checklist.entries(for: "basic"))
    for result in await suite.results(of: entries, on: artifact) {
      #expect(result.verdict.code == "failed" && result.verdict.reasons.map(\.code) == ["not-an-image"])
    }
    #expect(await suite.results(of: entries, onPushOf: bench.image).map(\.isAttested) == [true, true])
  }

  @Test("knows from its note what a scan was for", arguments: [(NoteKind.vulnerability, true), (.sbomReference, false)])
  func scans(_ kind: NoteKind, _ counts: Bool) async throws {
    let bench = try CheckBench()
    try await bench.recordScan(of: bench.image, for: kind)
    let entries = try #require(bench.checklist.entries(for: "snakeoil"))
    let result = await (try bench.suite()).results(of: entries, on: bench.image)[0]
    #expect(result.isAttested == counts)
    #expect(result.verdict.reasons.map(\.code) == (counts ? [] : ["not-scanned"]))
  }

  /// Pushes an image for each time of making, and an index over all.
  private func base(_ created: [String?], in bench: CheckBench) -> PinnedReference {
    let entries = created.enumerated().map { number, created in
      let time = created.map { #","created":"\#($0)""# } ?? ""
      let config = Array(#"{"os":"linux","architecture":"a\#(number)"\#(time)}"#.utf8)
      bench.repository.lie(Digest(sha256Of: config), config)
      let manifest = ImageManifest(
        mediaType: .ociManifest, configuration: Descriptor(of: config, mediaType: .ociConfiguration), layers: [])
      let bytes = PinnedManifest(writing: .image(manifest)).bytes
      bench.repository.add(manifest: bytes)
      return Descriptor(of: bytes, mediaType: .ociManifest)
    }
    return bench.push(.index(ImageIndex(manifests: entries)))
  }

  @Test(
    "takes for the age of a base that of its oldest platform, whatever zone its time is written in",
    arguments: [
      (["2026-01-01T00:00:00Z", "2026-01-01T00:30:00+02:00"], "too-old"),
      (["2026-01-01T00:00:00Z", "2025-12-31T23:30:00-01:00"], nil), (["2026-01-01T00:00:00Z", nil], "age-unknown"),
    ] as [([String?], String?)])
  func oldestBase(_ created: [String?], _ expected: String?) async throws {
    let bench = try CheckBench()
    let (repository, store) = (bench.repository, bench.store)
    let text = "{project: shop, registries: [registry.example.test], checks: {fresh: {baseDays: 1}}}"
    let checklist = try Checklist(DocumentNode(parsing: text, file: "checks.yaml"), attestors: bench.attestors)
    let project = try ProjectName(id: "shop")
    try await createMissing(["base": try #require(Facts.notes["image"])], in: project, of: store)
    var occurrence = try #require(Facts.occurrences()["image"])
    occurrence.noteName = "projects/shop/notes/base"
    occurrence.resourceUri = bench.image.resourceURI
    occurrence.image.baseResourceURL = base(created, in: bench).resourceURI
    try await store.create([occurrence], in: project)
    let suite = try CheckSuite(
      checklist, reader: SubjectReader(checklist, images: { _ in repository }, metadata: store), metadata: store, signers: [:],
      nowSeconds: { 1_767_308_400 })  // 2026-01-01T23:00:00Z
    let result = await suite.results(of: checklist.entries, on: bench.image)[0]
    #expect(result.verdict.reasons.map(\.code) == (expected.map { [$0] } ?? []))
  }

  @Test("attests nothing for a check without a signer")
  func withoutSigner() async throws {
    let bench = try CheckBench()
    let (repository, store) = (bench.repository, bench.store)
    let suite = try CheckSuite(
      bench.checklist, reader: SubjectReader(bench.checklist, images: { _ in repository }, metadata: store), metadata: store,
      signers: [:], nowSeconds: { 0 })
    let results = await suite.results(of: bench.checklist.entries, on: bench.image)
    #expect(results[0].verdict.isPassed && !results[0].isAttested && results[0].obstacle == nil)
    #expect(try await bench.attested(bench.image).isEmpty)
  }
}
