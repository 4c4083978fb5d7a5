import ArgumentParser
import Audit
import Feeds
import Foundation
import Images
import Metadata
import Pipeline

/// What an audit goes by.
struct AuditOptions: ParsableArguments {
  @Option(help: "The advisory database (default: advisories.db in the data folder).") var advisories: String?
  @Option(help: "A repository pattern that images may come from; may be repeated. All otherwise.")
  var trusted: [String] = []
  @Option(help: "How old the feeds of the release may be, in days.") var feedAgeLimitDays: Int?

  func settings() throws -> AuditSettings {
    var settings = AuditSettings()
    settings.trustedRepositories = try trusted.map { try TrustedRepository(parsing: $0) }
    settings.feedAgeLimitDays = feedAgeLimitDays
    return settings
  }

  /// The database, nil when there is none at the default place.
  ///
  /// - Throws: `DoorError.unreadable` for one that was named and is not there; `AuditError` for one that is none.
  func index(default path: String) throws -> AdvisoryIndex? {
    let file = advisories ?? path
    guard FileManager.default.fileExists(atPath: file) else {
      if advisories == nil { return nil }
      throw DoorError.unreadable(path: file, because: "no such file")
    }
    return try AdvisoryDatabaseFile.read(file)
  }

  /// The auditor of a pipeline.
  func auditor(default path: String) throws -> any ImageAuditor {
    Auditor(index: try index(default: path), settings: try settings())
  }
}

/// Brings the reader of images, the checks and the advisories together.
struct Auditor: ImageAuditor {
  let index: AdvisoryIndex?
  let settings: AuditSettings

  func report(
    on name: ManifestName, in source: any ImageSource, as repository: Repository, platform: Platform
  ) async throws -> AuditReport {
    let contents = try await ImageContents.read(name, from: source, platform: platform, keep: auditReads)
    return Audit.audit(
      AuditSubject(contents, in: repository), against: index, settings: settings, atSeconds: Now.seconds)
  }

  func audit(_ image: PinnedReference, in source: any ImageSource, for project: ProjectName) async throws -> AuditFacts {
    let report = try await report(
      on: .digest(image.digest), in: source, as: image.repository, platform: .linuxAMD64)
    let record = report.record(in: project, atSeconds: Now.seconds)
    return AuditFacts(notes: record.notes, occurrences: record.occurrences)
  }
}
