import Metadata
import Testing

@Suite("The calendar and the text of times")
struct TimeTests {
  @Test(
    "count days as the Gregorian calendar does",
    arguments: [
      ((1970, 1, 1), 0), ((1969, 12, 31), -1), ((2000, 2, 29), 11_016), ((2000, 3, 1), 11_017), ((1600, 2, 29), -135_081),
      ((1, 1, 1), -719_162), ((0, 3, 1), -719_468), ((9999, 12, 31), 2_932_896),
    ] as [((Int64, Int64, Int64), Int64)])
  func days(_ date: (Int64, Int64, Int64), _ days: Int64) throws {
    let civil = try #require(CivilDate(year: date.0, month: date.1, day: date.2))
    #expect(civil.days == days && CivilDate(days: days) == civil)
  }

  @Test("find every day again")
  func roundTrip() {
    for days in stride(from: Int64(-719_468), through: 2_932_896, by: 97) { #expect(CivilDate(days: days).days == days) }
  }

  @Test("know no day that there is not", arguments: [(2025, 2, 29), (1900, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31)])
  func noDay(_ date: (Int64, Int64, Int64)) {
    #expect(CivilDate(year: date.0, month: date.1, day: date.2) == nil)
  }

  @Test(
    "are written with as many digits as it takes",
    arguments: [
      (0, 0, "1970-01-01T00:00:00Z"), (-1, 999_000_000, "1969-12-31T23:59:59.999Z"),
      (951_827_696, 1, "2000-02-29T12:34:56.000000001Z"),
      (253_402_300_799, 500_000_000, "9999-12-31T23:59:59.5Z"), (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
    ] as [(Int64, Int64, String)])
  func written(_ seconds: Int64, _ nanos: Int64, _ text: String) {
    #expect(timeText(seconds: seconds, nanos: nanos) == text)
  }

  @Test("are read piece by piece, and nothing else is")
  func pieces() {
    var text = TimeText("2026-05-04t12:00:60.25-02:30")
    #expect(text.date() == CivilDate(year: 2026, month: 5, day: 4) && !text.isAtEnd)
    #expect(text.secondOfDay(hasLeapSeconds: true) == 43_260)
    #expect(text.nanoseconds() == 250_000_000 && text.zone() == -9_000 && text.isAtEnd)
    for wrong in ["2026-5-04", "２０２６-05-04", "2026/05/04", "+026-05-04", ""] {
      var text = TimeText(wrong)
      #expect(text.date() == nil, "\(wrong)")
    }
    for wrong in ["T24:00:00", "T12:60:00", "T12:00:60", "12:00:00", "T1:00:00"] {
      var text = TimeText(wrong)
      #expect(text.secondOfDay() == nil, "\(wrong)")
    }
    for wrong in ["", "+2:00", "+24:00", "+01:60", "02:00", "+0100"] {
      var text = TimeText(wrong)
      #expect(text.zone() == nil, "\(wrong)")
    }
    for (fraction, nanos) in [(".", nil), (".1234567890", nil), ("", 0), (".000000001", 1)] as [(String, Int64?)] {
      var text = TimeText(fraction)
      #expect(text.nanoseconds() == nanos, "\(fraction)")
    }
  }
}
