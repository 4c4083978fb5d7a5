import Foundation
import SwiftProtobuf

/// The time, asked at the door and handed in as a value.
enum Now {
  /// Seconds since 1970 UTC.
  static var seconds: Int64 { Int64(Date().timeIntervalSince1970) }
  static var timestamp: Google_Protobuf_Timestamp { Google_Protobuf_Timestamp(date: Date()) }
}

/// Seconds since 1970 as people and logs write a time: `2026-05-04T12:00:00Z`.
func utc(_ seconds: Int64) -> String {
  Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
}
