import Foundation
import Images
import Metadata
import Policies
import Schemas
import SwiftProtobuf
import Testing

/// The image that the tests of checks ask about.
func sampleImage(_ repository: String = "registry.example.test/shop/web") throws -> PinnedReference {
  PinnedReference(repository: try Repository(parsing: repository), digest: Digest(sha256Of: Array("image".utf8)))
}

/// A check with settings as people write them.
func sampleCheck(_ name: String, _ settings: String = "{}") throws -> any ImageCheck {
  let type = try #require(allChecks.first { $0.name == name || ($0.name.hasSuffix("_") && name.hasPrefix($0.name)) })
  return try type.init(DocumentNode(parsing: settings, file: "checks.yaml"), named: name)
}

/// `passed`, the codes of the reasons, or `undecided` with what is missing and the code.
func outcome(_ verdict: CheckVerdict) -> String {
  switch verdict {
  case .passed: "passed"
  case .failed(let denial): denial.all.map(\.code).joined(separator: " ")
  case .undecided(let reason, let lack): "undecided, no \(lack.rawValue): \(reason.code)"
  }
}

/// 2026-11-26T00:00:00Z.
let sampleNow: Int64 = 1_795_651_200

let noAnswer = Reason(code: "no-answer", problem: "There was no answer.", remedy: "Ask again.")

/// An occurrence about the sample image, or about another one.
func occurrence(
  _ note: String, id: String = "o", about image: PinnedReference? = nil, _ details: Occurrence.OneOf_Details
) throws -> Occurrence {
  let resource = try image ?? sampleImage()
  return .with {
    $0.name = "projects/shop/occurrences/\(id)"
    $0.resourceUri = resource.resourceURI
    $0.noteName = note.hasPrefix("projects/") ? note : "projects/shop/notes/\(note)"
    $0.details = details
  }
}

/// A subject with these occurrences.
func subject(_ occurrences: Occurrence...) throws -> CheckSubject {
  CheckSubject(try sampleImage(), occurrences: .found(occurrences))
}

/// A subject with one variant for each user.
func subject(users: [String], files: ImageFiles = ImageFiles(), created: String? = nil) throws -> CheckSubject {
  let image = try sampleImage()
  return CheckSubject(
    image,
    variants: .found(
      users.map { ImageVariant(image, configuration: ImageConfiguration(user: $0, created: created), files: files) }))
}

/// The end of a scan.
func scan(
  _ status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus = .finishedSuccess, note: String = "vulnerability-scan",
  atSeconds: Int64 = sampleNow
) throws -> Occurrence {
  try occurrence(
    note,
    .discovery(
      .with {
        $0.analysisStatus = status
        $0.lastScanTime = .with { $0.seconds = atSeconds }
      }))
}
