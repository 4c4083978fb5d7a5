import Attestations
import Crypto
import Images
import Metadata
import TestSupport
import Testing

@Suite("Attestations beside an image")
struct RegistryAttestationsTests {
  static let createdAt = "2026-05-04T12:00:00Z"
  let key = ExampleKey()
  let test = TestImage(tars: [])
  let repository: MemoryRepository
  let image: PinnedReference

  init() throws {
    repository = MemoryRepository([(test, tag: "v1")])
    image = PinnedReference(repository: try Repository(parsing: "registry.example.test/prod/web"), digest: test.digest)
  }

  private func record() async throws -> RegistryRecord {
    RegistryRecord(of: try await repository.manifest(.digest(test.digest)), named: image, in: repository)
  }

  private func sign(by signer: ExampleKey, checks: ChecksBeforeSigning = .none) async throws -> String {
    let payload = ContainerSignature.cosignPayload(about: image, checks: checks)
    return try await record().add(CosignLayers.layer(signature: signer.sign(payload), over: payload), to: .signatures)
  }

  private func envelope(by signer: ExampleKey, _ type: String = PredicateType.custom) throws -> DSSEEnvelope {
    let payload = try InTotoStatement.payload(about: image, predicateType: type, predicate: Array("{}".utf8), checks: .none)
    let signed = preAuthenticationEncoding(payloadType: InTotoStatement.payloadType, payload: payload)
    return DSSEEnvelope(
      payloadType: InTotoStatement.payloadType, payload: payload, signatures: [.init(keyID: "", bytes: try signer.sign(signed))])
  }

  private func found() async throws -> [RegistryAttestations.Found] {
    try await RegistryAttestations { [repository] _ in repository }.found(about: image)
  }

  private func verdict(demanding type: String? = nil) async throws -> AttestorVerdict {
    let note = try Example.note()
    return try Example.attestor([key.publicKey()], predicateType: type).verdict(
      on: try await found().map { $0.offered(under: note) }, for: image, at: Example.noonOfFourthMay2026)
  }

  @Test("are none where nothing was signed, and that is no error")
  func none() async throws {
    #expect(try await found().isEmpty)
    #expect(try await !verdict().isSatisfied)
  }

