import Images
import Metadata
import Schemas
import Testing

extension CompleteStoreContract {
  static let random: [Clause] = [
    Clause("lists exactly the occurrences that a random filter matches, page by page") { store in
      let project = try ProjectName(id: "shop")
      try await store.create(Facts.notes, in: project)
      for seed in UInt64(1)...4 {
        var random = RandomFacts(seed: seed)
        let facts = (0..<40).map { _ in random.acceptable() }.filter(\.faults.isEmpty)
        try await store.create(facts, in: project)
        let all = try await whole { try await store.occurrences(in: project, matching: OccurrenceFilter(), page: $0) }
        let note = try NoteName(project: project, id: "vulnerability")
        let changes = try await store.changes(in: project, matching: OccurrenceFilter(), after: 0, atMost: 1000).changes
        for _ in 0..<30 {
          let text = random.occurrenceFilter()
          let filter = try OccurrenceFilter(parsing: text)
          let wanted = all.filter(filter.matches)
          let listed = try await whole { try await store.occurrences(in: project, matching: filter, page: $0) }
          #expect(listed == wanted, "\(text)")
          let ofNote = try await whole { try await store.occurrences(of: note, matching: filter, page: $0) }
          #expect(ofNote == wanted.filter { $0.noteName == note.description }, "\(text)")
          let told = try await store.changes(in: project, matching: filter, after: 0, atMost: 1000).changes
          #expect(told == changes.filter { $0.isWanted(in: project, matching: filter) }, "\(text)")
        }
      }
    },
    Clause("lists exactly the notes that a random filter matches, page by page") { store in
      let project = try ProjectName(id: "shop")
      let all = try await store.create(Facts.notes, in: project)
      for seed in UInt64(1)...4 {
        var random = RandomFacts(seed: seed)
        for _ in 0..<30 {
          let text = random.noteFilter()
          let filter = try NoteFilter(parsing: text)
          let listed = try await whole { try await store.notes(in: project, matching: filter, page: $0) }
          #expect(listed == all.filter(filter.matches), "\(text)")
        }
      }
    },
  ]

  /// All pages, in sizes that do not divide what is there.
  private static func whole<Item: Sendable>(_ list: (PageRequest) async throws -> Page<Item>) async throws -> [Item] {
    var (seen, pages, token): ([Item], Int, String?) = ([], 0, nil)
    repeat {
      let page = try await list(PageRequest(size: 7, token: token))
      seen += page.items
      (token, pages) = (page.nextToken, pages + 1)
    } while token != nil && pages < 1000
    return seen
  }
}
