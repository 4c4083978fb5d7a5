/// What of a filter a store can answer from its columns.
package struct Narrowing: Hashable, Sendable {
  /// Holds for every row that the filter matches, and perhaps for others.
  package let condition: Condition
  /// Whether the condition decides alone, so that no row needs to be read to be sure.
  package let isExact: Bool

  package init(_ condition: Condition, isExact: Bool) {
    self.condition = condition
    self.isExact = isExact
  }

  /// Nothing is ruled out; exact for the filter that matches all.
  package static let none = Narrowing(.always, isExact: true)

  /// A condition on columns. No column is ever null.
  package indirect enum Condition: Hashable, Sendable {
    case always
    case compare(Column, Comparison, Value)
    /// True when empty.
    case all([Condition])
    /// False when empty.
    case any([Condition])
    case not(Condition)
  }

  /// What a column is compared with.
  package enum Value: Hashable, Sendable {
    case text(String)
    case number(Int64)
  }
}

/// How two values are compared; texts by their bytes.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// What stores keep beside a message. The values come from `OccurrenceColumns` and `NoteColumns`.
package enum Column: String, Hashable, Sendable, CaseIterable {
  /// Of an occurrence: the resource URI without `https://`.
  case resource
  /// The number of the kind.
  case kind
  /// Of an occurrence: the project of its note.
  case noteProject
  /// The last segment of the note's name.
  case noteID
  /// Nanoseconds since 1970 UTC.
  case createTime
  /// Nanoseconds since 1970 UTC.
  case updateTime
  /// Of a vulnerability occurrence: the number of its own severity; 0 for every other occurrence.
  case severity
}
