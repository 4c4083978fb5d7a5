import Attestations
import Contracts
import Foundation
import Images
import Logging
import Metadata
import Policies
import Schemas
import Server
import Signing
import Store
import Synchronization
import TestSupport
import Testing

/// A metadata store that can be taken away, and counts what it is asked.
final class FickleStore: MetadataReader, ChangeReader {
  /// What becomes of a question.
  enum Mood: CaseIterable, Sendable {
    case answers
    /// It fails at once.
    case fails
    /// It says something that cannot be read.
    case talksNonsense
    /// It says what was not asked for: attestations of another image.
    case mistakes
    /// It never answers.
    case hangs
  }

  private struct State {
    var mood = Mood.answers
    var questions = 0
  }

  let base: InMemoryStore
  private let state = Mutex(State())
  private let turnstile = Turnstile()

  init(_ base: InMemoryStore = InMemoryStore(stamps: .counting())) { self.base = base }

  /// Questions about images, not about changes.
  var questions: Int { state.withLock { $0.questions } }
  /// Answers that are held back.
  var waiting: Int { turnstile.waiting }
  func become(_ mood: Mood) { state.withLock { $0.mood = mood } }
  func hold() { turnstile.hold() }
  func release() { turnstile.release() }

  private func ask<Answer: Sendable>(
    counts: Bool = true, mistaken: (@Sendable () async throws -> Answer)? = nil,
    _ work: @Sendable () async throws -> Answer
  ) async throws -> Answer {
    let isHeld = counts && turnstile.isHeld
    let mood = state.withLock { state in
      if counts { state.questions += 1 }
      return state.mood
    }
    switch mood {
    case .answers:
      let answer = try await work()
      if isHeld { await turnstile.pass() }
      return answer
    case .mistakes:
      guard let mistaken else { return try await work() }
      return try await mistaken()
    case .fails: throw MetadataError.unavailable("it was told to fail")
    case .talksNonsense: throw MetadataError.unavailable("its answer is not the message that was asked for")
    case .hangs:
      try await Task.sleep(for: .seconds(3600))
      throw CancellationError()
    }
  }

  func note(_ name: NoteName) async throws -> Note { try await ask { try await base.note(name) } }
  func occurrence(_ name: OccurrenceName) async throws -> Occurrence { try await ask { try await base.occurrence(name) } }
  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    try await ask { try await base.notes(in: project, matching: filter, page: page) }
  }
  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let base = base
    return try await ask(mistaken: { try await base.occurrences(in: project, matching: OccurrenceFilter(), page: page) }) {
      try await base.occurrences(in: project, matching: filter, page: page)
    }
  }
  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let base = base
    return try await ask(mistaken: { try await base.occurrences(of: note, matching: OccurrenceFilter(), page: page) }) {
      try await base.occurrences(of: note, matching: filter, page: page)
    }
  }
  func changes(
    in project: ProjectName?, matching filter: OccurrenceFilter, after position: Int64, atMost limit: Int
  ) async throws -> ChangeBatch {
    try await ask(counts: false) {
      try await base.changes(in: project, matching: filter, after: position, atMost: limit)
    }
  }
  func lastPosition() async throws -> Int64 { try await ask(counts: false) { await base.lastPosition() } }
}

/// Looks at what is recorded of an image: no vulnerability may be, and a scan must be.
struct ScannedPolicy: ImagePolicy {
  let name = "scanned"
  let scope = PolicyScope.everywhere

  func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "scan", enforcement: .block)
  }
  func demand(of image: ImageQuestion) -> ImageDemand { ImageDemand(needs: [.occurrences]) }

  func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    func answer(_ reasons: [Reason]) -> Judgement {
      Judgement(policy: name, rule: rule.name, reasons: reasons, enforcement: rule.enforcement)
    }
    func reason(_ code: String) -> Reason { Reason(code: code, problem: "It is so.", remedy: "Mend it.") }
    guard let pinned = image.pinned, let subject = evidence.subjects[pinned] else { return answer([reason("not-read")]) }
    switch subject.occurrences {
    case .refused(let reason), .missing(let reason, _): return answer([reason])
    case .found(let all):
      let kinds = all.map(\.detailsKind)
      if kinds.contains(.vulnerability) { return answer([reason("fixable-vulnerability")]) }
      return answer(kinds.contains(.discovery) ? [] : [reason("not-scanned")])
    }
  }
}

/// A store with two attestors in it, and gates in front of it that can be started again.
struct EvidenceBench {
  static let project = "p"

  let store: FickleStore
  let attestors: Attestors
  let clock = TestClock()
  let folder: TemporaryFolder
  private let keys: [String: KeyPair]

