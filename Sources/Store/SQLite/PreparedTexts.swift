import Synchronization

/// Which statements stay prepared: the first that come. A filter can have any form, so without a bound whoever makes up
/// forms would fill the memory.
final class PreparedTexts: Sendable {
  private static let most = 500

  private let texts = Mutex<Set<String>>([])

  /// Whether the statement `text` may be kept.
  func keeps(_ text: String) -> Bool {
    texts.withLock { texts in
      if texts.contains(text) { return true }
      return texts.count < Self.most && texts.insert(text).inserted
    }
  }
}
