/// Times as filters write them: RFC 3339, or a date alone, which is its first moment in UTC.
enum FilterTime {
  /// Nanoseconds since 1970 UTC; nil when the text is no such time or lies outside 1678 to 2261.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = Substring(text)
    guard let year = number(&rest, 4), skip(&rest, "-"), let month = number(&rest, 2), skip(&rest, "-"),
      let day = number(&rest, 2), (1678...2261).contains(year), (1...12).contains(month),
      (1...length(of: month, in: year)).contains(day)
    else { return nil }
    let midnight = days(year, month, day) * 86400
    if rest.isEmpty { return midnight * 1_000_000_000 }
    guard skip(&rest, "T") || skip(&rest, "t"), let hour = number(&rest, 2), skip(&rest, ":"),
      let minute = number(&rest, 2), skip(&rest, ":"), let second = number(&rest, 2), hour < 24, minute < 60, second < 61,
      let nanos = fraction(&rest), let zone = zone(&rest), rest.isEmpty
    else { return nil }
    let seconds = midnight + hour * 3600 + minute * 60 + second - zone
    return seconds * 1_000_000_000 + nanos
  }

  /// In UTC, with as many digits of a second as it takes.
  static func text(_ nanoseconds: Int64) -> String {
    let (seconds, nanos) = floored(nanoseconds, 1_000_000_000)
    let (day, second) = floored(seconds, 86400)
    let (year, month, date) = civil(day)
    let fraction = String(1_000_000_000 + nanos).dropFirst()
    let digits = nanos == 0 ? "" : "." + String(fraction.reversed().drop { $0 == "0" }.reversed())
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))"
      + "T\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))\(digits)Z"
  }

  // MARK: Parts of the text

  private static func number(_ text: inout Substring, _ digits: Int) -> Int64? {
    let head = text.prefix(digits)
    guard head.utf8.count == digits, head.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    text = text.dropFirst(digits)
    return Int64(head)
  }

  private static func skip(_ text: inout Substring, _ character: Character) -> Bool {
    guard text.first == character else { return false }
    text = text.dropFirst()
    return true
  }

  private static func fraction(_ text: inout Substring) -> Int64? {
    guard skip(&text, ".") else { return 0 }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard (1...9).contains(digits.count), let value = Int64(digits) else { return nil }
    text = text.dropFirst(digits.count)
    return (digits.count..<9).reduce(value) { value, _ in value * 10 }
  }

  /// Seconds east of UTC.
  private static func zone(_ text: inout Substring) -> Int64? {
    if skip(&text, "Z") || skip(&text, "z") { return 0 }
    let sign: Int64 = skip(&text, "+") ? 1 : skip(&text, "-") ? -1 : 0
    guard sign != 0, let hours = number(&text, 2), skip(&text, ":"), let minutes = number(&text, 2), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func pad(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  // MARK: The calendar

  private static func length(of month: Int64, in year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  private static func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }

  /// Days since 1970 in the Gregorian calendar. Years are counted from March, so that the leap day is their last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floored(year, 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}
