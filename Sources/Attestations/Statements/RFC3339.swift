/// Reads a moment as RFC 3339 writes it, `2026-05-04T12:00:00Z`; fractions of a second are dropped.
///
/// - Returns: seconds since 1970 UTC; nil for anything outside the grammar, years before 1970 and leap seconds included.
///
/// Source: RFC 3339, section 5.6.
package func secondsSince1970(rfc3339 text: String) -> Int64? {
  var bytes = Array(text.utf8)[...]
  func number(_ digits: Int) -> Int64? {
    guard bytes.count >= digits else { return nil }
    var value: Int64 = 0
    for byte in bytes.prefix(digits) {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    bytes = bytes.dropFirst(digits)
    return value
  }
  func skip(_ allowed: String) -> Bool {
    guard let first = bytes.first, allowed.utf8.contains(first) else { return false }
    bytes = bytes.dropFirst()
    return true
  }
  guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt"),
    let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2)
  else { return nil }
  if skip(".") {
    let fraction = bytes.prefix { (48...57).contains($0) }.count
    guard fraction > 0 else { return nil }
    bytes = bytes.dropFirst(fraction)
  }
  var offset: Int64 = 0
  if !skip("Zz") {
    let sign: Int64 = bytes.first == UInt8(ascii: "-") ? -1 : 1
    guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
      return nil
    }
    offset = sign * (hours * 3600 + minutes * 60)
  }
  guard bytes.isEmpty, year >= 1970, (1...12).contains(month), hour < 24, minute < 60, second < 60,
    day >= 1, day <= lengthOfMonth(month, year)
  else { return nil }
  let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
  return seconds >= 0 ? seconds : nil
}

/// Writes a moment as RFC 3339 does, in UTC and whole seconds; the inverse of `secondsSince1970(rfc3339:)`.
///
/// - Parameter seconds: what is before 1970 or after the year 9999, which has no form, is written as the nearest that has one.
package func rfc3339(_ seconds: Int64) -> String {
  let seconds = min(max(0, seconds), lastSecond)
  func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let (day, second) = (seconds / 86400, seconds % 86400)
  var year = 1970 + day / 366
  while days(year + 1, 1, 1) <= day { year += 1 }
  var month: Int64 = 1
  while month < 12, days(year, month + 1, 1) <= day { month += 1 }
  let dayOfMonth = day - days(year, month, 1) + 1
  return "\(year)-\(two(month))-\(two(dayOfMonth))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
}

/// Of the year 9999.
private let lastSecond: Int64 = 253_402_300_799

private func lengthOfMonth(_ month: Int64, _ year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

/// Days since 1970-01-01. A year that starts in March keeps the leap day at its end.
private func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
  let y = month <= 2 ? year - 1 : year
  let fromMarch = (month + 9) % 12
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * fromMarch + 2) / 5 + day - 1 - 719_468
}
