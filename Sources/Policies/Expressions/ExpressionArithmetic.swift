/// The operators that calculate. Nothing wraps around: what does not fit is an error.
///
/// Source: cel-spec, langdef.md, Numeric Values and the table of standard functions.
enum ExpressionArithmetic {
  static func result(
    _ sign: String, _ one: ExpressionValue, _ other: ExpressionValue
  ) throws(ExpressionError) -> ExpressionValue {
    switch (one, other) {
    case (.int(let one), .int(let other)): return .int(try whole(sign, one, other))
    case (.uint(let one), .uint(let other)): return .uint(try whole(sign, one, other))
    case (.double(let one), .double(let other)):
      switch sign {
      case "+": return .double(one + other)
      case "-": return .double(one - other)
      case "*": return .double(one * other)
      case "/": return .double(one / other)
      default: break
      }
    case (.string(let one), .string(let other)) where sign == "+": return .string(one + other)
    case (.bytes(let one), .bytes(let other)) where sign == "+": return .bytes(one + other)
    case (.timestamp, _), (.duration, _): if let found = try time(sign, one, other) { return found }
    default:
      if sign == "+", let one = one.elements, let other = other.elements { return .list(one + other) }
    }
    throw .noOverload("_\(sign)_", one, other)
  }

  static func negated(_ value: ExpressionValue) throws(ExpressionError) -> ExpressionValue {
    switch value {
    case .int(let int):
      guard int != Int64.min else { throw overflow }
      return .int(-int)
    case .double(let double): return .double(-double)
    default: throw .noOverload("-_", value)
    }
  }

  private static let overflow = ExpressionError("integer overflow")
  private static let outOfRange = ExpressionError("timestamp or duration out of range")

  private static func whole<Whole: FixedWidthInteger>(
    _ sign: String, _ one: Whole, _ other: Whole
  ) throws(ExpressionError) -> Whole {
    let result: (partialValue: Whole, overflow: Bool)
    switch sign {
    case "+": result = one.addingReportingOverflow(other)
    case "-": result = one.subtractingReportingOverflow(other)
    case "*": result = one.multipliedReportingOverflow(by: other)
    case "/":
      guard other != 0 else { throw ExpressionError("division by zero") }
      result = one.dividedReportingOverflow(by: other)
    default:
      guard other != 0 else { throw ExpressionError("modulus by zero") }
      result = one.remainderReportingOverflow(dividingBy: other)
    }
    guard !result.overflow else { throw overflow }
    return result.partialValue
  }

  /// Nil when there is no such operation.
  private static func time(
    _ sign: String, _ one: ExpressionValue, _ other: ExpressionValue
  ) throws(ExpressionError) -> ExpressionValue? {
    let found: ExpressionValue?
    switch (one, sign, other) {
    case (.timestamp(let moment), "+", .duration(let span)), (.duration(let span), "+", .timestamp(let moment)):
      found = moment.adding(span).map { .timestamp($0) }
    case (.timestamp(let moment), "-", .duration(let span)):
      found = span == Int64.min ? nil : moment.adding(-span).map { .timestamp($0) }
    case (.timestamp(let one), "-", .timestamp(let other)): found = one.since(other).map { .duration($0) }
    case (.duration(let one), "+", .duration(let other)):
      let (sum, isOver) = one.addingReportingOverflow(other)
      found = isOver ? nil : .duration(sum)
    case (.duration(let one), "-", .duration(let other)):
      let (difference, isOver) = one.subtractingReportingOverflow(other)
      found = isOver ? nil : .duration(difference)
    default: return nil
    }
    guard let found else { throw outOfRange }
    return found
  }
}
