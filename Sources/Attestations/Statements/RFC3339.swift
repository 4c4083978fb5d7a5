import Metadata

/// Reads a moment as RFC 3339 writes it, `2026-05-04T12:00:00Z`; fractions of a second are dropped.
///
/// - Returns: seconds since 1970 UTC; nil for anything outside the grammar, years before 1970 and leap seconds included.
///
/// Source: RFC 3339, section 5.6.
package func secondsSince1970(rfc3339 text: String) -> Int64? {
  var rest = TimeText(text)
  guard let date = rest.date(), date.year >= 1970, let second = rest.secondOfDay(), rest.skipFraction(), let zone = rest.zone(),
    rest.isAtEnd
  else { return nil }
  let seconds = date.days * 86_400 + second - zone
  return seconds >= 0 ? seconds : nil
}

/// Writes a moment as RFC 3339 does, in UTC and whole seconds; the inverse of `secondsSince1970(rfc3339:)`.
///
/// - Parameter seconds: what is before 1970 or after the year 9999, which has no form, is written as the nearest that has one.
package func rfc3339(_ seconds: Int64) -> String { timeText(seconds: min(max(0, seconds), lastSecond)) }

/// Of the year 9999.
private let lastSecond: Int64 = 253_402_300_799
