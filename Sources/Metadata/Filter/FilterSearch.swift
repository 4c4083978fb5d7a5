import Foundation
import SwiftProtobuf

/// Looks for a text in every text of a message and of the messages in it, keys and values of maps too; ASCII letters in
/// either case.
struct FilterSearch: Visitor {
  private struct Found: Error {}

  private let wanted: [UInt8]

  /// - Parameter wanted: ASCII letters in lower case.
  static func finds(_ wanted: [UInt8], in message: some Message) -> Bool {
    var search = FilterSearch(wanted: wanted)
    do {
      try message.traverse(visitor: &search)
      return false
    } catch {
      return true
    }
  }

  private func look(in text: String) throws {
    if isPart(wanted, of: lowercaseASCII(text)) { throw Found() }
  }

  mutating func visitSingularStringField(value: String, fieldNumber: Int) throws { try look(in: value) }

  mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) throws {
    try value.traverse(visitor: &self)
  }

  mutating func visitMapField<KeyType, ValueType: MapValueType>(
    fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: _ProtobufMap<KeyType, ValueType>.BaseType, fieldNumber: Int
  ) throws {
    for (key, value) in value {
      if let key = key as? String { try look(in: key) }
      if let value = value as? String { try look(in: value) }
    }
  }

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: _ProtobufEnumMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) throws where ValueType.RawValue == Int {
    for key in value.keys { if let key = key as? String { try look(in: key) } }
  }

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type, value: _ProtobufMessageMap<KeyType, ValueType>.BaseType,
    fieldNumber: Int
  ) throws {
    for (key, value) in value {
      if let key = key as? String { try look(in: key) }
      try value.traverse(visitor: &self)
    }
  }

  // What is no text.
  mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) throws {}
  mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) throws {}
  mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) throws {}
  mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) throws {}
  mutating func visitSingularBytesField(value: Data, fieldNumber: Int) throws {}
  mutating func visitSingularEnumField<E: Enum>(value: E, fieldNumber: Int) throws {}
  mutating func visitUnknown(bytes: Data) throws {}
}
