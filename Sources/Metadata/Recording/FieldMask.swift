import Images
import Schemas
import SwiftProtobuf

/// The fields that an update takes.
///
/// Source: google.protobuf.FieldMask. Paths are read as the schema and as JSON write them, `package_issue` and
/// `packageIssue`; a path may go into a message, not into a repeated field or a map, which are replaced whole. Unlike
/// SwiftProtobuf's own merge, a named message that the update does not set is cleared, as every other field is.
struct FieldMask: Equatable {
  /// Most paths of a mask; each costs a walk over the message.
  static let limit = 100

  /// The numbers of the fields on the way to each named one.
  private let paths: [[Int]]

  /// - Parameter message: full name of the message that the paths are of.
  /// - Throws: `MetadataError.invalid`, naming the path and how to mend it.
  init(_ paths: [String], of message: String) throws(MetadataError) {
    guard paths.count <= Self.limit else {
      throw Self.refusal("it has \(paths.count) paths, more than \(Self.limit): send several updates, or none for all fields")
    }
    var resolved: [[Int]] = []
    for path in paths { resolved.append(try Self.numbers(path, of: message)) }
    self.paths = resolved
  }

  private static func numbers(_ path: String, of message: String) throws(MetadataError) -> [Int] {
    var numbers: [Int] = []
    var within: String? = message
    for name in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let message = within else {
        throw refusal("\(printable(path)) goes into a field that is taken whole: end the path before \(printable(name))")
      }
      guard let field = FilterSchema.grafeas.field(String(name), of: message) else {
        throw refusal("\(printable(path)) names no field: write it as in the schema, vulnerability.package_issue")
      }
      numbers.append(field.number)
      within = field.shape == .single ? field.type.messageName : nil
    }
    return numbers
  }

  private static func refusal(_ reason: String) -> MetadataError { .invalid(what: "update_mask", reasons: [reason]) }

  /// `current` with the named fields of `item`; those that `item` does not set are cleared.
  func merge<Item: Message>(_ item: Item, into current: Item) throws(MetadataError) -> Item {
    do {
      let source = try WireFields(item.serializedBytes(partial: true))
      var merged = try WireFields(current.serializedBytes(partial: true))
      for path in paths { merged = try merged.replacing(path[...], from: source) }
      return try Item(serializedBytes: merged.bytes, partial: true)
    } catch {
      throw Self.refusal("it does not fit the message")
    }
  }
}

extension FilterType {
  /// The full name of the message that a path can go into; nil for what has no fields.
  fileprivate var messageName: String? {
    switch self {
    case .message(let name): name
    case .time: "google.protobuf.Timestamp"
    default: nil
    }
  }
}

/// The fields of a serialized message, each as it stands.
///
/// Source: Protocol Buffers, encoding.
private struct WireFields {
  struct Broken: Error {}

  private struct Field {
    let number: Int
    /// With its tag.
    let bytes: ArraySlice<UInt8>
    /// What a message, text or bytes field holds; empty for numbers.
    let payload: ArraySlice<UInt8>
  }

  private var fields: [Field] = []

  init(_ bytes: [UInt8]) throws {
    var at = 0
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while at < bytes.count, shift < 64 {
        let byte = bytes[at]
        at += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      throw Broken()
    }
    while at < bytes.count {
      let start = at
      let tag = try varint()
      var length: UInt64 = 0
      switch tag & 7 {
      case 0: _ = try varint()
      case 1: length = 8
      case 2: length = try varint()
      case 5: length = 4
      default: throw Broken()
      }
      guard length <= UInt64(bytes.count - at) else { throw Broken() }
      let payload = bytes[at..<at + Int(length)]
      at += Int(length)
      fields.append(Field(number: Int(tag >> 3), bytes: bytes[start..<at], payload: tag & 7 == 2 ? payload : []))
    }
  }

  var bytes: [UInt8] { fields.flatMap(\.bytes) }

  /// With the field at `path` as `other` has it, or without it when `other` has none.
  func replacing(_ path: ArraySlice<Int>, from other: WireFields) throws -> WireFields {
    guard let number = path.first else { return self }
    var result = self
    result.fields.removeAll { $0.number == number }
    guard path.count > 1 else {
      result.fields += other.fields.filter { $0.number == number }
      return result
    }
    let isThere = fields.contains { $0.number == number }
    let merged = try part(number).replacing(path.dropFirst(), from: other.part(number)).bytes
    guard isThere || !merged.isEmpty else { return self }
    let bytes = Self.varint(UInt64(number) << 3 | 2) + Self.varint(UInt64(merged.count)) + merged
    result.fields.append(Field(number: number, bytes: bytes[...], payload: merged[...]))
    return result
  }

  /// A message that stands there in several pieces is their concatenation.
  private func part(_ number: Int) throws -> WireFields {
    try WireFields(fields.filter { $0.number == number }.flatMap(\.payload))
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
