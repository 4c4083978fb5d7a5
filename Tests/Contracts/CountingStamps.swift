package import Metadata
import SwiftProtobuf
import Synchronization

extension Stamps {
  /// A clock that stands at one time, and ids that count.
  package static func counting() -> Stamps {
    let count = Counter()
    return Stamps(now: { .with { $0.seconds = 1_700_000_000 } }, newID: { "id-\(count.next())" })
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}
