/// Functions on texts. Positions count characters (code points), as in CEL.
///
/// Source: cel-spec and cel-go's `ext.Strings`, which Kubernetes has.
struct ExpressionText {
  private let scalars: [Unicode.Scalar]
  /// What is left of them.
  private(set) var steps: Int

  init(_ text: String, steps: Int) {
    scalars = Array(text.unicodeScalars)
    self.steps = steps
  }

  private mutating func spend(_ count: Int) throws(ExpressionError) {
    let (rest, isOver) = steps.subtractingReportingOverflow(count)
    steps = isOver ? -1 : rest
    guard steps >= 0 else { throw .overBudget }
  }

  /// Nil when the function does not take these.
  mutating func result(
    of function: ExpressionFunction, _ texts: [String], _ numbers: [Int]
  ) throws(ExpressionError) -> ExpressionValue? {
    let others = texts.map { Array($0.unicodeScalars) }
    switch (function, others.count, numbers.count) {
    case (.startsWith, 1, 0): return .bool(scalars.starts(with: others[0]))
    case (.endsWith, 1, 0): return .bool(scalars.reversed().starts(with: others[0].reversed()))
    case (.contains, 1, 0): return .bool(try find(others[0], from: 0) != nil)
    case (.lowerAscii, 0, 0): return .string(Self.text(scalars.map { Self.shifted($0, in: 65...90, by: 32) }))
    case (.upperAscii, 0, 0): return .string(Self.text(scalars.map { Self.shifted($0, in: 97...122, by: -32) }))
    case (.trim, 0, 0): return .string(trimmed)
    case (.charAt, 0, 1):
      try inside(numbers[0], atMost: scalars.count)
      return .string(numbers[0] == scalars.count ? "" : Self.text([scalars[numbers[0]]]))
    case (.substring, 0, 1), (.substring, 0, 2):
      let end = numbers.count == 2 ? numbers[1] : scalars.count
      try inside(end, atMost: scalars.count)
      try inside(numbers[0], atMost: end)
      return .string(Self.text(scalars[numbers[0]..<end]))
    case (.indexOf, 1, _):
      let start = numbers.first ?? 0
      try inside(start, atMost: scalars.count)
      return .int(Int64(try find(others[0], from: start) ?? -1))
    case (.lastIndexOf, 1, _):
      let start = numbers.first ?? scalars.count
      try inside(start, atMost: scalars.count)
      return .int(Int64(try findLast(others[0], from: start) ?? -1))
    case (.split, 1, _): return .list(try parts(others[0], atMost: numbers.first ?? -1).map { .string(Self.text($0)) })
    case (.replace, 2, _): return .string(try replaced(others[0], with: others[1], atMost: numbers.first ?? -1))
    default: return nil
    }
  }

  private func inside(_ index: Int, atMost limit: Int) throws(ExpressionError) {
    guard index >= 0, index <= limit else { throw ExpressionError("index out of range: \(index)") }
  }

  private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func shifted(_ scalar: Unicode.Scalar, in range: ClosedRange<UInt32>, by distance: Int) -> Unicode.Scalar {
    guard range.contains(scalar.value) else { return scalar }
    return Unicode.Scalar(UInt8(truncatingIfNeeded: Int(scalar.value) + distance))
  }

  /// White space is what Unicode calls so.
  private var trimmed: String {
    let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.count
    let end = scalars.lastIndex { !$0.properties.isWhitespace } ?? start - 1
    return start > end ? "" : Self.text(scalars[start...end])
  }

  private func holds(_ other: [Unicode.Scalar], at place: Int) -> Bool {
    place + other.count <= scalars.count && scalars[place..<(place + other.count)].elementsEqual(other)
  }

  private mutating func find(_ other: [Unicode.Scalar], from start: Int) throws(ExpressionError) -> Int? {
    guard other.count <= scalars.count - start else { return nil }
    for place in start...(scalars.count - other.count) {
      if place % 16 == 0 { try spend(1 + other.count) }
      if holds(other, at: place) { return place }
    }
    return nil
  }

  private mutating func findLast(_ other: [Unicode.Scalar], from start: Int) throws(ExpressionError) -> Int? {
    guard other.count <= scalars.count else { return nil }
    for place in (0...min(start, scalars.count - other.count)).reversed() {
      if place % 16 == 0 { try spend(1 + other.count) }
      if holds(other, at: place) { return place }
    }
    return nil
  }

  /// With an empty separator, the single characters. `limit` below 0 is none.
  private mutating func parts(
    _ separator: [Unicode.Scalar], atMost limit: Int
  ) throws(ExpressionError) -> [ArraySlice<Unicode.Scalar>] {
    if limit == 0 { return [] }
    var parts: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    while limit < 0 || parts.count < limit - 1 {
      try spend(1)
      if separator.isEmpty {
        guard start + 1 < scalars.count else { break }
        parts.append(scalars[start..<start + 1])
        start += 1
      } else {
        guard let next = try find(separator, from: start) else { break }
        parts.append(scalars[start..<next])
        start = next + separator.count
      }
    }
    if separator.isEmpty, scalars.isEmpty { return [] }
    parts.append(scalars[start...])
    return parts
  }

  /// An empty `old` stands before each character and at the end.
  private mutating func replaced(
    _ old: [Unicode.Scalar], with new: [Unicode.Scalar], atMost limit: Int
  ) throws(ExpressionError) -> String {
    var made: [Unicode.Scalar] = []
    var start = 0
    var count = 0
    while limit < 0 || count < limit {
      try spend(1 + new.count / 8)
      if old.isEmpty {
        made += new
        count += 1
        guard start < scalars.count else { return Self.text(made) }
        made.append(scalars[start])
        start += 1
      } else {
        guard let next = try find(old, from: start) else { break }
        made += scalars[start..<next] + new
        start = next + old.count
        count += 1
      }
    }
    made += scalars[start...]
    return Self.text(made)
  }
}
