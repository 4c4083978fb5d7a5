/// A bounded memory: what was set lately, and what was set before that. The older half is forgotten when the younger one is
/// full.
struct Generations<Key: Hashable, Value> {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private var youngWeight = 0
  private var oldWeight = 0
  private let limit: Int
  private let weight: @Sendable (Value) -> Int

  /// - Parameters:
  ///   - limit: of all weights together, at least 2; one value heavier than half of it is still held.
  ///   - weight: of a value, at least 1.
  init(limit: Int, weight: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
    self.limit = max(2, limit)
    self.weight = weight
  }

  /// The weights together.
  var count: Int { youngWeight + oldWeight }

  subscript(key: Key) -> Value? { young[key] ?? old[key] }

  /// Holds `value` as the latest; nil removes what is there.
  mutating func set(_ value: Value?, for key: Key) {
    if let before = young.removeValue(forKey: key) { youngWeight -= weight(before) }
    if let before = old.removeValue(forKey: key) { oldWeight -= weight(before) }
    guard let value else { return }
    let added = weight(value)
    if youngWeight > 0, youngWeight + added > limit / 2 {
      (old, oldWeight) = (young, youngWeight)
      (young, youngWeight) = ([:], 0)
    }
    young[key] = value
    youngWeight += added
  }

  /// Keys of the values for which `isMeant` holds, in no order. Looks at all of them.
  func keys(where isMeant: (Value) -> Bool) -> [Key] {
    young.filter { isMeant($0.value) }.map(\.key) + old.filter { isMeant($0.value) }.map(\.key)
  }

  /// Forgets everything.
  mutating func removeAll() {
    (young, old, youngWeight, oldWeight) = ([:], [:], 0, 0)
  }
}