  init() async throws {
    store = FickleStore()
    folder = try TemporaryFolder()
    var keys: [String: KeyPair] = [:]
    var all: [Attestor] = []
    for name in SignedImages.names {
      let pair = try KeyPair(generating: .ecdsaP256SHA256)
      keys[name] = pair
      let note = try NoteName(parsing: name.replacing("/attestors/", with: "/notes/"))
      try await store.base.create([note.id: Note(attestorNamed: note.id)], in: note.project)
      all.append(
        Attestor(name: name, note: note, keys: [try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: pair.publicPEM)]))
    }
    self.keys = keys
    attestors = try Attestors(all)
  }

  /// Records what the attestors say of an image.
  @discardableResult
  func sign(_ image: String, as signers: [String] = SignedImages.names) async throws -> [OccurrenceName] {
    var made: [OccurrenceName] = []
    for name in signers {
      let signer = try PKIXSigner(pem: #require(keys[name]).privatePEM)
      let pinned = try PinnedReference(parsing: image)
      let signature = try await signer.signature(over: ContainerSignature(pinned).payload)
      let note = try #require(attestors[name]).note
      let occurrence = Occurrence(attesting: pinned, under: note, signature: signature, keyID: signer.keyID)
      let recorded = try await store.base.create([occurrence], in: try ProjectName(id: Self.project))
      made += try recorded.map { try OccurrenceName(parsing: $0.name) }
    }
    return made
  }

  /// Records a scan, or a vulnerability.
  func record(_ kind: NoteKind, of image: String) async throws {
    let project = try ProjectName(id: Self.project)
    let id = kind == .discovery ? "discovery" : "vulnerability"
    try await createMissing([id: #require(Facts.notes[id])], in: project, of: store.base)
    var occurrence = try #require(Facts.occurrences(in: "projects/\(Self.project)")[id])
    occurrence.resourceUri = try PinnedReference(parsing: image).resourceURI
    try await store.base.create([occurrence], in: project)
  }

  /// Without the key of one attestor.
  func attestors(without name: String) throws -> Attestors {
    try Attestors(
      attestors.all.map { attestor in
        attestor.name == name ? Attestor(name: attestor.name, note: attestor.note, keys: []) : attestor
      }.filter { !$0.keys.isEmpty })
  }

  func rulebook(_ policies: [any ImagePolicy]? = nil, attestors: Attestors? = nil, generation: UInt8 = 1) throws -> Rulebook {
    let standard = Policy(defaultRule: try #require(AdmissionRule.requiring(SignedImages.names)))
    return Rulebook(
      images: policies ?? [standard], attestors: attestors ?? self.attestors, digest: Digest(sha256Of: [generation]))
  }

  /// A gate as it is just after its start: what the file says is loaded, nobody was asked.
  func gate(
    _ rulebook: Rulebook? = nil, source: (any MetadataReader & ChangeReader)? = nil, file: (any AnswerFile)? = nil,
    _ change: (inout GateSettings) -> Void = { _ in }
  ) async throws -> Gate {
    var settings = GateSettings()
    // A busy machine is not a store that hangs.
    settings.deadline = .seconds(60)
    change(&settings)
    let rules = try rulebook ?? self.rulebook()
    let source: any MetadataReader & ChangeReader = source ?? store
    let clock = clock
    var surroundings = Gate.Surroundings(
      rulebook: { rules }, attestations: RecordedAttestations(source), now: { clock.now },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    surroundings.records = RecordedEvidence(
      metadata: source, changes: source, file: file, projects: [try ProjectName(id: Self.project)])
    let gate = Gate(settings: settings, surroundings: surroundings)
    await gate.feed?.load()
    return gate
  }

  /// Has a gate let in the signed image, and keep in `file` why.
  func warm(_ file: any AnswerFile) async throws {
    let gate = try await gate(file: file)
    await gate.catchUp()
    #expect(try await gate.codes(Review.web) == [])
    await gate.settled(2)
  }

  func openFile() throws -> SQLiteAnswerFile { try SQLiteAnswerFile(path: folder.path("evidence.sqlite")) }
}

extension Gate {
  /// Codes of the answer to a pod with these images; empty when it is plainly let in.
  func codes(_ images: String...) async throws -> [String] {
    let answer = try await answer(images)
    #expect(answer.isAllowed == (answer.codes.allSatisfy { $0.hasPrefix("let-in") }), "\(answer.message)")
    return answer.codes
  }

  func answer(_ images: [String]) async throws -> AdmissionAnswer {
    let containers = images.enumerated().map { #"{"name":"c\#($0)","image":"\#($1)"}"# }.joined(separator: ",")
    let pod =
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"prod"},"spec":{"containers":[\#(containers)]}}"#
    let document = try JSONDocument(parsing: Array(Review.of(pod).utf8), atMost: AdmissionRequest.limitBytes)
    return await self.answer(to: try AdmissionRequest(document.root), mayPatch: false)
  }

  /// Follows until nothing more has changed.
  func catchUp() async {
    for _ in 0..<100 {
      guard let feed, await feed.step() == .zero else { return }
      continue
    }
  }

  /// Until what is written down behind the answer is written.
  func settled(_ persisted: Int) async { while evidenceCounts.persisted < persisted { await Task.yield() } }
}
