/// Times as filters write them: RFC 3339, or a date alone, which is its first moment in UTC.
enum FilterTime {
  private static let billion: Int64 = 1_000_000_000

  /// Nanoseconds since 1970 UTC; nil when the text is no such time or lies outside 1678 to 2261.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = TimeText(text)
    guard let date = rest.date(), (1678...2261).contains(date.year) else { return nil }
    let midnight = date.days * 86_400
    if rest.isAtEnd { return midnight * billion }
    guard let second = rest.secondOfDay(hasLeapSeconds: true), let nanos = rest.nanoseconds(), let zone = rest.zone(),
      rest.isAtEnd
    else { return nil }
    return (midnight + second - zone) * billion + nanos
  }

  /// In UTC, with as many digits of a second as it takes.
  static func text(_ nanoseconds: Int64) -> String {
    let (seconds, nanos) = floored(nanoseconds, billion)
    return timeText(seconds: seconds, nanos: nanos)
  }
}
