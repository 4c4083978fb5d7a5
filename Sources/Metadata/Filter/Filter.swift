package import Images
import Schemas
package import SwiftProtobuf

/// Which occurrences are asked for.
package typealias OccurrenceFilter = Filter<Occurrence>

/// Which notes are asked for.
package typealias NoteFilter = Filter<Note>

/// A message that filters are written for.
package protocol Filterable: Message {
  /// Which of the two it is: this decides on fields and their other names.
  static var filterSubject: FilterSubject { get }
}

/// What a filter is about.
package enum FilterSubject: String, Sendable {
  case occurrence
  case note
}

extension Occurrence: Filterable {
  package static var filterSubject: FilterSubject { .occurrence }
}

extension Note: Filterable {
  package static var filterSubject: FilterSubject { .note }
}

/// A condition on a message, read and checked against the schema once. Empty matches all.
///
/// Two filters are equal when their canonical texts are.
///
/// Source: Grafeas, go/filtering, `FilterExpression.g4`; fields, names and examples: Documentation/guides/filters.md.
package struct Filter<Item: Filterable>: Hashable, Sendable {
  /// nil matches all.
  private let expression: FilterExpression?
  /// The canonical text, which `init(parsing:)` reads back to an equal filter; empty when it matches all.
  package let text: String
  /// What of it the columns of a store can answer.
  package let narrowing: Narrowing

  /// Matches all.
  package init() { self.init(nil) }

  init(_ expression: FilterExpression?) {
    self.expression = expression
    text = expression?.text ?? ""
    narrowing = expression.map { Narrowing($0, of: Item.filterSubject) } ?? .none
  }

  /// Reads a filter and resolves every field and value in it.
  ///
  /// - Parameter text: at most 8,192 bytes, as written and in canonical form; empty or blank matches all.
  /// - Throws: `MetadataError.malformedFilter` with the offset in bytes and how to mend it.
  package init(parsing text: String) throws(MetadataError) {
    let limit = 8192
    guard text.utf8.count <= limit else {
      throw .malformedFilter(offset: limit, because: "it is longer than \(limit) bytes; ask in several requests")
    }
    var parser = FilterParser(text)
    guard let syntax = try parser.filter() else {
      self.init()
      return
    }
    self.init(try FilterTyping(subject: Item.filterSubject).expression(syntax))
    guard self.text.utf8.count <= limit else {
      throw .malformedFilter(offset: 0, because: "written out in full it is longer than \(limit) bytes; ask in several requests")
    }
  }

  /// Whether `item` is asked for.
  package func matches(_ item: Item) -> Bool { expression?.holds(in: item) ?? true }

  package static func == (one: Self, other: Self) -> Bool { sameBytes(one.text, other.text) }

  /// By the text, as `==`.
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Filter<Occurrence> {
  /// Which occurrences are asked for: every condition that is given must hold.
  ///
  /// - Parameters:
  ///   - resourceURI: `https://…@sha256:…`; with and without the scheme it is the same resource.
  ///   - note: the note, whatever project the occurrence is in.
  package init(resourceURI: String? = nil, kind: NoteKind? = nil, note: NoteName? = nil) {
    var conditions: [FilterExpression] = []
    if let resourceURI { conditions.append(.test(.resource, .text(.equal, withoutScheme(resourceURI)))) }
    if let kind { conditions.append(.test(.kind, .integer(.equal, Int64(kind.rawValue)))) }
    if let note {
      conditions.append(.test(.noteProject(of: .occurrence), .text(.equal, note.project.id)))
      conditions.append(.test(.noteID(of: .occurrence), .text(.equal, note.id)))
    }
    self.init(conditions.isEmpty ? nil : .all(of: conditions))
  }

  /// Everything of `kind` about `image`.
  package init(_ image: PinnedReference, kind: NoteKind? = nil) {
    self.init(resourceURI: image.resourceURI, kind: kind)
  }
}
