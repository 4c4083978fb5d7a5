/// A filter as it is written, before its fields and values are looked up. Offsets are in bytes from its start.
indirect enum FilterSyntax {
  case all([FilterSyntax])
  case any([FilterSyntax])
  case not(FilterSyntax)
  /// A value without a field.
  case global(FilterLiteral)
  case compare(FilterPath, FilterOperator, FilterLiteral)
  /// `name(field, values…)`; nil for a call without arguments.
  case call(String, FilterPath?, [FilterLiteral], offset: Int)
}

/// What stands between a field and a value.
enum FilterOperator: String {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case has = ":"

  /// How it compares; `:` is no comparison of its own.
  var comparison: Comparison { Comparison(rawValue: rawValue) ?? .equal }
}

/// A field as it is written: `a.b`, `a."b.c"`, `a[0].b`.
struct FilterPath {
  struct Segment {
    let name: String
    /// Whether it stood in brackets.
    let isIndex: Bool
    let offset: Int
  }

  /// At least one; the first is no index.
  var segments: [Segment]
  let offset: Int
}

/// A value as it is written, escapes undone.
struct FilterLiteral {
  /// Without a `*` that stands for anything at its beginning and end.
  let text: String
  let opensWithStar: Bool
  let closesWithStar: Bool
  /// Whether it stood in `timestamp(…)`.
  var isTime = false
  let offset: Int

  /// With these stars as they were written.
  var whole: String { (opensWithStar ? "*" : "") + text + (closesWithStar ? "*" : "") }
  var isStar: Bool { text.isEmpty && closesWithStar && !opensWithStar }
  var hasStar: Bool { opensWithStar || closesWithStar }
}
