package import SwiftProtobuf

/// Where a store takes the time and new ids from; tests hand in their own.
package struct Stamps: Sendable {
  /// The time of recording, UTC.
  package let now: @Sendable () -> Google_Protobuf_Timestamp
  /// An id that was never given out before and cannot be guessed, fit to be a segment of a name.
  package let newID: @Sendable () -> String

  package init(
    now: @escaping @Sendable () -> Google_Protobuf_Timestamp, newID: @escaping @Sendable () -> String
  ) {
    self.now = now
    self.newID = newID
  }
}
