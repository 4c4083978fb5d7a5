import Images
import Metadata
import Schemas
import SwiftProtobuf
import Testing

extension MetadataStoreContract {
  static let updating: [Clause] = [
    Clause("changes what the mask names, nested and repeated fields too, and nothing else") { store in
      let (before, name) = try await vulnerability(in: store)
      var change = Facts.vulnerability(of: before.noteName, in: "bash", .low)
      change.remediation = "told nobody"
      change.vulnerability.packageIssue += change.vulnerability.packageIssue
      let severity = try await store.update(name, with: Update(change, paths: ["vulnerability.severity"]))
      var wanted = before
      wanted.vulnerability.severity = .low
      wanted.updateTime = severity.updateTime
      #expect(severity == wanted)
      let issues = try await store.update(name, with: Update(change, paths: ["vulnerability.package_issue"]))
      wanted.vulnerability.packageIssue = change.vulnerability.packageIssue
      wanted.updateTime = issues.updateTime
      #expect(issues == wanted)
      #expect(try await store.occurrence(name) == wanted)
    },
    Clause("clears what the mask names and the update does not set") { store in
      let (before, name) = try await vulnerability(in: store)
      #expect(!before.remediation.isEmpty)
      let change = Facts.vulnerability(of: before.noteName, in: "bash")
      let after = try await store.update(name, with: Update(change, paths: ["remediation"]))
      #expect(after.remediation.isEmpty && after.vulnerability == before.vulnerability)
    },
    Clause("without a mask replaces all that may change, and keeps the rest") { store in
      let (before, name) = try await vulnerability(in: store)
      var change = Facts.vulnerability(of: before.noteName, in: "bash", .low)
      (change.name, change.kind) = ("projects/other/occurrences/forged", .secret)
      (change.createTime.seconds, change.updateTime.seconds) = (1, 1)
      let after = try await store.update(name, with: Update(change))
      #expect(after.vulnerability == change.vulnerability && after.remediation.isEmpty)
      #expect(after.name == before.name && after.kind == .vulnerability && after.createTime == before.createTime)
      #expect(after.updateTime.seconds >= before.updateTime.seconds)
      #expect(try await store.occurrence(name) == after)
    },
    Clause("changes notes in the same way") { store in
      let name = try await attestor(in: store)
      let before = try await store.note(name)
      var change = Facts.attestationNote
      (change.shortDescription, change.longDescription) = ("changed", "not taken")
      change.relatedURL = [.with { $0.url = "https://example.test" }]
      change.attestation.hint.humanReadableName = "Quality"
      let paths = ["short_description", "attestation.hint.human_readable_name", "related_url"]
      let after = try await store.update(name, with: Update(change, paths: paths))
      var wanted = before
      wanted.shortDescription = "changed"
      wanted.relatedURL = change.relatedURL
      wanted.attestation.hint.humanReadableName = "Quality"
      wanted.updateTime = after.updateTime
      #expect(after == wanted)
      let whole = try await store.update(name, with: Update(Facts.attestationNote))
      #expect(whole.relatedURL.isEmpty && whole.type == Facts.attestationNote.type && whole.name == before.name)
      #expect(try await store.note(name) == whole)
    },
    Clause("refuses to change what never changes") { store in
      let (before, name) = try await vulnerability(in: store)
      let moved = Facts.vulnerability(of: before.noteName, about: Facts.otherImage)
      let renamed = Facts.vulnerability(of: "projects/shop/notes/qa")
      let other = Facts.finding(of: before.noteName)
      await refuses(.immutable(field: "resource_uri")) { try await store.update(name, with: Update(moved)) }
      await refuses(.immutable(field: "resource_uri")) {
        try await store.update(name, with: Update(moved, paths: ["resource_uri"]))
      }
      await refuses(.immutable(field: "note_name")) { try await store.update(name, with: Update(renamed)) }
      await refuses(.immutable(field: "details")) { try await store.update(name, with: Update(other)) }
      let note = try NoteName(parsing: before.noteName)
      await refuses(.immutable(field: "type")) { try await store.update(note, with: Update(Facts.attestationNote)) }
      #expect(try await store.occurrence(name) == before)
    },
    Clause("refuses a change that would leave an invalid message, or a mask that names no field, and keeps what was") { store in
      let (before, name) = try await vulnerability(in: store)
      var change = Facts.vulnerability(of: before.noteName)
      change.vulnerability.packageIssue = []
      for paths in [["vulnerability.package_issue"], [], ["no_such_field"], ["remediation", "vulnerability.none"]] {
        await refuses("invalid-message") { try await store.update(name, with: Update(change, paths: paths)) }
      }
      #expect(try await store.occurrence(name) == before)
    },
    Clause("changes only the state that an etag names") { store in
      let (before, name) = try await vulnerability(in: store)
      let change = Facts.vulnerability(of: before.noteName, .low)
      let stale = etag(of: before)
      let after = try await store.update(name, with: Update(change, etag: stale))
      await refuses(.outdated(name.description)) { try await store.update(name, with: Update(before, etag: stale)) }
      #expect(try await store.occurrence(name) == after)
      let note = try NoteName(parsing: before.noteName)
      let there = try await store.note(note)
      await refuses(.outdated(note.description)) { try await store.update(note, with: Update(there, etag: stale)) }
      try await store.update(note, with: Update(there, etag: etag(of: there)))
    },
    Clause("lets one of many win who change the same state at once") { store in
      let (before, name) = try await vulnerability(in: store)
      let won = try await mapAtOnce(Array(0..<8), width: 8) { number in
        var change = before
        change.remediation = "by writer \(number)"
        do {
          return try await store.update(name, with: Update(change, etag: etag(of: before))).remediation
        } catch MetadataError.outdated {
          return ""
        }
      }.filter { !$0.isEmpty }
      #expect(won.count == 1)
      #expect(try await store.occurrence(name).remediation == won.first)
    },
    Clause("finds nothing to change where nothing is") { store in
      let note = try NoteName(parsing: "projects/shop/notes/none")
      await refuses(.notFound(note.description)) { try await store.update(note, with: Update(Facts.attestationNote)) }
      let name = try OccurrenceName(parsing: "projects/shop/occurrences/none")
      let change = Facts.finding(of: note.description)
      await refuses(.notFound(name.description)) { try await store.update(name, with: Update(change)) }
    },
    Clause("finds what was changed by what it is now, in the place where it was") { store in
      let (before, name) = try await vulnerability(in: store)
      let project = name.project
      try await store.create([Facts.vulnerability(of: before.noteName)], in: project)
      try await store.update(name, with: Update(Facts.vulnerability(of: before.noteName, in: "bash")))
      let all = try await store.occurrences(in: project, matching: OccurrenceFilter(), page: PageRequest())
      #expect(all.items.count == 2 && all.items[0].name == before.name)
      #expect(all.items[0].vulnerability.packageIssue[0].affectedPackage == "bash")
    },
    Clause("lists exactly the notes that a filter matches, page by page") { store in
      let project = try ProjectName(id: "shop")
      let all = try await store.create(Facts.notes, in: project)
      for text in ["", "kind=\"ATTESTATION\"", "kind=\"ATTESTATION\" OR kind=\"BUILD\"", "kind=\"BUILD\""] {
        guard let filter = try? NoteFilter(parsing: text) else { continue }
        var (seen, token): ([Note], String?) = ([], nil)
        repeat {
          let page = try await store.notes(in: project, matching: filter, page: PageRequest(size: 1, token: token))
          seen += page.items
          token = page.nextToken
        } while token != nil && seen.count <= all.count
        #expect(seen == all.filter(filter.matches), "\(text)")
      }
    },
  ]

