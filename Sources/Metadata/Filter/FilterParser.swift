import Images
import Schemas

extension OccurrenceFilter {
  /// Reads what Kritis, Voucher and gcloud send: `field = value` joined by `AND` or a space, in any parentheses.
  ///
  /// | field | value |
  /// |---|---|
  /// | `resourceUrl`, `resource_url`, `resourceUri`, `resource_uri` | with or without `https://` |
  /// | `kind` | a kind, quoted or bare; `PACKAGE_VULNERABILITY` and `ATTESTATION_AUTHORITY` are the older names |
  /// | `noteId`, `note_id` | last segment of the note's name |
  /// | `noteProjectId`, `note_project_id` | project of the note |
  /// | `noteName`, `note_name` | whole name of the note |
  ///
  /// - Parameter text: at most 8,192 bytes; empty matches all.
  /// - Throws: `MetadataError.malformedFilter` with the offset in bytes, also for what the language has but this
  ///   build does not evaluate: a filter is never half applied.
  ///
  /// Source: Grafeas, go/filtering, `FilterExpression.g4`.
  package init(parsing text: String) throws(MetadataError) {
    guard text.utf8.count <= 8192 else { throw .malformedFilter(offset: 8192, because: "it is longer than 8192 bytes") }
    var lexer = FilterLexer(text)
    var parser = FilterParser(tokens: try lexer.tokens(), end: text.utf8.count)
    self = try parser.parse()
  }

  /// The filter as text that `init(parsing:)` reads back; empty when it matches all.
  package var text: String {
    var parts: [String] = []
    if let resourceURI { parts.append("resourceUrl=\(quoted(resourceURI))") }
    if let kind, let name = kind.filterName { parts.append("kind=\(quoted(name))") }
    if let noteProject { parts.append("noteProjectId=\(quoted(noteProject.id))") }
    if let noteID { parts.append("noteId=\(quoted(noteID))") }
    return parts.joined(separator: " AND ")
  }
}

private func quoted(_ text: String) -> String {
  "\"\(text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined())\""
}

/// Gathers the restrictions of a conjunction.
struct FilterParser {
  private let tokens: [FilterToken]
  private let end: Int
  private var at = 0
  private var filter = OccurrenceFilter()

  init(tokens: [FilterToken], end: Int) {
    self.tokens = tokens
    self.end = end
  }

  mutating func parse() throws(MetadataError) -> OccurrenceFilter {
    var open: [Int] = []
    var wantsTerm = false
    while let token = peek {
      switch token.kind {
      case .symbol("("):
        open.append(token.offset)
        wantsTerm = true
        at += 1
      case .symbol(")"):
        guard open.popLast() != nil, !wantsTerm else { throw fault(token, "this parenthesis closes nothing") }
        at += 1
      case .word("AND"):
        guard at > 0, !wantsTerm else { throw fault(token, "AND has nothing before it") }
        wantsTerm = true
        at += 1
      default:
        try restriction(token)
        wantsTerm = false
      }
    }
    if let opening = open.last { throw .malformedFilter(offset: opening, because: "this parenthesis is never closed") }
    if wantsTerm { throw .malformedFilter(offset: end, because: "the filter ends where a field is expected") }
    return filter
  }

  private var peek: FilterToken? { at < tokens.count ? tokens[at] : nil }

  private func fault(_ token: FilterToken?, _ reason: String) -> MetadataError {
    .malformedFilter(offset: token?.offset ?? end, because: reason)
  }

  private mutating func restriction(_ field: FilterToken) throws(MetadataError) {
    guard case .word(let name) = field.kind else {
      throw fault(field, field.kind == .symbol("-") ? "negation with - is not supported yet" : "a field is expected here")
    }
    if name == "OR" || name == "NOT" { throw fault(field, "\(name) is not supported yet; ask for one set at a time") }
    at += 1
    guard let operation = peek, operation.kind == .symbol("=") else {
      throw fault(peek, "only field = value is supported yet, so = is expected here")
    }
    at += 1
    guard let value = peek else { throw fault(nil, "the filter ends where a value is expected") }
    at += 1
    switch value.kind {
    case .word(let text), .text(let text): try add(name, text, field, value)
    case .symbol: throw fault(value, "a value is expected here")
    }
  }

  private mutating func add(
    _ name: String, _ value: String, _ field: FilterToken, _ place: FilterToken
  ) throws(MetadataError) {
    switch name {
    case "resourceUrl", "resource_url", "resourceUri", "resource_uri":
      try set(\.resourceURI, OccurrenceFilter.withScheme(value), field)
    case "kind":
      guard let kind = NoteKind(filterName: value) else { throw fault(place, "\"\(printable(value))\" is no kind") }
      try set(\.kind, kind, field)
    case "noteId", "note_id": try set(\.noteID, value, field)
    case "noteProjectId", "note_project_id": try set(\.noteProject, project(value, place), field)
    case "noteName", "note_name":
      guard let note = try? NoteName(parsing: value) else {
        throw fault(place, "the value is no name of the form projects/{project}/notes/{note}")
      }
      try set(\.noteProject, note.project, field)
      try set(\.noteID, note.id, field)
    default:
      throw fault(
        field, "the field \"\(printable(name))\" is not supported yet; use resourceUrl, kind, noteId, noteProjectId or noteName")
    }
  }

  private func project(_ value: String, _ place: FilterToken) throws(MetadataError) -> ProjectName {
    guard let project = try? ProjectName(id: value) else { throw fault(place, "the value is no project id") }
    return project
  }

  /// The same condition twice is one condition; two different values could match nothing and are a mistake.
  private mutating func set<Value: Equatable>(
    _ path: WritableKeyPath<OccurrenceFilter, Value?>, _ value: Value, _ field: FilterToken
  ) throws(MetadataError) {
    if let before = filter[keyPath: path], before != value {
      throw fault(field, "an earlier condition asks for another value, so nothing can match")
    }
    filter[keyPath: path] = value
  }
}

extension OccurrenceFilter {
  fileprivate static func withScheme(_ uri: String) -> String { uri.contains("://") ? uri : "https://\(uri)" }
}
