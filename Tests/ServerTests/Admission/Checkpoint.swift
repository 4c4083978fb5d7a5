import AsyncHTTPClient
import Attestations
import Foundation
import Images
import Logging
import Metadata
import NIOSSL
import Policies
import Server
import Signing
import Synchronization
import TestSupport
import Testing

/// What has been signed, and how often somebody asked; can be told to fail or to wait.
final class SignedImages: AttestationSource {
  private struct State {
    var attestations: [UnverifiedAttestation] = []
    var questions = 0
    var isDown = false
  }

  static let names = ["projects/p/attestors/qa", "projects/p/attestors/security"]
  let attestors: Attestors
  private let keys: [String: KeyPair]
  private let state = Mutex(State())
  private let turnstile = Turnstile()

  init() throws {
    var keys: [String: KeyPair] = [:]
    var all: [Attestor] = []
    for name in Self.names {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      keys[name] = pair
      all.append(
        Attestor(
          name: name, note: try NoteName(parsing: name.replacing("/attestors/", with: "/notes/")),
          keys: [try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: pair.publicPEM)]))
    }
    self.keys = keys
    attestors = try Attestors(all)
  }

  var questions: Int { state.withLock { $0.questions } }
  func fail(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
  func hold() { turnstile.hold() }
  func release() { turnstile.release() }

  func sign(_ image: String, as signers: [String] = names) async throws {
    let pinned = try PinnedReference(parsing: image)
    let payload = ContainerSignature(pinned).payload
    for name in signers {
      let pair = try #require(keys[name])
      let signature = try await PKIXSigner(pem: pair.privatePEM).signature(over: payload)
      let note = try #require(attestors[name]).note
      let attestation = UnverifiedAttestation(
        occurrence: "projects/p/occurrences/1", note: note, createdAtSeconds: 1_777_600_000,
        envelope: .detached(payload: payload, [.init(keyID: pair.keyID, bytes: signature)]))
      state.withLock { $0.attestations.append(attestation) }
    }
  }

  func publicPEM(of name: String) -> String { keys[name]?.publicPEM ?? "" }

  func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    state.withLock { $0.questions += 1 }
    await turnstile.pass()
    return try state.withLock { state in
      if state.isDown { throw MetadataError.unavailable("the store is down") }
      return state.attestations.filter { $0.note == note && payload($0).contains(image.digest.hex) }.suffix(limit)
    }
  }

  private func payload(_ attestation: UnverifiedAttestation) -> String {
    if case .detached(let payload, _) = attestation.envelope { String(decoding: payload, as: UTF8.self) } else { "" }
  }
}

/// Uses of break-glass, kept or refused.
final class RecordedUses: BreakGlassLog {
  struct Full: Error {}
  private let uses = Mutex<[BrokenGlass]>([])
  private let isFull: Bool

  init(isFull: Bool = false) { self.isFull = isFull }

  var all: [BrokenGlass] { uses.withLock { $0 } }

  func record(_ use: BrokenGlass) async throws {
    if isFull { throw Full() }
    uses.withLock { $0.append(use) }
  }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
  private let seconds = Mutex<Int64>(1_777_896_000)

  var now: Int64 { seconds.withLock { $0 } }
  func advance(seconds more: Int64) { seconds.withLock { $0 += more } }
}

/// What tags name and which manifests are ambiguous; counts the look-ups.
final class TestRegistry: ManifestInspector {
  private let tags: [String: Result<Digest, ImageError>]
  private let count = Mutex(0)

  init(_ tags: [String: Result<Digest, ImageError>]) { self.tags = tags }

  var lookups: Int { count.withLock { $0 } }

  func digest(of image: ImageReference) async throws -> Digest {
    count.withLock { $0 += 1 }
    guard let answer = tags["\(image)"] else { throw ImageError.notFound("\(image)") }
    return try answer.get()
  }
}

/// Reviews as the API server sends them.
enum Review {
  static let digest = "sha256:" + String(repeating: "a", count: 64)
  static let web = "r.test/prod/web@\(digest)"
  static let evil = "r.test/prod/evil@sha256:" + String(repeating: "b", count: 64)

  static func pod(_ images: String..., annotations: String = "{}", more: String = "") -> String {
    let containers = images.enumerated().map { #"{"name":"c\#($0)","image":"\#($1)"}"# }.joined(separator: ",")
    return
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"prod","annotations":\#(annotations)},"spec":{"containers":[\#(containers)]\#(more)}}"#
  }

  static func of(
    _ object: String, old: String = "null", operation: String = "CREATE", kind: (String, String, String) = ("", "v1", "Pod"),
    namespace: String = "prod", user: String = "alice", groups: [String] = ["devs"], dryRun: Bool = false,
    version: String = "admission.k8s.io/v1", subResource: String = ""
  ) -> String {
    let groups = groups.map { "\"\($0)\"" }.joined(separator: ",")
    return """
      {"apiVersion":"\(version)","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"\(kind.0)","version":"\(kind.1)",\
      "kind":"\(kind.2)"},"resource":{"group":"\(kind.0)","version":"\(kind.1)","resource":"things"},"subResource":"\(subResource)",\
      "namespace":"\(namespace)","operation":"\(operation)","userInfo":{"username":"\(user)","groups":[\(groups)]},\
      "object":\(object),"oldObject":\(old),"dryRun":\(dryRun)}}
      """
  }
}

/// A gate with two attestors, `r.test/infra/*` let through, and whatever a test changes about it.
struct Checkpoint {
  let signed: SignedImages
  let gate: Gate
  let rulebook: Rulebook

  init(
    _ signed: SignedImages? = nil, policy: Policy? = nil, hasPolicy: Bool = true, inspector: TestRegistry? = nil,
    log: (any BreakGlassLog)? = nil, decisions: DecisionRecorder? = nil, clock: TestClock = TestClock(),
    workloads: [any WorkloadPolicy] = [],
    _ change: (inout GateSettings) -> Void = { _ in }
  ) throws {
    let signed = try signed ?? SignedImages()
    self.signed = signed
    var settings = GateSettings()
    // A busy machine is not a store that hangs.
    settings.deadline = .seconds(120)
    change(&settings)
    let standard = Policy(
      allowlist: [try NamePattern(parsing: "r.test/infra/*")],
      defaultRule: try #require(AdmissionRule.requiring(SignedImages.names)))
    let rulebook = Rulebook(
      images: [policy ?? standard], workloads: workloads, attestors: signed.attestors, digest: Digest(sha256Of: [1]))
    self.rulebook = rulebook
    var surroundings = Gate.Surroundings(
      rulebook: { hasPolicy ? rulebook : nil }, attestations: signed, inspector: inspector, breakGlassLog: log,
      decisions: decisions, now: { clock.now }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    surroundings.lastRulebook = { rulebook }
    gate = Gate(settings: settings, surroundings: surroundings)
  }

  func answer(_ review: String, mayPatch: Bool = false) async throws -> AdmissionAnswer {
    let document = try JSONDocument(parsing: Array(review.utf8), atMost: AdmissionRequest.limitBytes)
    return await gate.answer(to: try AdmissionRequest(document.root), mayPatch: mayPatch)
  }
}
