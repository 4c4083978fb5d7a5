import Foundation
import Images
import Logging
import Metadata
import Policies
import Registry
import Server
import Store

/// Where the gate keeps evidence, and what it answers where some is missing.
struct EvidenceConfiguration {
  /// Nil where nothing outlives a restart.
  let file: String?
  let projects: [ProjectName]

  init(_ document: DocumentNode) throws(DocumentError) {
    let node = document["evidence"]
    try node?.onlyKeys(GateConfiguration.keys(under: "evidence"))
    file = try node?["file"]?.string()
    var projects: [ProjectName] = []
    for element in try node?["projects"]?.elements() ?? [] {
      let text = try element.string()
      do throws(MetadataError) {
        projects.append(try ProjectName(id: text.hasPrefix("projects/") ? text.dropFirst(9) : text[...]))
      } catch {
        throw element.error("no name of a project", remedy: "Write its id, as in projects/ID.")
      }
    }
    self.projects = projects
  }

  /// What each cause is answered with.
  static func causes(_ document: DocumentNode, _ gate: inout GateSettings) throws(DocumentError) {
    guard let node = document["causes"] else { return }
    try node.onlyKeys(GateConfiguration.keys(under: "causes"))
    gate.causes[.unsigned] = try answer(node["unsigned"])
    gate.causes[.notScanned] = try answer(node["notScanned"])
    gate.causes[.noPolicy] = try answer(node["noPolicy"])
    if let outage = node["storeUnreachable"] {
      try outage.onlyKeys(GateConfiguration.keys(under: "causes.storeUnreachable"))
      gate.causes[.storeUnreachable] = try answer(outage["answer"])
      gate.outageAgeSeconds = Int64(try outage["evidenceAgeSeconds"]?.int(in: 0...2_592_000) ?? 0)
    }
    if let broken = node["policyError"] {
      guard let choice = GateSettings.BrokenPolicy(rawValue: try broken.string()) else {
        throw broken.error("neither lastGood nor deny", remedy: "Write one of the two.")
      }
      gate.brokenPolicy = choice
    }
  }

  private static func answer(_ node: DocumentNode?) throws(DocumentError) -> CauseAnswers.Answer {
    guard let node else { return .deny }
    guard let answer = CauseAnswers.Answer(rawValue: try node.string()) else {
      throw node.error("none of deny, warn and allow", remedy: "Write one of the three.")
    }
    return answer
  }

  /// Has the gate follow the store's changes and keep its answers.
  ///
  /// - Throws: `StoreError` when there can be no file of evidence.
  func follow(
    _ metadata: any MetadataReader & ChangeReader, _ registries: RegistryClient, of configuration: GateConfiguration,
    in surroundings: inout Gate.Surroundings
  ) throws {
    var kept: SQLiteAnswerFile?
    if let file {
      let (opened, replaced) = try SQLiteAnswerFile.open(path: file)
      if let replaced {
        surroundings.logger.error("the evidence file was damaged, and is begun anew", metadata: ["cause": "\(replaced)"])
      }
      kept = opened
    }
    let opens: @Sendable (Repository) async throws -> any ImageSource = { repository in
      ExaminedRepository(try registries.repository(repository))
    }
    surroundings.records = RecordedEvidence(
      metadata: metadata, changes: metadata, file: kept, projects: projects,
      images: configuration.registries.isEmpty ? nil : opens)
    let (started, clock) = (Int64(Date().timeIntervalSince1970), ContinuousClock.now)
    surroundings.steadyNow = { started + clock.duration(to: .now).components.seconds }
  }
}
