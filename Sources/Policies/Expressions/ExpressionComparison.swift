import Images

/// Which values are equal, and which come first.
///
/// Numbers are compared by what they stand for, whatever their types; texts byte by byte. Values of different kinds are
/// never equal. Source: cel-spec, langdef.md, Equality and Ordering.
struct ExpressionComparison {
  /// How many pairs may still be looked at.
  var steps: Int

  /// - Throws: when it takes more steps than there are, or the values nest too deep.
  mutating func areEqual(
    _ one: ExpressionValue, _ other: ExpressionValue, depth: Int = 0
  ) throws(ExpressionError) -> Bool {
    steps -= 1
    guard steps >= 0 else { throw .overBudget }
    guard depth < 200 else { throw ExpressionError("values nest too deep to be compared") }
    if one.type.isNumber, other.type.isNumber { return Self.order(one, other) == .same }
    switch (one, other) {
    case (.null, .null): return true
    case (.bool(let one), .bool(let other)): return one == other
    case (.string(let one), .string(let other)):
      steps -= min(one.utf8.count, other.utf8.count) / 16
      return isSame(one, other)
    case (.bytes(let one), .bytes(let other)):
      steps -= min(one.count, other.count) / 16
      return one == other
    case (.type(let one), .type(let other)): return one == other
    case (.timestamp(let one), .timestamp(let other)): return one == other
    case (.duration(let one), .duration(let other)): return one == other
    case (.unknown(let why), _), (_, .unknown(let why)): throw ExpressionError(why)
    case (.optional(let one), .optional(let other)):
      guard let one, let other else { return one == nil && other == nil }
      return try areEqual(one, other, depth: depth + 1)
    default: return try areEqualWholes(one, other, depth)
    }
  }

  private mutating func areEqualWholes(
    _ one: ExpressionValue, _ other: ExpressionValue, _ depth: Int
  ) throws(ExpressionError) -> Bool {
    steps -= one.extent + other.extent
    guard steps >= 0 else { throw .overBudget }
    if let left = one.elements, let right = other.elements {
      guard left.count == right.count else { return false }
      for (a, b) in zip(left, right) where try !areEqual(a, b, depth: depth + 1) { return false }
      return true
    }
    guard let keys = one.keys, let others = other.keys, keys.count == others.count else { return false }
    let (left, right) = (one.asMap, other.asMap)
    for key in keys {
      guard let a = left[key], let b = right[key], try areEqual(a, b, depth: depth + 1) else { return false }
    }
    return true
  }

  /// Where one stands to the other.
  enum Order { case before, same, after, none }

  /// `.none` for what cannot be ordered, NaN among it; nil when the types have no order at all.
  static func order(_ one: ExpressionValue, _ other: ExpressionValue) -> Order? {
    switch (one, other) {
    case (.int(let one), .int(let other)): order(one, other)
    case (.uint(let one), .uint(let other)): order(one, other)
    case (.double(let one), .double(let other)): one.isNaN || other.isNaN ? Order.none : order(one, other)
    case (.int(let one), .uint(let other)): one < 0 ? .before : order(UInt64(one.magnitude), other)
    case (.uint, .int), (.double, .int), (.double, .uint): order(other, one)?.reversed
    case (.int(let one), .double(let other)): order(whole: one, other)
    case (.uint(let one), .double(let other)): order(whole: one, other)
    case (.bool(let one), .bool(let other)): order(one ? 1 : 0, other ? 1 : 0)
    case (.string(let one), .string(let other)): order(Array(one.utf8), Array(other.utf8))
    case (.bytes(let one), .bytes(let other)): order(one, other)
    case (.timestamp(let one), .timestamp(let other)): order(one, other)
    case (.duration(let one), .duration(let other)): order(one, other)
    default: nil
    }
  }

  private static func order<Value: Comparable>(_ one: Value, _ other: Value) -> Order {
    one < other ? .before : one == other ? .same : .after
  }

  private static func order(_ one: [UInt8], _ other: [UInt8]) -> Order {
    one == other ? .same : one.lexicographicallyPrecedes(other) ? .before : .after
  }

  /// Without rounding either of them.
  private static func order<Whole: FixedWidthInteger>(whole: Whole, _ other: Double) -> Order {
    if other.isNaN { return .none }
    guard let floor = Whole(exactly: other.rounded(.down)) else { return other < 0 ? .after : .before }
    if whole != floor { return order(whole, floor) }
    return other > other.rounded(.down) ? .before : .same
  }
}

extension ExpressionComparison.Order {
  fileprivate var reversed: Self {
    switch self {
    case .before: .after
    case .after: .before
    case .same: .same
    case .none: .none
    }
  }
}

extension ExpressionError {
  static let overBudget = ExpressionError("it took more steps than an expression may", isOverBudget: true)
}

extension ExpressionValue {
  /// The members of a map, keys hashed; empty for anything else.
  fileprivate var asMap: ExpressionMap {
    switch self {
    case .map(let map): return map
    case .json(let node):
      var map = ExpressionMap()
      for (key, value) in node.members { map.add(.string(key), ExpressionValue(value)) }
      return map
    default: return ExpressionMap()
    }
  }
}

/// Swift takes two spellings of one accented letter for the same; CEL does not.
func isSame(_ one: String, _ other: String) -> Bool { one == other && one.utf8.elementsEqual(other.utf8) }
