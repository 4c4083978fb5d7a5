import Images
package import Metadata
import Schemas
import SwiftProtobuf
import Testing

/// What every metadata store must do, whatever it keeps its facts in.
package enum MetadataStoreContract {
  /// One promise, checked on a store that is empty when it starts.
  package struct Clause: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let check: @Sendable (any MetadataStore) async throws -> Void

    init(_ promise: String, _ check: @escaping @Sendable (any MetadataStore) async throws -> Void) {
      testDescription = promise
      self.check = check
    }
  }

  /// The whole contract: give it to `@Test(arguments:)`, and each clause a store of its own.
  package static let clauses: [Clause] = writing + refusing + listing + paging + updating + deleting

  static let writing: [Clause] = [
    Clause("keeps a note of each kind, and sets name, kind and times itself") { store in
      let project = try ProjectName(id: "shop")
      for (id, written) in Facts.notes {
        var forged = written
        forged.name = "projects/other/notes/forged"
        forged.kind = .secret
        forged.createTime.seconds = 1
        let name = try NoteName(project: project, id: id)
        let stored = try await store.create(forged, named: name)
        #expect(stored.name == name.description && stored.kind == written.typeKind)
        #expect(stored.createTime.seconds > 1 && stored.updateTime == stored.createTime)
        #expect(stored.type == written.type && stored.shortDescription == written.shortDescription)
        #expect(try await store.note(name) == stored)
      }
    },
    Clause("keeps an occurrence of each kind, and sets name, kind and times itself") { store in
      let project = try ProjectName(id: "shop")
      try await store.create(Facts.notes, in: project)
      for (_, written) in Facts.occurrences() {
        var forged = written
        forged.name = "projects/other/occurrences/forged"
        forged.kind = .secret
        forged.updateTime.seconds = 1
        let stored = try #require(try await store.create([forged], in: project).first)
        let name = try OccurrenceName(parsing: stored.name)
        #expect(name.project == project && stored.kind == written.detailsKind)
        #expect(stored.createTime.seconds > 1 && stored.updateTime == stored.createTime)
        #expect(stored.details == written.details && stored.noteName == written.noteName)
        #expect(try await store.occurrence(name) == stored)
      }
    },
    Clause("answers a batch in the order given, each under a name of its own") { store in
      let note = try await attestor(in: store)
      let batch = (0..<50).map { Facts.finding(of: note.description, "finding \($0)") }
      let stored = try await store.create(batch, in: note.project)
      #expect(stored.map(\.compliance.nonComplianceReason) == batch.map(\.compliance.nonComplianceReason))
      #expect(Set(stored.map(\.name)).count == 50)
      let listed = try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest())
      #expect(listed.items == stored && listed.nextToken == nil)
    },
    Clause("loses and doubles nothing when many write at once") { store in
      let note = try await attestor(in: store)
      let written = try await mapAtOnce(Array(0..<40), width: 8) { number in
        try await store.create([Facts.finding(of: note.description, "finding \(number)")], in: note.project)[0].name
      }
      let listed = try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest())
      #expect(Set(listed.items.map(\.name)) == Set(written) && listed.items.count == 40)
    },
    Clause("takes 1,000 at once and keeps odd names as they are") { store in
      let project = try ProjectName(id: "it's;--\"%_?#")
      let note = try NoteName(project: project, id: "x\"+OR+1=1:%2F&y")
      try await store.create(Facts.attestationNote, named: note)
      let batch = [Occurrence](repeating: Facts.finding(of: note.description), count: 1000)
      try await store.create(batch, in: project)
      let page = try await store.occurrences(of: note, matching: OccurrenceFilter(note: note), page: PageRequest())
      #expect(page.items.count == 1000 && page.nextToken == nil)
      #expect(try await store.note(note).name == note.description)
    },
  ]

  static let refusing: [Clause] = [
    Clause("refuses a second note of the same name and keeps the first") { store in
      let name = try NoteName(parsing: "projects/shop/notes/qa")
      let first = try await store.create(Facts.attestationNote, named: name)
      var second = Facts.attestationNote
      second.shortDescription = "another"
      await refuses(.alreadyExists(name.description)) { try await store.create(second, named: name) }
      #expect(try await store.note(name) == first)
    },
    Clause("creates all notes of a batch or none") { store in
      let project = try ProjectName(id: "shop")
      let taken = try NoteName(project: project, id: "m")
      try await store.create(Facts.attestationNote, named: taken)
      let batch = ["a": Facts.attestationNote, "m": Facts.attestationNote, "z": Facts.attestationNote]
      await refuses(.alreadyExists(taken.description)) { try await store.create(batch, in: project) }
      #expect(try await store.notes(in: project, page: PageRequest()).items.count == 1)
    },
    Clause("creates all occurrences of a batch or none, and says which is wrong and why") { store in
      let note = try await attestor(in: store)
      var bad = Facts.finding(of: note.description)
      bad.resourceUri = ""
      let batch = [Facts.finding(of: note.description), bad, Facts.finding(of: note.description)]
      let reason = "occurrences[1].resource_uri is required: set https://REGISTRY/REPOSITORY@sha256:DIGEST"
      await refuses(.invalid(what: "occurrence", reasons: [reason])) { try await store.create(batch, in: note.project) }
      #expect(try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest()).items.isEmpty)
    },
    Clause("refuses an occurrence of a note that does not exist, and the batch with it") { store in
      let note = try await attestor(in: store)
      let batch = [Facts.finding(of: note.description), Facts.finding(of: "projects/shop/notes/none")]
      await refuses(.notFound("projects/shop/notes/none")) { try await store.create(batch, in: note.project) }
      #expect(try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest()).items.isEmpty)
    },
    Clause("refuses empty batches and more than 1,000") { store in
      let note = try await attestor(in: store)
      let tooMany = [Occurrence](repeating: Facts.finding(of: note.description), count: 1001)
      await refuses("out-of-bounds") { try await store.create(tooMany, in: note.project) }
      await refuses("out-of-bounds") { try await store.create([Occurrence](), in: note.project) }
      await refuses("out-of-bounds") { try await store.create([String: Note](), in: note.project) }
    },
    Clause("knows neither notes nor occurrences that were never written") { store in
      let note = try await attestor(in: store)
      let stored = try await store.create([Facts.finding(of: note.description)], in: note.project)[0]
      let name = try OccurrenceName(parsing: stored.name)
      let elsewhere = try OccurrenceName(project: ProjectName(id: "tenant"), id: name.id)
      await refuses(.notFound(elsewhere.description)) { try await store.occurrence(elsewhere) }
      let foreign = try NoteName(project: ProjectName(id: "tenant"), id: note.id)
      await refuses(.notFound(foreign.description)) { try await store.note(foreign) }
      await refuses(.notFound(foreign.description)) {
        try await store.occurrences(of: foreign, matching: OccurrenceFilter(), page: PageRequest()).items
      }
    },
  ]

  /// Writes the note `projects/shop/notes/qa`.
  static func attestor(in store: any MetadataStore) async throws -> NoteName {
    let name = try NoteName(parsing: "projects/shop/notes/qa")
    try await store.create(Facts.attestationNote, named: name)
    return name
  }

  static func refuses<Answer>(_ wanted: MetadataError, _ call: () async throws -> Answer) async {
    do {
      let answer = try await call()
      Issue.record("\(wanted.code) was expected, but the answer was \(answer)")
    } catch {
      #expect(error as? MetadataError == wanted, "\(error)")
    }
  }

  static func refuses<Answer>(_ code: String, _ call: () async throws -> Answer) async {
    do {
      let answer = try await call()
      Issue.record("\(code) was expected, but the answer was \(answer)")
    } catch {
      #expect((error as? MetadataError)?.code == code, "\(error)")
    }
  }
}