  static let deleting: [Clause] = [
    Clause("neither finds nor lists an occurrence that was deleted") { store in
      let note = try await attestor(in: store)
      let batch = (0..<3).map { Facts.finding(of: note.description, "\($0)") }
      let stored = try await store.create(batch, in: note.project)
      let name = try OccurrenceName(parsing: stored[1].name)
      try await store.delete(name, etag: nil)
      await refuses(.notFound(name.description)) { try await store.occurrence(name) }
      await refuses(.notFound(name.description)) { try await store.delete(name, etag: nil) }
      let left = [stored[0], stored[2]]
      let inProject = try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest())
      let ofNote = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest())
      #expect(inProject.items == left && ofNote.items == left)
    },
    Clause("deletes a note, and leaves its occurrences") { store in
      let note = try await attestor(in: store)
      let stored = try await store.create([Facts.finding(of: note.description)], in: note.project)
      try await store.delete(note, etag: nil)
      await refuses(.notFound(note.description)) { try await store.note(note) }
      await refuses(.notFound(note.description)) { try await store.delete(note, etag: nil) }
      await refuses(.notFound(note.description)) {
        try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest()).items
      }
      #expect(try await store.notes(in: note.project, page: PageRequest()).items.isEmpty)
      let left = try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest())
      #expect(left.items == stored)
      await refuses(.notFound(note.description)) {
        try await store.create([Facts.finding(of: note.description)], in: note.project)
      }
    },
    Clause("deletes only the state that an etag names") { store in
      let (before, name) = try await vulnerability(in: store)
      let after = try await store.update(name, with: Update(Facts.vulnerability(of: before.noteName, .low)))
      await refuses(.outdated(name.description)) { try await store.delete(name, etag: etag(of: before)) }
      #expect(try await store.occurrence(name) == after)
      try await store.delete(name, etag: etag(of: after))
      await refuses(.notFound(name.description)) { try await store.occurrence(name) }
      let note = try NoteName(parsing: before.noteName)
      await refuses(.outdated(note.description)) { try await store.delete(note, etag: etag(of: after)) }
      try await store.delete(note, etag: etag(of: store.note(note)))
      await refuses(.notFound(note.description)) { try await store.note(note) }
    },
    Clause("creates a note again under a name that was deleted") { store in
      let name = try await attestor(in: store)
      try await store.delete(name, etag: nil)
      var second = Facts.attestationNote
      second.shortDescription = "the second"
      let stored = try await store.create(second, named: name)
      #expect(try await store.note(name) == stored)
      #expect(try await store.notes(in: name.project, page: PageRequest()).items == [stored])
    },
    Clause("pages on when the row that a page ended with was deleted") { store in
      let note = try await attestor(in: store)
      let batch = (0..<6).map { Facts.finding(of: note.description, "\($0)") }
      let stored = try await store.create(batch, in: note.project)
      let first = try await store.occurrences(in: note.project, matching: OccurrenceFilter(), page: PageRequest(size: 3))
      try await store.delete(OccurrenceName(parsing: stored[2].name), etag: nil)
      let rest = try await store.occurrences(
        in: note.project, matching: OccurrenceFilter(), page: PageRequest(token: first.nextToken))
      #expect(first.items == Array(stored[..<3]) && rest.items == Array(stored[3...]))
    },
  ]

  /// Writes a vulnerability occurrence in `projects/shop`.
  private static func vulnerability(in store: any MetadataStore) async throws -> (Occurrence, OccurrenceName) {
    let note = try NoteName(parsing: "projects/shop/notes/vulnerability")
    let written = try #require(Facts.notes["vulnerability"])
    try await store.create(written, named: note)
    var occurrence = Facts.vulnerability(of: note.description)
    occurrence.remediation = "update it"
    let stored = try #require(try await store.create([occurrence], in: note.project).first)
    return (stored, try OccurrenceName(parsing: stored.name))
  }
}
