import Contracts
import Metadata
import Schemas
import Testing

@Suite("The narrowing of a filter")
struct FilterNarrowingTests {
  typealias Condition = Narrowing.Condition

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let condition: Condition
    let isExact: Bool

    init(_ text: String, _ condition: Condition, isExact: Bool = true) {
      (testDescription, self.condition, self.isExact) = (text, condition, isExact)
    }
  }

  static let resource = Condition.compare(.resource, .equal, .text("gcr.io/i"))
  static let build = Condition.compare(.kind, .equal, .number(2))

  @Test(
    "asks of columns what they can answer",
    arguments: [
      Case("resourceUrl=\"https://gcr.io/i\"", resource),
      Case("resourceUrl=\"gcr.io/i\" AND kind=BUILD", .all([resource, build])),
      Case("kind=BUILD OR resourceUrl=\"gcr.io/i\"", .any([build, resource])),
      Case("kind!=BUILD", .not(build)),
      Case("NOT (kind=BUILD AND resourceUrl=\"gcr.io/i\")", .any([.not(build), .not(resource)])),
      Case(
        "resourceUrl=\"gcr.io/*\"",
        .all([.compare(.resource, .greaterOrEqual, .text("gcr.io/")), .compare(.resource, .less, .text("gcr.io0"))])),
      Case(
        "noteName=\"projects/p/notes/n\"",
        .all([.compare(.noteProject, .equal, .text("p")), .compare(.noteID, .equal, .text("n"))])),
      Case("noteName=\"projects/p/notes/*\"", .compare(.noteProject, .equal, .text("p"))),
      Case("noteName=nothing", .any([])),
      Case("createTime>=1970-01-02", .compare(.createTime, .greaterOrEqual, .number(86_400_000_000_000))),
      Case("vulnerability.severity>=HIGH", .compare(.severity, .greaterOrEqual, .number(4))),
      Case("vulnerability.severity<HIGH", .all([.compare(.kind, .equal, .number(1)), .compare(.severity, .less, .number(4))])),
      Case("kind=BUILD remediation=x", build, isExact: false),
      Case("kind=BUILD AND NOT remediation=x", build, isExact: false),
      Case("kind=BUILD OR remediation=x", .always, isExact: false),
      Case("NOT (kind=BUILD AND remediation=x)", .always, isExact: false),
      Case("resourceUrl:\"x\"", .always, isExact: false),
      Case("resourceUrl=\"\\x00\"", .always, isExact: false),
      Case("-openssl", .always, isExact: false),
      Case("resourceUrl=\"*\"", .always),
    ])
  func conditions(_ the: Case) throws {
    let narrowing = try OccurrenceFilter(parsing: the.testDescription).narrowing
    #expect(narrowing == Narrowing(the.condition, isExact: the.isExact))
  }

  @Test("of notes knows kind, id and times")
  func notes() throws {
    let id = Condition.compare(.noteID, .equal, .text("n"))
    #expect(try NoteFilter(parsing: "noteId=n kind=BUILD").narrowing == Narrowing(.all([id, Self.build]), isExact: true))
    #expect(try NoteFilter(parsing: "name=\"projects/p/notes/n\"").narrowing == Narrowing(id, isExact: false))
    #expect(try NoteFilter(parsing: "noteProjectId=p").narrowing == Narrowing(.always, isExact: false))
    #expect(try NoteFilter(parsing: "vulnerability.severity=HIGH").narrowing == Narrowing(.always, isExact: false))
  }

  @Test("holds for every random occurrence that a random filter matches, and for no other when it is exact", arguments: 0..<8)
  func occurrences(seed: Int) throws {
    var random = RandomFacts(seed: UInt64(seed))
    let occurrences = try (0..<60).map { _ in try random.occurrence() }
    var (matches, exact) = (0, 0)
    for _ in 0..<400 {
      let text = random.occurrenceFilter()
      let filter = try OccurrenceFilter(parsing: text)
      #expect(try OccurrenceFilter(parsing: filter.text) == filter, "\(text)")
      let narrowing = filter.narrowing
      for occurrence in occurrences {
        let columns = try OccurrenceColumns(occurrence)
        let isMatch = filter.matches(occurrence)
        let isNarrow = holds(narrowing.condition) { columns[$0] }
        if isMatch { matches += 1 }
        if narrowing.isExact { exact += 1 }
        #expect(narrowing.isExact ? isMatch == isNarrow : isNarrow || !isMatch, "\(text) on \(occurrence)")
      }
    }
    #expect(matches > 1000 && exact > 1000, "the samples are worth something: \(matches), \(exact)")
  }

  @Test("holds for every random note that a random filter matches, and for no other when it is exact", arguments: 0..<4)
  func randomNotes(seed: Int) throws {
    var random = RandomFacts(seed: UInt64(seed))
    let notes = try (0..<60).map { _ in try random.note() }
    for _ in 0..<400 {
      let text = random.noteFilter()
      let filter = try NoteFilter(parsing: text)
      #expect(try NoteFilter(parsing: filter.text) == filter, "\(text)")
      for note in notes {
        let (columns, name) = (NoteColumns(note), try NoteName(parsing: note.name))
        let isMatch = filter.matches(note)
        let isNarrow = holds(filter.narrowing.condition) { columns.value($0, name) }
        #expect(filter.narrowing.isExact ? isMatch == isNarrow : isNarrow || !isMatch, "\(text) on \(note)")
      }
    }
  }
}

/// What a store would answer from its columns.
private func holds(_ condition: Narrowing.Condition, _ value: (Column) -> Narrowing.Value) -> Bool {
  switch condition {
  case .always: true
  case .all(let parts): parts.allSatisfy { holds($0, value) }
  case .any(let parts): parts.contains { holds($0, value) }
  case .not(let part): !holds(part, value)
  case .compare(let column, let comparison, let wanted):
    switch (value(column), wanted) {
    case (.text(let have), .text(let wanted)):
      compare(Array(have.utf8), comparison, Array(wanted.utf8)) { $0.lexicographicallyPrecedes($1) }
    case (.number(let have), .number(let wanted)): compare(have, comparison, wanted, <)
    default: false
    }
  }
}

private func compare<Value: Equatable>(
  _ have: Value, _ comparison: Comparison, _ wanted: Value, _ precedes: (Value, Value) -> Bool
) -> Bool {
  switch comparison {
  case .equal: have == wanted
  case .notEqual: have != wanted
  case .less: precedes(have, wanted)
  case .lessOrEqual: !precedes(wanted, have)
  case .greater: precedes(wanted, have)
  case .greaterOrEqual: !precedes(have, wanted)
  }
}

extension OccurrenceColumns {
  fileprivate subscript(_ column: Column) -> Narrowing.Value {
    switch column {
    case .resource: .text(resource)
    case .kind: .number(kind)
    case .noteProject: .text(note.project.id)
    case .noteID: .text(note.id)
    case .createTime: .number(createTime)
    case .updateTime: .number(updateTime)
    case .severity: .number(severity)
    }
  }
}

extension NoteColumns {
  /// A value that nothing equals for a column that notes do not have.
  fileprivate func value(_ column: Column, _ name: NoteName) -> Narrowing.Value {
    switch column {
    case .kind: .number(kind)
    case .noteID: .text(name.id)
    case .createTime: .number(createTime)
    case .updateTime: .number(updateTime)
    case .resource, .noteProject, .severity: .text("no column of notes")
    }
  }
}
