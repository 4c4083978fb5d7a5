import Attestations
import Metadata
import Schemas
import SwiftProtobuf

/// What the store can say of an image, question by question; "unknown, because ..." where it holds no evidence.
struct FiveAnswers {
  struct Answer: Encodable {
    let question: String
    /// False when there is no evidence; then `summary` says why.
    let known: Bool
    let summary: String
    let details: [String]

    var text: String {
      ([known ? summary : "unknown, because \(summary)"] + details.map { "- \($0)" }).joined(separator: "\n  ")
    }
  }

  private let byKind: [NoteKind: [Occurrence]]
  /// Nil when nobody gave the attestors' keys.
  private let verdicts: [AttestorVerdict]?

  init(_ occurrences: [Occurrence], verdicts: [AttestorVerdict]?) {
    byKind = Dictionary(grouping: occurrences, by: \.kind)
    self.verdicts = verdicts
  }

  var all: [Answer] { [deployed, pulled, contents, vulnerable, controls] }

  private var deployed: Answer {
    let question = "Is it deployed, and where?"
    let deployments = byKind[.deployment] ?? []
    guard !deployments.isEmpty else {
      return Answer(question: question, known: false, summary: "no cluster has reported a deployment of it", details: [])
    }
    let running = deployments.map(\.deployment).filter { !$0.hasUndeployTime }
    return Answer(
      question: question, known: true, summary: "in \(running.count) places now, \(deployments.count) ever",
      details: running.map { "\($0.address) since \(utc($0.deployTime.seconds))" })
  }

  private var pulled: Answer {
    Answer(
      question: "When was it pulled?", known: false, summary: "no registry or node reports pulls to this store", details: [])
  }

  private var contents: Answer {
    let question = "What is in it?"
    let packages = byKind[.package] ?? []
    guard let image = byKind[.image]?.last?.image else {
      return Answer(question: question, known: false, summary: "no audit of it was recorded", details: [])
    }
    let names = packages.map { "\($0.package.name) \($0.package.version.fullName)" }
    let shown = names.sorted().prefix(5)
    let rest =
      names.count > shown.count ? ["and \(names.count - shown.count) more (--output json of `pratique audit` lists all)"] : []
    let base = image.baseResourceURL.isEmpty ? "" : ", on \(image.baseResourceURL)"
    return Answer(
      question: question, known: true, summary: "\(packages.count) packages in \(image.fingerprint.v2Blob.count) layers\(base)",
      details: shown + rest)
  }

  private var vulnerable: Answer {
    let question = "Is it vulnerable?"
    guard let scan = byKind[.discovery]?.last?.discovery else {
      return Answer(question: question, known: false, summary: "no scan of it was recorded", details: [])
    }
    guard scan.analysisStatus == .finishedSuccess else {
      let why = scan.analysisError.map(\.message) + [scan.analysisStatusError.message].filter { !$0.isEmpty }
      return Answer(
        question: question, known: false,
        summary: why.first ?? "the last scan ended as \(scan.analysisStatus)", details: Array(why.dropFirst()))
    }
    let found = byKind[.vulnerability] ?? []
    let when = "as of \(utc(scan.lastScanTime.seconds))"
    let worst: [(Severity, String)] = [
      (.critical, "critical"), (.high, "high"), (.medium, "medium"), (.low, "low"), (.minimal, "minimal"),
      (.unspecified, "of unknown severity"),
    ]
    let counts = worst.compactMap { severity, name in
      let count = found.count { $0.vulnerability.effectiveSeverity == severity }
      return count > 0 ? "\(count) \(name)" : nil
    }
    let fixable = found.count { $0.vulnerability.fixAvailable }
    let summary = found.isEmpty ? "none known, \(when)" : "\(found.count) findings, \(fixable) with a fix, \(when)"
    return Answer(question: question, known: true, summary: summary, details: counts)
  }

  private var controls: Answer {
    let question = "Does it meet our controls, and who says so?"
    let findings = byKind[.compliance] ?? []
    let attestations = (byKind[.attestation] ?? []) + (byKind[.dsseAttestation] ?? [])
    var details = findings.map { occurrence in
      "finding \(lastSegment(occurrence.noteName)): \(occurrence.compliance.nonComplianceReason)"
    }
    guard let verdicts else {
      details += attestations.map { "attestation under \($0.noteName), not verified" }
      if byKind[.image] == nil && attestations.isEmpty {
        return Answer(question: question, known: false, summary: "no audit and no attestation of it were recorded", details: [])
      }
      let summary = "\(findings.count) findings, \(attestations.count) attestations; give --attestors to verify them"
      return Answer(question: question, known: true, summary: summary, details: details)
    }
    details += verdicts.map { Vouching($0).text }
    let vouching = verdicts.count { $0.isSatisfied }
    return Answer(
      question: question, known: true,
      summary: "\(findings.count) findings; \(vouching) of \(verdicts.count) attestors vouch for it", details: details)
  }

  private func lastSegment(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }
}