  @Test("count when they are signatures in cosign's place, whoever else signed too")
  func signatures() async throws {
    #expect(try await sign(by: ExampleKey()) == "registry.example.test/prod/web:sha256-\(test.digest.hex).sig")
    _ = try await sign(by: key)
    _ = try await sign(by: ExampleKey())
    #expect(try await found().count == 3)
    #expect(
      try await verdict().verified.map(\.occurrence) == ["registry.example.test/prod/web:sha256-\(test.digest.hex).sig layer 2"])
    #expect(try await !verdict(demanding: PredicateType.custom).isSatisfied)
  }

  @Test("count when they are attestations of the type that is demanded, and never of another")
  func attestations() async throws {
    let layer = CosignLayers.layer(attestation: try envelope(by: key), predicateType: PredicateType.custom)
    _ = try await record().add(layer, to: .attestations)
    #expect(try await verdict(demanding: PredicateType.custom).isSatisfied)
    #expect(try await verdict(demanding: SLSAProvenance.typeOfVersion1).codes == ["wrong-predicate"])
    #expect(try await !verdict().isSatisfied)
  }

  @Test("count when they are bundles that point at the image")
  func bundles() async throws {
    let bundle = BundleWriting.bundle(try envelope(by: key, PredicateType.signature), keyID: try key.publicKey().id)
    let place = try await record().add(bundle: bundle, predicateType: PredicateType.signature, createdAt: Self.createdAt)
    #expect(place.hasPrefix("registry.example.test/prod/web@sha256:"))
    #expect(try await verdict(demanding: PredicateType.signature).isSatisfied)
    #expect(try await verdict(demanding: PredicateType.custom).codes == ["wrong-predicate"])
  }

  @Test("of another image do not count under this one's tag")
  func moved() async throws {
    let other = PinnedReference(repository: image.repository, digest: Digest(sha256Of: [1]))
    let payload = ContainerSignature.cosignPayload(about: other, checks: .none)
    _ = try await record().add(CosignLayers.layer(signature: key.sign(payload), over: payload), to: .signatures)
    #expect(try await verdict().codes == ["wrong-digest"])
  }

  @Test("are replaced only where the same key signed")
  func replaced() async throws {
    _ = try await sign(by: ExampleKey())
    _ = try await sign(by: key)
    let payload = ContainerSignature.cosignPayload(about: image, checks: .passed(["audit"]))
    let own = try PublicKey(pem: key.privateKey.publicKey.pemRepresentation, scheme: .ecdsa(.p256, .sha256))
    _ = try await record().add(CosignLayers.layer(signature: key.sign(payload), over: payload), to: .signatures) {
      CosignLayers.isSigned($0, $1, by: own, predicateType: "")
    }
    #expect(try await found().count == 2)
    #expect(try await verdict().verified.count == 1)
  }

  @Test("are fetched up to a number, however many there are, the newest first of all")
  func flood() async throws {
    let payload = ContainerSignature.cosignPayload(about: image, checks: .none)
    var layers = try (0..<300).map { _ in CosignLayers.layer(signature: try ExampleKey().sign(payload), over: payload) }
    layers.append(CosignLayers.layer(signature: try key.sign(payload), over: payload))
    let written = CosignLayers.manifest(over: layers.map(\.descriptor))
    repository.add(manifest: written.manifest.bytes, tag: CosignLayers.signatures.tag(of: test.digest))
    repository.lie(Digest(sha256Of: payload), payload)
    for byte in 0..<UInt8(200) {
      repository.list(Descriptor(of: [byte], mediaType: .ociManifest, artifactType: .ociEmpty), under: test.digest)
      repository.add(manifest: [byte])
    }
    let before = repository.log.count
    let found = try await found()
    #expect(found.count <= RegistryAttestations.Limits.attestations && repository.log.count - before < 80)
    #expect(found.last?.place.hasSuffix("layer 301") == true || found.contains { $0.place.hasSuffix("layer 301") })
    #expect(try await verdict().isSatisfied)
  }

  @Test("that are larger than any are not fetched, and it is told")
  func oversized() async throws {
    let layer = Descriptor(
      mediaType: MediaType("application/vnd.dev.cosign.simplesigning.v1+json"), digest: Digest(sha256Of: [1]),
      sizeBytes: 5 << 30, annotations: ["dev.cosignproject.cosign/signature": "AAAA"])
    let written = CosignLayers.manifest(over: [layer])
    repository.add(manifest: written.manifest.bytes, tag: CosignLayers.signatures.tag(of: test.digest))
    #expect(try await verdict().codes == ["unsupported-attestation"])
    #expect(!repository.log.contains("blob \(layer.digest)"))
  }

  @Test("that point elsewhere or are something else are passed over")
  func strangers() async throws {
    let subject = try await repository.manifest(.digest(test.digest))
    let bundle = BundleWriting.bundle(try envelope(by: key), keyID: "").bytes
    let other = TestImage(tars: [], architecture: "arm64")
    let stray = MemoryRepository([(other, tag: nil)])
    let elsewhere = BundleWriting.manifest(
      carrying: bundle, predicateType: PredicateType.custom, about: try await stray.manifest(.digest(other.digest)),
      createdAt: Self.createdAt)
    try await repository.putManifest(elsewhere.manifest, tag: nil)
    repository.list(elsewhere.manifest.referrer, under: test.digest)
    let inventory = ImageManifest(
      mediaType: .ociManifest, configuration: Descriptor(of: Array("{}".utf8), mediaType: .ociEmpty), layers: [],
      subject: Descriptor(of: subject.bytes, mediaType: .ociManifest), artifactType: MediaType("application/spdx+json"))
    try await repository.putReferrer(PinnedManifest(writing: .image(inventory)))
    #expect(try await found().isEmpty)
  }

  @Test(
    "in bundles without a key, without an envelope or of another kind are told, and count for nothing",
    arguments: [
      #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"certificate":{}}}"#,
      #"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":""}}}"#,
      #"{"mediaType":"text/plain"}"#, "{}", "[]", "nonsense", #"{"a":1,"a":2}"#,
    ])
  func otherBundles(text: String) async throws {
    _ = try await record().add(
      bundle: .raw(Array(text.utf8)[...]), predicateType: PredicateType.custom, createdAt: Self.createdAt)
    #expect(try await verdict(demanding: PredicateType.custom).codes == ["unsupported-attestation"])
  }

  @Test("may hold the inventory of a large image")
  func large() async throws {
    let predicate = #"{"filler":""# + String(repeating: "x", count: 1 << 20) + "\"}"
    let payload = try InTotoStatement.payload(
      about: image, predicateType: PredicateType.custom, predicate: Array(predicate.utf8), checks: .none)
    let signed = preAuthenticationEncoding(payloadType: InTotoStatement.payloadType, payload: payload)
    let envelope = DSSEEnvelope(
      payloadType: InTotoStatement.payloadType, payload: payload, signatures: [.init(keyID: "", bytes: try key.sign(signed))])
    _ = try await record().add(
      CosignLayers.layer(attestation: envelope, predicateType: PredicateType.custom), to: .attestations)
    #expect(try await verdict(demanding: PredicateType.custom).isSatisfied)
  }

  @Test("are not added where something else stands under the tag, or where no more fit")
  func noRoom() async throws {
    let payload = ContainerSignature.cosignPayload(about: image, checks: .none)
    let layer = CosignLayers.layer(signature: try key.sign(payload), over: payload)
    let tag = CosignLayers.signatures.tag(of: test.digest)
    repository.add(manifest: TestImage.index([]), contentType: MediaType.ociIndex.text, tag: tag)
    await #expect { try await record().add(layer, to: .signatures) } throws: {
      ($0 as? any Problem)?.code == "ambiguous-manifest"
    }
    let full = (0..<ImageManifest.layerLimit).map { Descriptor(of: Array("\($0)".utf8), mediaType: .ociLayer) }
    repository.add(manifest: CosignLayers.manifest(over: full).manifest.bytes, tag: tag)
    await #expect { try await record().add(layer, to: .signatures) } throws: { ($0 as? any Problem)?.code == "over-limit" }
  }

  @Test("are told apart by what was checked before they were signed, under the signature")
  func checks() {
    let none = String(decoding: ContainerSignature.cosignPayload(about: image, checks: .none), as: UTF8.self)
    #expect(none.hasSuffix(#""optional":{"pratique.checks":"none"}}"#))
    let some = String(
      decoding: ContainerSignature.cosignPayload(about: image, checks: .passed(["policy", "audit"])), as: UTF8.self)
    #expect(some.hasSuffix(#""optional":{"pratique.checks":"policy,audit"}}"#))
  }
}
