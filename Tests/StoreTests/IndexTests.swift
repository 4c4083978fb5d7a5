import Contracts
import GRDB
import Images
import Metadata
import Schemas
import Store
import TestSupport
import Testing

@Suite("What the SQLite store asks its database")
struct IndexTests {
  private static let filters: [OccurrenceFilter] = [
    OccurrenceFilter(), OccurrenceFilter(resourceURI: Facts.image), OccurrenceFilter(kind: .compliance),
    OccurrenceFilter(resourceURI: Facts.image, kind: .compliance),
  ]

  @Test("is answered from indexes, in their order")
  func indexed() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("metadata.sqlite")
    let statements = Statements()
    let store = try SQLStore(path: path, settings: SQLiteSettings(onStatement: statements.add))
    statements.clear()
    try await ask(store)
    let texts = Set(statements.all).filter { text in ["SELECT", "UPDATE", "DELETE"].contains { text.hasPrefix($0) } }
    #expect(texts.count > 30)
    try await DatabaseQueue(path: path).read { database in
      for text in texts {
        let arguments = StatementArguments(Array(repeating: DatabaseValue.null, count: text.count { $0 == "?" }))
        let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(text)", arguments: arguments)
        for step in plan.map({ $0["detail"] as String }) {
          #expect(!step.contains("SCAN") && !step.contains("TEMP B-TREE"), "\(step) in \(text)")
        }
      }
    }
  }

  /// Every question and every change that there is.
  private func ask(_ store: SQLStore) async throws {
    let note = try NoteName(parsing: "projects/shop/notes/qa")
    try await store.create(Facts.attestationNote, named: note)
    let project = note.project
    let stored = try await store.create(
      [Facts.finding(of: note.description), Facts.attestation(of: note.description)], in: project)
    let page = PageRequest(size: 1)
    for filter in Self.filters + [OccurrenceFilter(kind: .compliance, note: note), OccurrenceFilter(note: note)] {
      _ = try await store.occurrences(in: project, matching: filter, page: page)
      _ = try await store.occurrences(of: note, matching: filter, page: page)
      _ = try await store.changes(in: project, matching: filter, after: 0, atMost: 1)
    }
    _ = try await store.notes(in: project, page: page)
    for here in [project, nil] { _ = try await store.images(with: .key("ni:///sha-256;abc"), in: here, page: page) }
    _ = try await store.projects(page: page)
    try await store.update(note, with: Update(Facts.attestationNote))
    try await store.update(OccurrenceName(parsing: stored[0].name), with: Update(Facts.finding(of: note.description, "new")))
    try await store.keep([1], as: Digest(sha256Of: [1]), in: project)
    _ = try await store.document(Digest(sha256Of: [1]), in: project)
    _ = try await store.set(AccessPolicy(), of: note.description)
    for one in stored { try await store.delete(OccurrenceName(parsing: one.name), etag: nil) }
    try await store.restore([stored[0]])
    try await store.delete(OccurrenceName(parsing: stored[0].name), etag: nil)
    try await store.delete(note, etag: nil)
    try await store.delete(project)
  }
}
