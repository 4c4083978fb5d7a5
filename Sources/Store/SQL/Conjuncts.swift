import Metadata

/// The parts of a narrowing that must all hold: some are taken by an index, the rest is written out.
struct Conjuncts {
  /// A narrowing with more comparisons is left to evaluation: engines bound the size of a statement.
  static let mostComparisons = 200

  private var parts: [Narrowing.Condition]

  init(_ condition: Narrowing.Condition) { parts = Self.flattened(condition) }

  private static func flattened(_ condition: Narrowing.Condition) -> [Narrowing.Condition] {
    switch condition {
    case .always: []
    case .all(let conditions): conditions.flatMap(flattened)
    default: [condition]
    }
  }

  /// Takes the first part that says what `column` equals.
  mutating func take(_ column: Column) -> SQLValue? {
    guard let index = index(column), case .compare(_, _, let value) = parts.remove(at: index) else { return nil }
    return SQLValue(value)
  }

  func settles(_ column: Column) -> Bool { index(column) != nil }

  private func index(_ wanted: Column) -> Int? {
    parts.firstIndex {
      guard case .compare(wanted, .equal, _) = $0 else { return false }
      return true
    }
  }

  var isEmpty: Bool { parts.isEmpty }

  var comparisons: Int { parts.reduce(0) { $0 + $1.comparisons } }

  /// The rest as SQL; only names of ours go into the text, every value is an argument.
  func written(of table: String, _ arguments: inout [SQLValue]) -> String {
    Narrowing.Condition.all(parts).written(of: table, &arguments)
  }
}

extension Narrowing.Condition {
  fileprivate var comparisons: Int {
    switch self {
    case .always: 0
    case .compare: 1
    case .all(let conditions), .any(let conditions): conditions.reduce(0) { $0 + $1.comparisons }
    case .not(let condition): condition.comparisons
    }
  }

  fileprivate func written(of table: String, _ arguments: inout [SQLValue]) -> String {
    switch self {
    case .always: return "1 = 1"
    case .compare(let column, let comparison, let value):
      arguments.append(SQLValue(value))
      return "\(column.sql(of: table)) \(comparison.sql) ?"
    case .all(let conditions): return Self.joined(conditions, "AND", empty: "1 = 1", table, &arguments)
    case .any(let conditions): return Self.joined(conditions, "OR", empty: "1 = 0", table, &arguments)
    case .not(let condition): return "NOT (\(condition.written(of: table, &arguments)))"
    }
  }

  private static func joined(
    _ conditions: [Self], _ word: String, empty: String, _ table: String, _ arguments: inout [SQLValue]
  ) -> String {
    guard !conditions.isEmpty else { return empty }
    var parts: [String] = []
    for condition in conditions { parts.append("(\(condition.written(of: table, &arguments)))") }
    return parts.joined(separator: " \(word) ")
  }
}

extension SQLValue {
  fileprivate init(_ value: Narrowing.Value) {
    switch value {
    case .text(let text): self.init(column: text)
    case .number(let number): self = .integer(number)
    }
  }
}

// Written out, not taken from raw values: what a filter sends can become nothing else than one of these words.

extension Column {
  fileprivate func sql(of table: String) -> String {
    switch self {
    case .resource: "resource"
    case .kind: "kind"
    case .noteProject: "noteProject"
    case .noteID: table == "note" ? "id" : "noteId"
    case .createTime: "createTime"
    case .updateTime: "updateTime"
    case .severity: "severity"
    }
  }
}

extension Comparison {
  fileprivate var sql: String {
    switch self {
    case .equal: "="
    case .notEqual: "<>"
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }
}
