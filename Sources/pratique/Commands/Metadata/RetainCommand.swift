import ArgumentParser
import Foundation
import Images
import Metadata
import Schemas

struct RetainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retain", abstract: "Archive or delete occurrences of a kind that are older than an age.",
    discussion: """
      With --archive they are written into the file, and the file is on the disk, before any of them is deleted; `pratique
      metadata import` brings them back. The age counts from the last update.

      Example: pratique metadata retain --kind DISCOVERY --older-than 90 --archive old.jsonl
      """)

  @Option(help: "The kind of the occurrences, for example DISCOVERY.") var kind: String
  @Option(help: "The age in days.") var olderThan: Int
  @Option(help: "Only this project; may be repeated. All otherwise.") var project: [String] = []
  @Option(help: "A new file that the occurrences are written to before they are deleted.") var archive: String?
  @Flag(help: "Only count them.") var dryRun = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    guard olderThan > 0 else { throw ValidationError("--older-than is a number of days, at least 1.") }
  }

  func run() async throws {
    let filter = try OccurrenceFilter(
      parsing: "kind=\"\(kind)\" AND updateTime<\"\(utc(Now.seconds - Int64(olderThan) * 86_400))\"")
    let named = try project.map { try ProjectName(id: $0) }
    let file = dryRun ? nil : try archive.map { try LineFile(path: $0) }
    try await store.withCompleteStore { store in
      try file?.write(ArchiveLine.header(version: ArchiveLine.version, exportedAt: Now.timestamp).text)
      var old: [(name: OccurrenceName, etag: String)] = []
      for project in named.isEmpty ? try await store.allProjects() : named {
        try await pages {
          try await store.occurrences(in: project, matching: filter, page: $0)
        } each: { one in
          try file?.write(ArchiveLine.occurrence(one).text)
          old.append((try OccurrenceName(parsing: one.name), etag(of: one)))
        }
      }
      try file?.finish()
      if !dryRun { try await delete(old, from: store) }
      let done = dryRun ? "would go" : archive == nil ? "deleted" : "archived and deleted"
      print("\(old.count) occurrences of kind \(kind) older than \(olderThan) days \(done).")
    }
  }

  /// What somebody changed or deleted since it was listed is no longer old, and stays.
  private func delete(_ old: [(name: OccurrenceName, etag: String)], from store: any MetadataWriter) async throws {
    let progress = Progress()
    for start in stride(from: 0, to: old.count, by: 1000) {
      progress.show("\(start) of \(old.count) deleted")
      _ = try await mapAtOnce(Array(old[start..<min(start + 1000, old.count)]), width: 64) { one in
        do { try await store.delete(one.name, etag: one.etag) } catch MetadataError.notFound, MetadataError.outdated {}
      }
    }
    progress.clear()
  }
}
