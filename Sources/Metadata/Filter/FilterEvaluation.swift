import Foundation
import SwiftProtobuf

extension FilterExpression {
  /// Whether a message of the subject that the fields were looked up for is asked for.
  func holds(in message: some Message) -> Bool {
    switch self {
    case .all(let parts): parts.allSatisfy { $0.holds(in: message) }
    case .any(let parts): parts.contains { $0.holds(in: message) }
    case .not(let part): !part.holds(in: message)
    case .search(let text): FilterSearch.finds(Array(text.utf8), in: message)
    case .test(let field, let test): FilterWalk.holds(test, of: field, at: 0, in: message)
    }
  }
}

/// Walks from a message along the numbers of a field's steps and puts what is there to a test.
///
/// Messages show their fields in the order of the numbers and leave out what has the value its type begins with, so a
/// walk ends as soon as a greater number is seen.
struct FilterWalk: Visitor {
  private struct Stop: Error {}
  private static let stop: any Error = Stop()

  private let field: FilterField
  private let test: FilterTest
  private let depth: Int
  private let step: FilterField.Step
  private var isSeen = false
  private var holds = false
  /// Elements of the field that were seen before.
  private var count = 0

  private init(_ test: FilterTest, _ field: FilterField, _ depth: Int) {
    (self.test, self.field, self.depth, step) = (test, field, depth, field.steps[depth])
  }

  /// - Parameter depth: how many steps lead to `message`.
  static func holds(_ test: FilterTest, of field: FilterField, at depth: Int, in message: some Message) -> Bool {
    var walk = FilterWalk(test, field, depth)
    // The only error is the one that ends the walk.
    try? message.traverse(visitor: &walk)
    if walk.holds { return true }
    return !walk.isSeen && walk.isLast && field.hasDefault && test.holdsForDefault(of: field)
  }

  private var isLast: Bool { depth == field.steps.count - 1 }

  /// Whether a value of that field is asked for.
  private mutating func asks(_ number: Int) throws -> Bool {
    if number < step.number { return false }
    if number > step.number { throw Self.stop }
    isSeen = true
    guard case .index(let index) = step.choice else { return true }
    count += 1
    return count - 1 == index
  }

  private mutating func settle(_ result: Bool) throws {
    guard result else { return }
    holds = true
    throw Self.stop
  }

  // MARK: Single values; elements of lists come here one by one

  mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(value)) }
  }

  mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(value)) }
  }

  mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(Int64(clamping: value))) }
  }

  mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(value)) }
  }

  mutating func visitSingularStringField(value: String, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(field.seen(value).map(test.holds) ?? false) }
  }

  mutating func visitSingularBytesField(value: Data, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(value)) }
  }

  mutating func visitSingularEnumField<E: Enum>(value: E, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(test.holds(Int64(value.rawValue))) }
  }

  mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) throws {
    if try asks(fieldNumber) { try settle(holds(below: value)) }
  }

  private func holds(below message: some Message) -> Bool {
    guard isLast else { return Self.holds(test, of: field, at: depth + 1, in: message) }
    if test == .present { return true }
    guard let time = message as? Google_Protobuf_Timestamp else { return false }
    return test.holds(time: time.nanoseconds)
  }

  // MARK: Maps

  private func isChosen(_ key: some Hashable) -> Bool {
    guard case .key(let wanted) = step.choice, let key = key as? String else { return false }
    return sameBytes(key, wanted)
  }

  /// A map without a key is asked only whether it is there.
  private var isWhole: Bool { step.choice == .none }

  mutating func visitMapField<KeyType, ValueType: MapValueType>(
    fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: _ProtobufMap<KeyType, ValueType>.BaseType, fieldNumber: Int
  ) throws {
    guard try asks(fieldNumber) else { return }
    if isWhole { return try settle(test == .present) }
    for (key, value) in value where isChosen(key) {
      try settle((value as? String).map(test.holds) ?? (test == .present))
    }
  }

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: _ProtobufEnumMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) throws where ValueType.RawValue == Int {
    guard try asks(fieldNumber) else { return }
    if isWhole { return try settle(test == .present) }
    for (key, value) in value where isChosen(key) { try settle(test.holds(Int64(value.rawValue))) }
  }

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type, value: _ProtobufMessageMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) throws {
    guard try asks(fieldNumber) else { return }
    if isWhole { return try settle(test == .present) }
    for (key, value) in value where isChosen(key) { try settle(holds(below: value)) }
  }

  mutating func visitUnknown(bytes: Data) throws {}
}
