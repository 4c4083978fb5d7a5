/// The text of a time, taken apart piece by piece. Each piece is nil, and what follows undefined, where the text has another.
///
/// Source: RFC 3339, section 5.6.
package struct TimeText {
  private var rest: ArraySlice<UInt8>

  package init(_ text: String) { rest = Array(text.utf8)[...] }

  package var isAtEnd: Bool { rest.isEmpty }

  /// `2026-05-04`.
  package mutating func date() -> CivilDate? {
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// `T12:00:00`, in seconds.
  ///
  /// - Parameter hasLeapSeconds: whether there may be a second 60.
  package mutating func secondOfDay(hasLeapSeconds: Bool = false) -> Int64? {
    guard skip("T") || skip("t"), let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
      hour < 24, minute < 60, second < (hasLeapSeconds ? 61 : 60)
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// `.5`, in nanoseconds; 0 where there is none. At most nine digits.
  package mutating func nanoseconds() -> Int64? {
    guard skip(".") else { return 0 }
    let digits = rest.prefix { (48...57).contains($0) }.count
    guard (1...9).contains(digits), let value = number(digits) else { return nil }
    return (digits..<9).reduce(value) { value, _ in value * 10 }
  }

  /// The same with as many digits as there are, passed over; false where a point has none behind it.
  package mutating func skipFraction() -> Bool {
    guard skip(".") else { return true }
    let digits = rest.prefix { (48...57).contains($0) }.count
    rest = rest.dropFirst(digits)
    return digits > 0
  }

  /// `Z` or `+02:00`, in seconds east of UTC.
  package mutating func zone() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private mutating func number(_ digits: Int) -> Int64? {
    let head = rest.prefix(digits)
    guard head.count == digits, head.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return head.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == sign.value else { return false }
    rest = rest.dropFirst()
    return true
  }
}

/// A moment as RFC 3339 writes it: in UTC, with as many digits of a second as it takes.
///
/// - Parameters:
///   - seconds: since 1970 UTC, in the years 0 to 9999.
///   - nanos: 0 to 999,999,999.
package func timeText(seconds: Int64, nanos: Int64 = 0) -> String {
  let (day, second) = floored(seconds, 86_400)
  let date = CivilDate(days: day)
  return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))\(decimals(nanos))Z"
}

/// `.5` for half a second in nanoseconds, nothing for none.
package func decimals(_ nanos: Int64) -> String {
  guard nanos != 0 else { return "" }
  return "." + String(padded(nanos, 9).reversed().drop { $0 == "0" }.reversed())
}

private func padded(_ number: Int64, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
