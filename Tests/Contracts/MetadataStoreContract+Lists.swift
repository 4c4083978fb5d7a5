import Metadata
import Schemas
import Testing

extension MetadataStoreContract {
  static let listing: [Clause] = [
    Clause("lists by resource with and without scheme, by kind and by note, alone and together") { store in
      let project = try ProjectName(id: "shop")
      try await store.create(Facts.notes, in: project)
      let here = try await store.create(Array(Facts.occurrences().values), in: project)
      let finding = Facts.finding(of: "projects/shop/notes/compliance", about: Facts.otherImage)
      try await store.create([finding], in: project)
      func count(_ filter: OccurrenceFilter) async throws -> Int {
        let page = try await store.occurrences(in: project, matching: filter, page: PageRequest())
        #expect(page.items.allSatisfy(filter.matches))
        return page.items.count
      }
      #expect(try await count(OccurrenceFilter()) == here.count + 1)
      #expect(try await count(OccurrenceFilter(resourceURI: Facts.image)) == here.count)
      #expect(try await count(OccurrenceFilter(resourceURI: String(Facts.image.dropFirst(8)))) == here.count)
      #expect(try await count(OccurrenceFilter(resourceURI: Facts.image + "0")) == 0)
      #expect(try await count(OccurrenceFilter(kind: .compliance)) == 2)
      #expect(try await count(OccurrenceFilter(resourceURI: Facts.image, kind: .compliance)) == 1)
      #expect(try await count(OccurrenceFilter(kind: .vulnerabilityAssessment)) == 0)
      #expect(try await count(OccurrenceFilter(parsing: "noteId=compliance")) == 2)
      #expect(try await count(OccurrenceFilter(parsing: "noteId=compliance AND noteProjectId=tenant")) == 0)
    },
    Clause("keeps project foo apart from foobar") { store in
      let note = try await attestor(in: store)
      let (foo, foobar) = (try ProjectName(id: "foo"), try ProjectName(id: "foobar"))
      for project in [foo, foobar] {
        try await store.create([Facts.finding(of: note.description)], in: project)
        try await store.create(Facts.attestationNote, named: NoteName(project: project, id: "n"))
      }
      let occurrences = try await store.occurrences(in: foo, matching: OccurrenceFilter(), page: PageRequest())
      #expect(occurrences.items.count == 1 && occurrences.items[0].name.hasPrefix("projects/foo/"))
      #expect(try await store.notes(in: foo, page: PageRequest()).items.map(\.name) == ["projects/foo/notes/n"])
      #expect(try await store.notes(in: ProjectName(id: "fo"), page: PageRequest()).items.isEmpty)
    },
    Clause("shows a provider the occurrences of a note in every project") { store in
      let note = try await attestor(in: store)
      let other = try NoteName(project: note.project, id: "other")
      try await store.create(Facts.attestationNote, named: other)
      for tenant in ["a", "b", "c"] {
        let facts = [
          Facts.attestation(of: note.description), Facts.attestation(of: note.description, about: Facts.otherImage),
          Facts.attestation(of: other.description),
        ]
        try await store.create(facts, in: ProjectName(id: tenant))
      }
      let all = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest())
      #expect(all.items.count == 6 && all.items.allSatisfy { $0.noteName == note.description })
      let one = try await store.occurrences(
        of: note, matching: OccurrenceFilter(resourceURI: Facts.image), page: PageRequest())
      #expect(one.items.map { $0.name.split(separator: "/")[1] } == ["a", "b", "c"])
      #expect(try await store.occurrences(of: other, matching: OccurrenceFilter(), page: PageRequest()).items.count == 3)
    },
  ]

  static let paging: [Clause] = [
    Clause("pages through occurrences under writes, skipping and repeating none") { store in
      let note = try await attestor(in: store)
      var written: [String] = []
      func write(_ count: Int) async throws {
        let batch = (0..<count).map { Facts.finding(of: note.description, "\(written.count + $0)") }
        written += try await store.create(batch, in: note.project).map(\.name)
      }
      try await write(25)
      var (seen, pages): ([String], Int) = ([], 0)
      var token: String?
      repeat {
        let page = try await store.occurrences(
          in: note.project, matching: OccurrenceFilter(kind: .compliance), page: PageRequest(size: 10, token: token))
        seen += page.items.map(\.name)
        (token, pages) = (page.nextToken, pages + 1)
        if pages <= 2 { try await write(7) }
      } while token != nil && pages < 10
      #expect(seen == written && pages == 4)
    },
    Clause("pages through notes and through a note's occurrences, and ends at the last") { store in
      let note = try await attestor(in: store)
      let more = Dictionary(uniqueKeysWithValues: (0..<9).map { ("n\($0)", Facts.attestationNote) })
      try await store.create(more, in: note.project)
      let first = try await store.notes(in: note.project, page: PageRequest(size: 6))
      let second = try await store.notes(in: note.project, page: PageRequest(size: 6, token: first.nextToken))
      #expect(first.items.count == 6 && second.items.count == 4 && second.nextToken == nil)
      #expect(Set((first.items + second.items).map(\.name)).count == 10)
      try await store.create([Facts.finding(of: note.description), Facts.finding(of: note.description)], in: note.project)
      let one = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest(size: 1))
      let two = try await store.occurrences(
        of: note, matching: OccurrenceFilter(), page: PageRequest(size: 1, token: one.nextToken))
      #expect(one.items.count == 1 && two.items.count == 1 && one.items != two.items && two.nextToken == nil)
    },
    Clause("refuses page tokens it never gave and sizes outside 1 to 1,000") { store in
      let note = try await attestor(in: store)
      for token in ["x", "-1", "0", "01", "9223372036854775808", "1; DROP TABLE note"] {
        await refuses(.malformedPageToken) {
          try await store.notes(in: note.project, page: PageRequest(size: 1, token: token)).items
        }
      }
      for size in [0, -1, 1001] {
        await refuses("out-of-bounds") {
          try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest(size: size)).items
        }
      }
    },
  ]
}
