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
    var rest = Array(text.utf8)[...]
    guard let year = number(&rest, 4), skip(&rest, "-"), let month = number(&rest, 2), skip(&rest, "-"),
      let day = number(&rest, 2), (1...12).contains(month), (1...length(of: month, in: year)).contains(day),
      skip(&rest, "T") || skip(&rest, "t"), let hour = number(&rest, 2), skip(&rest, ":"), let minute = number(&rest, 2),
      skip(&rest, ":"), let second = number(&rest, 2), hour < 24, minute < 60, second < 60, let nanos = fraction(&rest),
      let zone = zone(&rest), rest.isEmpty
    else { return nil }
    let time = hour * 3600 + minute * 60 + second - zone
    self.init(seconds: days(year, month, day) * 86_400 + time, nanos: nanos)
  }

  /// RFC 3339 in UTC, with as many digits of a second as it takes.
  var text: String {
    let civil = self.civil
    let time = floored(seconds, 86_400).rest
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
      + "T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))\(decimals(nanos))Z"
  }

  /// The date in UTC.
  var civil: (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(floored(seconds, 86_400).quotient + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// Counted from 0, Sunday first.
  var dayOfWeek: Int64 { floored(floored(seconds, 86_400).quotient + 4, 7).rest }
  /// Counted from 0.
  var dayOfYear: Int64 { floored(seconds, 86_400).quotient - days(civil.year, 1, 1) }
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

private func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
  let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
  return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
}

private func padded(_ number: Int64, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// `.5` for half a second in nanoseconds, nothing for none.
private func decimals(_ nanos: Int64) -> String {
  guard nanos != 0 else { return "" }
  return "." + String(padded(nanos, 9).reversed().drop { $0 == "0" }.reversed())
}

private func number(_ text: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
  let head = text.prefix(digits)
  guard head.count == digits, head.allSatisfy(isDigit) else { return nil }
  text = text.dropFirst(digits)
  return Int64(String(decoding: head, as: UTF8.self))
}

private func skip(_ text: inout ArraySlice<UInt8>, _ sign: Unicode.Scalar) -> Bool {
  guard let first = text.first, UInt32(first) == sign.value else { return false }
  text = text.dropFirst()
  return true
}

private func fraction(_ text: inout ArraySlice<UInt8>) -> Int64? {
  guard skip(&text, ".") else { return 0 }
  let digits = text.prefix(while: isDigit)
  guard (1...9).contains(digits.count), let value = Int64(String(decoding: digits, as: UTF8.self)) else { return nil }
  text = text.dropFirst(digits.count)
  return (digits.count..<9).reduce(value) { value, _ in value * 10 }
}

/// Seconds east of UTC.
private func zone(_ text: inout ArraySlice<UInt8>) -> Int64? {
  if skip(&text, "Z") || skip(&text, "z") { return 0 }
  let sign: Int64 = skip(&text, "+") ? 1 : skip(&text, "-") ? -1 : 0
  guard sign != 0, let hours = number(&text, 2), skip(&text, ":"), let minutes = number(&text, 2), hours < 24, minutes < 60
  else { return nil }
  return sign * (hours * 3600 + minutes * 60)
}

private func length(of month: Int64, in year: Int64) -> Int64 {
  let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
}

/// Days since 1970 in the Gregorian calendar. Years are counted from March, so that the leap day is their last.
private func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
  let year = month <= 2 ? year - 1 : year
  let (era, yearOfEra) = floored(year, 400)
  let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
