import ArgumentParser
import Foundation
import Metadata

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write every note and occurrence of a store as JSON lines.",
    discussion: """
      Notes come before occurrences, so that the file can be imported line by line. What is written while the export runs
      may or may not be in it.

      Example: pratique metadata export > metadata.jsonl
      """)

  @Option(help: "Only this project; may be repeated. A metadata server has to be asked for each by name.")
  var project: [String] = []
  @Option(name: .long, help: "The file to write; - is standard output.") var out = "-"
  @OptionGroup var store: StoreOptions

  func run() async throws {
    let named = try project.map { try ProjectName(id: $0) }
    let file = try LineFile(path: out)
    var counts = (notes: 0, occurrences: 0)
    if store.metadata != nil {
      guard !named.isEmpty else {
        throw DoorError.usage(
          "A metadata server is exported project by project.", remedy: "Give --project, or run on the store itself.")
      }
      try await store.withStore { counts = try await export(named, from: $0, to: file) }
    } else {
      try await store.withCompleteStore { store in
        let projects = named.isEmpty ? try await store.allProjects() : named
        counts = try await export(projects, from: store, to: file)
      }
    }
    try file.finish()
    Terminal.complain("\(counts.notes) notes and \(counts.occurrences) occurrences.")
  }

  private func export(
    _ projects: [ProjectName], from store: any MetadataReader, to file: LineFile
  ) async throws -> (notes: Int, occurrences: Int) {
    let progress = Progress()
    var (notes, occurrences) = (0, 0)
    try file.write(ArchiveLine.header(version: ArchiveLine.version, exportedAt: Now.timestamp).text)
    for project in projects {
      try await pages {
        try await store.notes(in: project, page: $0)
      } each: { note in
        try file.write(ArchiveLine.note(note).text)
        notes += 1
      }
    }
    for project in projects {
      try await pages {
        try await store.occurrences(in: project, matching: OccurrenceFilter(), page: $0)
      } each: { one in
        try file.write(ArchiveLine.occurrence(one).text)
        occurrences += 1
        if occurrences.isMultiple(of: 1000) { progress.show("\(occurrences) occurrences") }
      }
    }
    progress.clear()
    return (notes, occurrences)
  }
}

/// Gives every item of a list to `each`, page by page.
func pages<Item: Sendable>(
  _ list: (PageRequest) async throws -> Page<Item>, each: (Item) async throws -> Void
) async throws {
  var token: String?
  repeat {
    let page = try await list(PageRequest(size: 1000, token: token))
    for item in page.items { try await each(item) }
    token = page.nextToken
  } while token != nil
}

extension ProjectStore {
  /// Every project, oldest first.
  func allProjects() async throws -> [ProjectName] {
    var all: [ProjectName] = []
    try await pages(projects(page:)) { all.append($0) }
    return all
  }
}
