import ArgumentParser
import Attestations
import Foundation
import Images
import Logging
import Metadata
import Policies
import Server

/// What a gate's memory weighs with very many images in it.
struct FillMemory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "memory")

  @Option(help: "How many images.") var images = 100_000
  @Option(help: "How many attestors.") var attestors = 2

  func run() async throws {
    let world = try EvidenceWorld(attestors: attestors)
    let names = world.attestors.all.map(\.name)
    guard let rule = AdmissionRule.requiring(names) else { throw ExitCode(1) }
    let rulebook = Rulebook(
      images: [Policy(defaultRule: rule)], attestors: world.attestors, digest: Digest(sha256Of: [1]))
    let gate = Gate(
      settings: GateSettings(),
      surroundings: Gate.Surroundings(
        rulebook: { rulebook }, attestations: SigningSource(world: world), now: { Int64(Date().timeIntervalSince1970) },
        logger: Logger(label: "race") { _ in SwiftLogNoOpLogHandler() }))
    func ask(_ index: Int) async throws -> Bool {
      let document = try JSONDocument(parsing: Array(EvidenceWorld.review(index, of: index..<index + 1).utf8), atMost: 1 << 20)
      return await gate.answer(to: try AdmissionRequest(document.root), mayPatch: false).isAllowed
    }
    for index in images..<images + 1_000 { _ = try await ask(index) }
    let (before, held) = (Self.residentKiB, gate.cache.count)
    for index in 0..<images {
      guard try await ask(index) else { throw ExitCode(1) }
    }
    let after = Self.residentKiB
    let entries = gate.cache.count - held
    print(
      "\(images) images, \(entries) entries: \(before / 1024) MiB before, \(after / 1024) MiB after,",
      "\((after - before) * 1024 / max(1, entries)) bytes an entry")
  }

  private static var residentKiB: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}

/// Signs what it is asked for, so that nothing but the gate holds anything.
private struct SigningSource: AttestationSource {
  let world: EvidenceWorld

  func attestations(
    about image: PinnedReference, under note: NoteName, atMost limit: Int
  ) async throws -> [UnverifiedAttestation] {
    guard let attestor = world.attestors.all.first(where: { $0.note == note }) else { return [] }
    guard let made = UnverifiedAttestation(try await world.attestation(of: image, by: attestor)) else { return [] }
    // As long as the names that a store gives.
    let name = "projects/race/occurrences/\(image.digest.hex.prefix(36))"
    return [
      UnverifiedAttestation(occurrence: name, note: note, createdAtSeconds: 1_700_000_000, envelope: made.envelope)
    ]
  }
}
