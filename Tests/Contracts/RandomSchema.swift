import Foundation
import Schemas

/// The fields of notes and occurrences, and random messages of them.
struct RandomSchema {
  struct Field {
    let name: String
    let number: Int
    let isRepeated: Bool
    let isMap: Bool
    let type: String
    /// Of a message or enum.
    let typeName: String
  }

  static let grafeas = RandomSchema()
  static let texts = [
    "", "a", "b", "ab", "Ab", "a*b", "*", "x\"y\\z", "\u{e9}", "e\u{301}", "line\nbreak", "openssl", "openssl-3.0", "true",
    "0", "\u{10FFFF}", "https://gcr.io/p/i", "projects/p/notes/n", "sha256",
  ]
  static let numbers = [0, 1, 2, 3, 5, -1, 4_000_000_000]
  static let reals = [0, 1, 7.5, 9.8, -0.25, 0.1]
  static let times = ["2023-11-14T22:13:20Z", "2020-01-02T00:00:00Z", "1970-01-01T00:00:00Z", "2020-01-02T00:00:00.25Z"]
  static let seconds = [1_700_000_000, 1_577_923_200, 0]
  static let bytes = [[], [0, 1, 2], [0xFF, 0xFE], [0x61]] as [[UInt8]]

  private(set) var messages: [String: [Field]] = [:]
  private(set) var enums: [String: [(name: String, number: Int)]] = [:]

  private init() {
    var block = ""
    for line in grafeasFields.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "#" { block = words[1] }
      guard words.count >= 2, let number = Int(words[1]) else { continue }
      if words.count == 2 { enums[block, default: []].append((words[0], number)) }
      guard words.count >= 3 else { continue }
      let isSingle = !["repeated", "map"].contains(words[2])
      let type = Array(words[(isSingle ? 2 : 3)...])
      messages[block, default: []].append(
        Field(
          name: words[0], number: number, isRepeated: words[2] == "repeated", isMap: words[2] == "map", type: type[0],
          typeName: type.count > 1 ? type[1] : ""))
    }
  }

  /// Bytes of a random message.
  ///
  /// - Parameters:
  ///   - depth: how many messages may lie in each other.
  ///   - fields: of these only; nil for all.
  func message(_ name: String, depth: Int, fields: Set<String>? = nil, _ dice: inout Dice) -> Data {
    var out = Data()
    for field in messages[name] ?? [] where fields?.contains(field.name) ?? dice.once(in: 2) {
      let count = field.isRepeated || field.isMap ? Int(dice.next() % 3) : 1
      for _ in 0..<count {
        guard let value = value(of: field, depth: depth, &dice) else { continue }
        if field.isMap {
          let key = Self.wire(1, Data(dice.one(of: Self.texts).utf8))
          let entry = Field(name: "value", number: 2, isRepeated: false, isMap: false, type: field.type, typeName: field.typeName)
          out += Self.wire(field.number, key + Self.tagged(entry, value))
        } else {
          out += Self.tagged(field, value)
        }
      }
    }
    return out
  }

  /// nil where messages would lie too deep in each other.
  private func value(of field: Field, depth: Int, _ dice: inout Dice) -> Data? {
    switch field.type {
    case "string": return Data(dice.one(of: Self.texts).utf8)
    case "bytes": return Data(dice.one(of: Self.bytes))
    case "bool": return Self.varint(dice.next() & 1)
    case "int32": return Self.varint(UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: dice.one(of: Self.numbers)))))
    case "int64": return Self.varint(UInt64(bitPattern: Int64(dice.one(of: Self.numbers))))
    case "enum":
      let number = dice.once(in: 20) ? 99 : dice.one(of: enums[field.typeName] ?? [("", 0)]).number
      return Self.varint(UInt64(number))
    case "float": return withUnsafeBytes(of: Float(dice.one(of: Self.reals)).bitPattern.littleEndian) { Data($0) }
    case "double": return withUnsafeBytes(of: dice.one(of: Self.reals).bitPattern.littleEndian) { Data($0) }
    default:
      if field.typeName == "google.protobuf.Timestamp" {
        let seconds = Self.varint(UInt64(dice.one(of: Self.seconds)))
        return Data([0x08]) + seconds + (dice.once(in: 2) ? Data([0x10]) + Self.varint(250_000_000) : Data())
      }
      return depth > 0 ? message(field.typeName, depth: depth - 1, &dice) : nil
    }
  }

  // MARK: The wire format of Protocol Buffers

  private static func varint(_ value: UInt64) -> Data {
    var (out, rest) = (Data(), value)
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    out.append(UInt8(rest))
    return out
  }

  private static func wire(_ number: Int, _ value: Data) -> Data {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(value.count)) + value
  }

  private static func tagged(_ field: Field, _ value: Data) -> Data {
    switch field.type {
    case "bool", "int32", "int64", "enum": varint(UInt64(field.number) << 3) + value
    case "float": varint(UInt64(field.number) << 3 | 5) + value
    case "double": varint(UInt64(field.number) << 3 | 1) + value
    default: wire(field.number, value)
    }
  }
}
