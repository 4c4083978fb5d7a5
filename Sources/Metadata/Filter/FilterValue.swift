import Foundation
import Images

/// A written value that is compared with a field, on its way to a test.
struct FilterValue {
  private let field: FilterField
  private let operation: FilterOperator
  private let literal: FilterLiteral

  /// - Parameter operation: not `!=`, and not `:` with a lone star.
  init(_ field: FilterField, _ operation: FilterOperator, _ literal: FilterLiteral) {
    (self.field, self.operation, self.literal) = (field, operation, literal)
  }

  /// - Throws: `MetadataError.malformedFilter` at the value when it is none of the field's.
  func test() throws(MetadataError) -> FilterTest {
    if literal.isTime && field.type != .time {
      throw fault("\(field.name) is no time, so timestamp(…) cannot be compared with it")
    }
    switch field.type {
    case .text: return text()
    case .integer: return .integer(operation.comparison, try integer())
    case .enumeration(let name): return .integer(operation.comparison, try number(in: name))
    case .float, .double: return .real(operation.comparison, try real())
    case .bool:
      try checkUnordered("true or false")
      guard let value = Bool(literal.whole) else { throw fault("\(field.name) is true or false; write one of them") }
      return .bool(value)
    case .bytes:
      try checkUnordered("bytes")
      guard let data = bytes() else { throw fault("\(field.name) holds bytes; write them in base64 and double quotes") }
      return .bytes(data)
    case .time:
      guard let time = FilterTime.nanoseconds(literal.whole) else {
        throw fault("\(field.name) is a time; write it like \"2026-01-02T03:04:05Z\" or \"2026-01-02\", 1678 to 2261")
      }
      return .time(operation.comparison, time)
    case .message(let name):
      let below = FilterSchema.grafeas.messages[name]?.names.prefix(8) ?? []
      let first = below.first.map { "one of its fields, as in \(field.name).\($0)" } ?? "another field"
      throw fault("\(field.name) is a message; write \(field.name):* to ask whether it is there, or compare \(first)")
    }
  }

  private func fault(_ reason: String) -> MetadataError { .malformedFilter(offset: literal.offset, because: reason) }

  private func checkUnordered(_ what: String) throws(MetadataError) {
    guard [.equal, .has].contains(operation) else {
      throw fault("\(field.name) is \(what) and has no order; compare it with = or !=")
    }
  }

  // MARK: Texts

  private func text() -> FilterTest {
    let isResource = field.view == .resource
    if operation == .has && field.shape == .single { return field.containing(literal.whole) }
    guard [.equal, .has].contains(operation), literal.hasStar else {
      return .text(operation.comparison, isResource ? withoutScheme(literal.whole) : literal.whole)
    }
    switch (literal.opensWithStar, literal.closesWithStar) {
    case (true, true): return field.containing(literal.text)
    case (true, false): return .ends(literal.text)
    default: return field.starting(literal.text)
    }
  }

  // MARK: Numbers

  private func integer() throws(MetadataError) -> Int64 {
    guard let value = Self.integer(literal.whole) else {
      throw fault("\(field.name) is a whole number; \"\(printable(literal.whole))\" is none of 64 bits")
    }
    return value
  }

  /// Decimal, or hexadecimal after `0x`.
  private static func integer(_ text: String) -> Int64? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
    guard digits.hasPrefix("0x") || digits.hasPrefix("0X") else { return text.hasPrefix("+") ? nil : Int64(text) }
    let hex = digits.dropFirst(2)
    guard hex.first?.isHexDigit == true else { return nil }
    return Int64((digits.startIndex > text.startIndex ? "-" : "") + hex, radix: 16)
  }

  private func number(in name: String) throws(MetadataError) -> Int64 {
    let schema = FilterSchema.grafeas
    if let number = schema.number(of: literal.whole, in: name) { return number }
    if let number = Self.integer(literal.whole), Int32(exactly: number) != nil { return number }
    let names = schema.enums[name]?.map(\.name) ?? []
    let near = nearest(to: literal.whole, in: names)
    let mend = near.map { "perhaps \($0) is meant" } ?? "it has \(names.joined(separator: ", "))"
    throw fault("\(field.name) has no value \"\(printable(literal.whole))\"; \(mend)")
  }

  /// As near as the field can hold it.
  private func real() throws(MetadataError) -> Double {
    let text = literal.whole
    let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    let value = isDecimal ? Double(text) : Self.integer(text).map(Double.init)
    guard let value, value.isFinite else {
      throw fault("\(field.name) is a number; \"\(printable(text))\" is none that can be compared")
    }
    guard field.type == .float else { return value }
    guard Float(value).isFinite else { throw fault("\(field.name) is a number of 32 bits; \(printable(text)) is too large") }
    return Double(Float(value))
  }

  /// Base64 of either alphabet, with or without padding. Source: Protocol Buffers, JSON mapping.
  private func bytes() -> Data? {
    let text = literal.whole.map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined()
    let missing = (4 - text.utf8.count % 4) % 4
    return Data(base64Encoded: text + String(repeating: "=", count: missing))
  }
}
