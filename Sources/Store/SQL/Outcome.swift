import Synchronization

/// What a change came to, on its way from the transaction to the caller.
final class Outcome<Value: Sendable>: Sendable {
  private let kept = Mutex<Value?>(nil)

  var value: Value? { kept.withLock { $0 } }

  func set(_ value: Value) { kept.withLock { $0 = value } }
}
