import Images

/// One type made of another. What does not fit is an error, never cut.
///
/// Source: cel-spec, langdef.md, Type Conversions.
enum ExpressionConversion {
  static func result(
    _ function: ExpressionFunction, _ value: ExpressionValue
  ) throws(ExpressionError) -> ExpressionValue {
    let found: ExpressionValue? =
      switch function {
      case .int: int(value)
      case .uint: uint(value)
      case .double: double(value)
      case .string: string(value)
      case .bool: bool(value)
      case .bytes: bytes(value)
      case .timestamp: timestamp(value)
      case .duration: duration(value)
      case .dyn: value
      case .type: .type(value.type)
      case .optionalOf: .optional(value)
      default: nil
      }
    guard let found else {
      let overloads = function.functions.flatMap(\.parameters)
      guard overloads.contains(value.type) else { throw .noOverload(function.rawValue, value) }
      throw ExpressionError("range or form: no \(function.rawValue) can be made of this \(value.type.rawValue)")
    }
    return found
  }

  private static func int(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .int: value
    case .uint(let uint): Int64(exactly: uint).map { .int($0) }
    case .double(let double): Int64(exactly: double.rounded(.towardZero)).map { .int($0) }
    case .string(let text): isPlainNumber(text) ? Int64(text).map { .int($0) } : nil
    case .timestamp(let moment): .int(moment.seconds)
    default: nil
    }
  }

  private static func uint(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .uint: value
    case .int(let int): UInt64(exactly: int).map { .uint($0) }
    case .double(let double): double <= -1 ? nil : UInt64(exactly: double.rounded(.towardZero)).map { .uint($0) }
    case .string(let text): isPlainNumber(text) ? UInt64(text).map { .uint($0) } : nil
    default: nil
    }
  }

  private static func double(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .double: return value
    case .int(let int): return .double(Double(int))
    case .uint(let uint): return .double(Double(uint))
    case .string(let text):
      let special = ["NaN": Double.nan, "Infinity": .infinity, "+Infinity": .infinity, "-Infinity": -.infinity]
      if let value = special[text] { return .double(value) }
      guard let first = text.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
        isDigit(first) || first == UInt8(ascii: "."), text.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) })
      else { return nil }
      return Double(text).flatMap { $0.isFinite ? .double($0) : nil }
    default: return nil
    }
  }

  private static func string(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .string: value
    case .int(let int): .string("\(int)")
    case .uint(let uint): .string("\(uint)")
    case .double(let double): .string(text(double))
    case .bool(let bool): .string(bool ? "true" : "false")
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self).map { .string($0) }
    case .timestamp(let moment): .string(moment.text)
    case .duration(let span): .string(ExpressionDuration.text(span))
    default: nil
    }
  }

  /// As Go prints it: no `.0` behind whole numbers.
  private static func text(_ double: Double) -> String {
    if double.isNaN { return "NaN" }
    if double.isInfinite { return double < 0 ? "-Inf" : "+Inf" }
    let text = double.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Source: cel-spec, bool(string).
  private static func bool(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .bool: value
    case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): .bool(true)
    case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"): .bool(false)
    default: nil
    }
  }

  private static func bytes(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .bytes: value
    case .string(let text): .bytes(Array(text.utf8))
    default: nil
    }
  }

  private static func timestamp(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .timestamp: value
    case .string(let text): ExpressionTime(text).map { .timestamp($0) }
    case .int(let seconds): ExpressionTime(seconds: seconds).map { .timestamp($0) }
    default: nil
    }
  }

  private static func duration(_ value: ExpressionValue) -> ExpressionValue? {
    switch value {
    case .duration: return value
    case .string(let text): return ExpressionDuration.nanoseconds(text).map { .duration($0) }
    case .int(let seconds):
      let (nanoseconds, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      return isOver ? nil : .duration(nanoseconds)
    default: return nil
    }
  }

  /// Digits behind at most a minus.
  private static func isPlainNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.allSatisfy(isDigit)
  }
}
