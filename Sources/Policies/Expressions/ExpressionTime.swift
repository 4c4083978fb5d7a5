import Metadata

/// A moment between the years 1 and 9999, and spans between them.
///
/// Source: cel-spec, langdef.md, Abstract Types; google.protobuf.Timestamp; durations as Go's time.Duration writes them.
package struct ExpressionTime: Hashable, Comparable, Sendable {
  /// Since 1970 UTC.
  let seconds: Int64
  /// 0 to 999,999,999.
  let nanos: Int64

  /// Nil outside the years 1 to 9999.
  init?(seconds: Int64, nanos: Int64 = 0) {
    let (quotient, rest) = floored(nanos, billion)
    let (sum, isOver) = seconds.addingReportingOverflow(quotient)
    guard !isOver, (-62_135_596_800...253_402_300_799).contains(sum) else { return nil }
    self.seconds = sum
    self.nanos = rest
  }

  package static func < (one: Self, other: Self) -> Bool {
    (one.seconds, one.nanos) < (other.seconds, other.nanos)
  }

  func adding(_ nanoseconds: Int64) -> ExpressionTime? {
    let (whole, rest) = floored(nanoseconds, billion)
    return ExpressionTime(seconds: seconds + whole, nanos: nanos + rest)
  }

  /// In nanoseconds; nil when it is more than an Int64 holds, some 292 years.
  func since(_ other: ExpressionTime) -> Int64? {
    let (product, isOver) = (seconds - other.seconds).multipliedReportingOverflow(by: billion)
    let (sum, isOverToo) = product.addingReportingOverflow(nanos - other.nanos)
    return isOver || isOverToo ? nil : sum
  }

  // MARK: Text

  /// Reads RFC 3339.
  init?(_ text: String) {
    var rest = TimeText(text)
    guard let date = rest.date(), let second = rest.secondOfDay(), let nanos = rest.nanoseconds(), let zone = rest.zone(),
      rest.isAtEnd
    else { return nil }
    self.init(seconds: date.days * 86_400 + second - zone, nanos: nanos)
  }

  /// RFC 3339 in UTC, with as many digits of a second as it takes.
  var text: String { timeText(seconds: seconds, nanos: nanos) }

  /// The date in UTC.
  var civil: CivilDate { CivilDate(days: floored(seconds, 86_400).quotient) }

  /// Counted from 0, Sunday first.
  var dayOfWeek: Int64 { floored(floored(seconds, 86_400).quotient + 4, 7).rest }
  /// Counted from 0.
  var dayOfYear: Int64 { floored(seconds, 86_400).quotient - (CivilDate(year: civil.year, month: 1, day: 1)?.days ?? 0) }
  var secondOfDay: Int64 { floored(seconds, 86_400).rest }
}

/// Spans of time as text.
enum ExpressionDuration {
  private static let units: [(name: String, nanos: Int64)] = [
    ("ns", 1), ("us", 1000), ("µs", 1000), ("ms", 1_000_000), ("s", billion), ("m", 60 * billion), ("h", 3600 * billion),
  ]

  /// Reads `1h30m`, `-1.5s`, `0`; nil when it is malformed or too long.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    let isNegative = skip(&rest, "-")
    if !isNegative { _ = skip(&rest, "+") }
    if rest.elementsEqual("0".utf8) { return 0 }
    guard !rest.isEmpty else { return nil }
    var sum: Int64 = 0
    while !rest.isEmpty {
      let whole = digits(&rest)
      let part = skip(&rest, ".") ? digits(&rest) : []
      guard !(whole.isEmpty && part.isEmpty), part.count <= 18 else { return nil }
      let unitText = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
      guard let unit = units.first(where: { $0.name.utf8.elementsEqual(unitText) })?.nanos else { return nil }
      rest = rest.dropFirst(unitText.count)
      guard let amount = whole.isEmpty ? 0 : Int64(String(decoding: whole, as: UTF8.self)) else { return nil }
      let fraction = part.isEmpty ? 0 : (Double("0." + String(decoding: part, as: UTF8.self)) ?? 0) * Double(unit)
      let (product, isOver) = amount.multipliedReportingOverflow(by: unit)
      let (withFraction, isOverToo) = product.addingReportingOverflow(Int64(fraction.rounded()))
      let (total, isOverAtLast) = sum.addingReportingOverflow(withFraction)
      guard !isOver, !isOverToo, !isOverAtLast else { return nil }
      sum = total
    }
    return isNegative ? -sum : sum
  }

  /// In seconds: `90s`, `-1.5s`.
  static func text(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let (seconds, nanos) = magnitude.quotientAndRemainder(dividingBy: UInt64(billion))
    return "\(nanoseconds < 0 ? "-" : "")\(seconds)\(decimals(Int64(nanos)))s"
  }

  private static func digits(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let found = text.prefix(while: isDigit)
    text = text.dropFirst(found.count)
    return found
  }
}

private let billion: Int64 = 1_000_000_000

private func skip(_ text: inout ArraySlice<UInt8>, _ sign: Unicode.Scalar) -> Bool {
  guard let first = text.first, UInt32(first) == sign.value else { return false }
  text = text.dropFirst()
  return true
}
