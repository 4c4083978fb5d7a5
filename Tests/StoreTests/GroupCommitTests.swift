import Contracts
import Images
import Metadata
import Schemas
import Store
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@Suite("Writers who come at the same time")
struct GroupCommitTests {
  private let folder: TemporaryFolder
  private let note: NoteName

  init() throws {
    folder = try TemporaryFolder()
    note = try NoteName(parsing: "projects/shop/notes/qa")
  }

  /// A store with one note, and what it has run since.
  private func store(_ stamps: Stamps = .system) async throws -> (SQLStore, Statements) {
    let statements = Statements()
    let settings = SQLiteSettings(onStatement: statements.add)
    let store = try SQLStore(path: folder.path("metadata.sqlite"), stamps: stamps, settings: settings)
    try await store.create(Facts.attestationNote, named: note)
    statements.clear()
    return (store, statements)
  }

  private func listed(_ store: SQLStore) async throws -> [Occurrence] {
    try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest()).items
  }

  @Test("share transactions, and one whose note is missing fails alone")
  func together() async throws {
    let (store, statements) = try await store()
    let results = try await mapAtOnce(Array(0..<40), width: 40) { [note] number in
      let under = number == 17 ? "projects/shop/notes/none" : note.description
      do {
        return try await store.create([Facts.finding(of: under, "\(number)")], in: note.project)[0].name
      } catch MetadataError.notFound(let name) {
        return name
      }
    }
    #expect(results[17] == "projects/shop/notes/none")
    let names = Set(results.enumerated().filter { $0.offset != 17 }.map(\.element))
    #expect(try await Set(listed(store).map(\.name)) == names && names.count == 39)
    let transactions = statements.all.count { $0.hasPrefix("UPDATE counter") }
    #expect((1..<40).contains(transactions), "\(transactions) transactions")
  }

  @Test("change, delete and create together, and each is told what became of its own")
  func mixed() async throws {
    let (store, _) = try await store()
    let old = try await store.create((0..<10).map { Facts.finding(of: note.description, "\($0)") }, in: note.project)
    let codes = try await mapAtOnce(Array(0..<40), width: 40) { [note] number in
      let name = try OccurrenceName(parsing: old[number / 4].name)
      do {
        switch number % 4 {
        case 0: try await store.delete(name, etag: "outdated")
        case 1: try await store.update(name, with: Update(Facts.finding(of: note.description, "new")))
        case 2: try await store.create(Facts.attestationNote, named: note)
        default: try await store.create([Facts.finding(of: note.description, "more")], in: note.project)
        }
        return "done"
      } catch let error as MetadataError {
        return error.code
      }
    }
    for (number, code) in codes.enumerated() {
      #expect(code == ["outdated", "done", "already-exists", "done"][number % 4], "write \(number)")
    }
    let reasons = try await listed(store).map(\.compliance.nonComplianceReason)
    #expect(reasons == Array(repeating: "new", count: 10) + Array(repeating: "more", count: 10))
  }

  @Test("are kept apart again when the database refuses one of them")
  func doubled() async throws {
    let count = Mutex(0)
    // Every fifth id has been given out before.
    let stamps = Stamps(
      now: { .with { $0.seconds = 1 } },
      newID: {
        count.withLock {
          $0 += 1
          return "id-\($0 % 5 == 0 ? 1 : $0)"
        }
      })
    let (store, _) = try await store(stamps)
    let results = try await mapAtOnce(Array(0..<30), width: 30) { [note] number in
      (try? await store.create([Facts.finding(of: note.description, "\(number)")], in: note.project)) != nil
    }
    #expect(results.count { $0 } == 24)
    #expect(try await listed(store).count == 24)
  }

  @Test("who are cancelled undo nothing of others")
  func cancelled() async throws {
    let (store, _) = try await store()
    let tasks = (0..<20).map { number in
      Task { try await store.create([Facts.finding(of: note.description, "\(number)")], in: note.project)[0].name }
    }
    for (number, task) in tasks.enumerated() where number % 2 == 0 { task.cancel() }
    var names: [String] = []
    for (number, task) in tasks.enumerated() {
      let result = await task.result
      if case .success(let name) = result { names.append(name) } else { #expect(number % 2 == 0) }
    }
    #expect(try await Set(listed(store).map(\.name)).isSuperset(of: names) && names.count >= 10)
  }
}

/// The texts of statements, as they are run.
final class Statements: Sendable {
  private let texts = Mutex<[String]>([])

  var all: [String] { texts.withLock { $0 } }

  func add(_ text: String) { texts.withLock { $0.append(text) } }
  func clear() { texts.withLock { $0 = [] } }
}
