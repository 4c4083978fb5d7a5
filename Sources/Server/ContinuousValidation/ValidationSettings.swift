/// How what runs is judged again.
package struct ValidationSettings: Sendable {
  /// Between two rounds over everything when nothing has changed.
  package var interval: Duration = .seconds(3_600)
  /// Between two rounds over everything while there is no answer about something.
  package var retry: Duration = .seconds(60)
  /// Between two looks at whether anything has changed.
  package var tick: Duration = .seconds(1)
  package var eventsPerMinute = 60
  /// 0 leaves the labels and annotations of pods alone.
  package var marksPerMinute = 0

  package init() {}
}
