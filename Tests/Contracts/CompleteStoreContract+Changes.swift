import Images
import Metadata
import Schemas
import SwiftProtobuf
import Synchronization
import Testing

extension CompleteStoreContract {
  static let changes: [Clause] = [
    Clause("tells every note and occurrence in the order in which they were written") { store in
      #expect(try await store.lastPosition() == 0)
      let empty = try await store.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 10)
      #expect(empty == ChangeBatch(changes: [], position: 0, isLast: true))
      let written = try await write(in: store)
      let all = try await store.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1000)
      #expect(all.changes.map(\.name) == written && all.isLast)
      #expect(all.changes.allSatisfy { !$0.isDeletion })
      #expect(zip(all.changes, all.changes.dropFirst()).allSatisfy { $0.position < $1.position })
      #expect(all.changes.last?.position == (try await store.lastPosition()))
    },
    Clause("goes on from any position with what comes after it") { store in
      try await write(in: store)
      let all = try await follow(store, atMost: 1000)
      for limit in 1...4 { #expect(try await follow(store, atMost: limit) == all) }
      for (index, change) in all.enumerated() {
        let rest = try await store.changes(in: nil, matching: OccurrenceFilter(), after: change.position, atMost: 1000)
        #expect(rest.changes == Array(all[(index + 1)...]) && rest.isLast)
      }
    },
    Clause("tells of one project, and of the occurrences that a filter matches") { store in
      try await write(in: store)
      let all = try await follow(store, atMost: 1000)
      let tenant = try await follow(store, in: ProjectName(id: "tenant"), atMost: 1)
      #expect(tenant == all.filter { $0.name.hasPrefix("projects/tenant/") } && tenant.count == 3)
      #expect(try await follow(store, in: ProjectName(id: "ten"), atMost: 1).isEmpty)
      let filter = OccurrenceFilter(resourceURI: Facts.image)
      let matching = try await follow(store, matching: filter, atMost: 1)
      #expect(matching.count == 2)
      for change in matching {
        guard case .occurrence(let occurrence) = change.subject else {
          Issue.record("a filter of occurrences matched a note")
          continue
        }
        #expect(filter.matches(occurrence))
      }
    },
    Clause("tells once, in its last state, what changed twice") { store in
      let written = try await write(in: store)
      let before = try await store.lastPosition()
      let note = try NoteName(parsing: "projects/shop/notes/qa")
      for text in ["first", "second"] {
        var change = Facts.attestationNote
        change.shortDescription = text
        try await store.update(note, with: Update(change))
      }
      let all = try await follow(store, atMost: 2)
      #expect(all.count == written.count && all.last?.name == note.description)
      #expect(all.last?.subject == .note(try await store.note(note)) && all.last?.isDeletion == false)
      let since = try await store.changes(in: nil, matching: OccurrenceFilter(), after: before, atMost: 1000)
      #expect(since.changes == [try #require(all.last)] && since.isLast)
    },
    Clause("tells of deletions, with the last state, until the name is used again") { store in
      let written = try await write(in: store)
      let name = try OccurrenceName(parsing: written[1])
      let (last, note) = (try await store.occurrence(name), try NoteName(parsing: "projects/shop/notes/qa"))
      let noted = try await store.note(note)
      try await store.delete(name, etag: nil)
      try await store.delete(note, etag: nil)
      let all = try await follow(store, atMost: 1000)
      #expect(all.count == written.count)
      #expect(all.suffix(2).map(\.subject) == [.occurrence(last), .note(noted)])
      #expect(all.suffix(2).allSatisfy(\.isDeletion) && all.dropLast(2).allSatisfy { !$0.isDeletion })
      let filtered = try await follow(store, matching: OccurrenceFilter(resourceURI: last.resourceUri), atMost: 1000)
      #expect(filtered.last?.isDeletion == true && filtered.last?.name == name.description)
      try await store.create(Facts.attestationNote, named: note)
      let again = try await follow(store, atMost: 1000)
      #expect(again.count == written.count && again.last?.name == note.description && again.last?.isDeletion == false)
    },
    Clause("leaves nothing out while many write") { store in
      let note = try await MetadataStoreContract.attestor(in: store)
      let isWritten = Flag()
      async let told = {
        var (seen, position, isDone) = (Set<String>(), Int64(0), false)
        while !isDone {
          let wasWritten = isWritten.isSet
          let batch = try await store.changes(in: note.project, matching: OccurrenceFilter(), after: position, atMost: 7)
          #expect(batch.changes.allSatisfy { $0.position > position && $0.position <= batch.position })
          seen.formUnion(batch.changes.map(\.name))
          (position, isDone) = (batch.position, wasWritten && batch.isLast)
          await Task.yield()
        }
        return seen
      }()
      let written = try await mapAtOnce(Array(0..<60), width: 8) { number in
        try await store.create([Facts.finding(of: note.description, "\(number)")], in: note.project)[0].name
      }
      isWritten.set()
      #expect(try await told == Set(written + [note.description]))
    },
    Clause("refuses positions that were never reached, and limits outside 1 to 1,000") { store in
      try await write(in: store)
      let last = try await store.lastPosition()
      for (position, limit) in [(last + 1, 1), (-1, 1), (.max, 1), (0, 0), (0, 1001), (0, -1)] {
        await refuses("out-of-bounds") {
          try await store.changes(in: nil, matching: OccurrenceFilter(), after: position, atMost: limit)
        }
      }
    },
  ]

  /// Writes a note and three occurrences in `projects/shop`, then a note and two occurrences in `projects/tenant`.
  ///
  /// - Returns: their names, in the order of writing.
  @discardableResult
  private static func write(in store: any CompleteStore) async throws -> [String] {
    let note = try await MetadataStoreContract.attestor(in: store)
    var names = [note.description]
    let tenant = try ProjectName(id: "tenant")
    let (here, there) = (Facts.image, Facts.otherImage)
    for resource in [here, there, there] {
      names += try await store.create([Facts.finding(of: note.description, about: resource)], in: note.project).map(\.name)
    }
    names.append(try await store.create(Facts.attestationNote, named: NoteName(project: tenant, id: "n")).name)
    let batch = [here, there].map { Facts.finding(of: note.description, about: $0) }
    return names + (try await store.create(batch, in: tenant).map(\.name))
  }

  /// All changes, asked for batch by batch.
  private static func follow(
    _ store: any CompleteStore, in project: ProjectName? = nil, matching filter: OccurrenceFilter = OccurrenceFilter(),
    atMost limit: Int
  ) async throws -> [Change] {
    var (told, position, isLast): ([Change], Int64, Bool) = ([], 0, false)
    while !isLast {
      let batch = try await store.changes(in: project, matching: filter, after: position, atMost: limit)
      #expect(batch.changes.count <= limit && batch.position >= position)
      #expect(batch.isLast || batch.position > position, "a batch that is not the last goes on")
      if !batch.isLast && batch.position <= position { break }
      told += batch.changes
      (position, isLast) = (batch.position, batch.isLast)
    }
    return told
  }
}

/// Says once that something happened.
private final class Flag: Sendable {
  private let value = Mutex(false)

  var isSet: Bool { value.withLock { $0 } }

  func set() { value.withLock { $0 = true } }
}
