import Metadata

/// One call of a function with its values. It spends steps before it makes something long.
struct ExpressionCall {
  private let function: ExpressionFunction
  private let values: [ExpressionValue]
  /// What is left of them.
  private(set) var steps: Int

  init(_ function: ExpressionFunction, _ values: [ExpressionValue], steps: Int) {
    self.function = function
    self.values = values
    self.steps = steps
  }

  mutating func spend(_ count: Int) throws(ExpressionError) {
    let (rest, isOver) = steps.subtractingReportingOverflow(count)
    steps = isOver ? -1 : rest
    guard steps >= 0 else { throw .overBudget }
  }

  /// What it comes to.
  mutating func result() throws(ExpressionError) -> ExpressionValue {
    try spend(values.reduce(1) { $0 &+ $1.extent })
    switch function {
    case .optionalNone: return .optional(nil)
    case .int, .uint, .double, .string, .bool, .bytes, .dyn, .type, .timestamp, .duration, .optionalOf:
      guard let value = values.first else { throw noOverload }
      return try ExpressionConversion.result(function, value)
    case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear, .getHours, .getMinutes, .getSeconds,
      .getMilliseconds:
      return try moment()
    case .hasValue, .value, .or, .orValue: return try optional()
    case .size: return .int(Int64(try size()))
    case .isSorted, .sum, .min, .max, .join: return try list()
    case .indexOf, .lastIndexOf:
      if let elements = values.first?.elements { return try position(in: elements) }
      return try text()
    default: return try text()
    }
  }

  private var noOverload: ExpressionError {
    ExpressionError("no such overload: \(function.rawValue)(\(values.map(\.type.rawValue).joined(separator: ", ")))")
  }

  private func size() throws(ExpressionError) -> Int {
    switch values.first {
    case .string(let text): return text.unicodeScalars.count
    case .bytes(let bytes): return bytes.count
    case let value?:
      if let elements = value.elements { return elements.count }
      if let keys = value.keys { return keys.count }
      throw noOverload
    case nil: throw noOverload
    }
  }

  private func optional() throws(ExpressionError) -> ExpressionValue {
    guard case .optional(let inner)? = values.first else { throw noOverload }
    switch function {
    case .hasValue: return .bool(inner != nil)
    case .value:
      guard let inner else { throw ExpressionError("optional.none() has no value") }
      return inner
    default:
      guard values.count == 2 else { throw noOverload }
      if function == .or, case .optional = values[1] { return inner == nil ? values[1] : values[0] }
      guard function == .orValue else { throw noOverload }
      return inner ?? values[1]
    }
  }

  private func moment() throws(ExpressionError) -> ExpressionValue {
    switch values.first {
    case .timestamp(let moment):
      let second = moment.secondOfDay
      switch function {
      case .getFullYear: return .int(moment.civil.year)
      case .getMonth: return .int(moment.civil.month - 1)
      case .getDate: return .int(moment.civil.day)
      case .getDayOfMonth: return .int(moment.civil.day - 1)
      case .getDayOfWeek: return .int(moment.dayOfWeek)
      case .getDayOfYear: return .int(moment.dayOfYear)
      case .getHours: return .int(second / 3600)
      case .getMinutes: return .int(second / 60 % 60)
      case .getSeconds: return .int(second % 60)
      default: return .int(moment.nanos / 1_000_000)
      }
    case .duration(let span):
      switch function {
      case .getHours: return .int(span / 3_600_000_000_000)
      case .getMinutes: return .int(span / 60_000_000_000)
      case .getSeconds: return .int(span / 1_000_000_000)
      case .getMilliseconds: return .int(span / 1_000_000 % 1000)
      default: throw noOverload
      }
    default: throw noOverload
    }
  }

  // MARK: Lists

  private mutating func list() throws(ExpressionError) -> ExpressionValue {
    guard let elements = values.first?.elements else { throw noOverload }
    switch function {
    case .isSorted:
      for (one, other) in zip(elements, elements.dropFirst()) {
        guard let order = ExpressionComparison.order(one, other) else { throw noOverload }
        if order == .after { return .bool(false) }
      }
      return .bool(true)
    case .sum:
      guard var sum = elements.first else { return .int(0) }
      guard sum.type.isNumber || sum.type == .duration else { throw noOverload }
      for element in elements.dropFirst() { sum = try ExpressionArithmetic.result("+", sum, element) }
      return sum
    case .min, .max:
      guard var best = elements.first else { throw ExpressionError("\(function.rawValue) called on an empty list") }
      for element in elements.dropFirst() {
        guard let order = ExpressionComparison.order(element, best) else { throw noOverload }
        if order == (function == .min ? .before : .after) { best = element }
      }
      return best
    default: return .string(try joined(elements))
    }
  }

  private mutating func joined(_ elements: [ExpressionValue]) throws(ExpressionError) -> String {
    var separator = ""
    if values.count == 2 {
      guard case .string(let text) = values[1] else { throw noOverload }
      separator = text
    }
    var joined = ""
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else { throw noOverload }
      try spend((text.utf8.count + separator.utf8.count) / 8)
      if index > 0 { joined += separator }
      joined += text
    }
    return joined
  }

  private mutating func position(in elements: [ExpressionValue]) throws(ExpressionError) -> ExpressionValue {
    guard values.count == 2 else { throw noOverload }
    var comparison = ExpressionComparison(steps: steps)
    defer { steps = comparison.steps }
    let indices = function == .indexOf ? Array(elements.indices) : elements.indices.reversed()
    for index in indices where try comparison.areEqual(elements[index], values[1]) { return .int(Int64(index)) }
    return .int(-1)
  }

  // MARK: Texts

  private mutating func text() throws(ExpressionError) -> ExpressionValue {
    guard case .string(let receiver)? = values.first else { throw noOverload }
    var texts: [String] = []
    var numbers: [Int] = []
    for value in values.dropFirst() {
      switch value {
      case .string(let text): texts.append(text)
      case .int(let number): numbers.append(Int(number))
      default: throw noOverload
      }
    }
    var text = ExpressionText(receiver, steps: steps)
    defer { steps = text.steps }
    guard let result = try text.result(of: function, texts, numbers) else { throw noOverload }
    return result
  }
}
