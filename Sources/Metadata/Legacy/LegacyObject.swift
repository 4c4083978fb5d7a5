import Foundation
import Images
import SwiftProtobuf

/// One object of an old record. Each member is taken once; what nobody took is lost, and told.
final class LegacyObject {
  private let path: String
  private var left: [(key: String, value: JSONNode)] = []
  /// Of members that were taken and did not fit.
  private var ownLosses: [Loss] = []
  private var parts: [LegacyObject] = []

  /// - Parameter path: empty for the record itself.
  init(_ node: JSONNode, at path: String) {
    self.path = path
    for (key, value) in node.members where !value.isNull {
      let name = Self.jsonName(key)
      if left.contains(where: { $0.key == name }) {
        ownLosses.append(Loss(path: at(key), what: Self.shown(value), why: "it stands there twice, in two spellings"))
      } else {
        left.append((name, value))
      }
    }
    if !node.isObject { ownLosses.append(Loss(path: path, what: Self.shown(node), why: "it is no object")) }
  }

  /// All that was lost from here down, once everything was taken that has a place.
  var losses: [Loss] {
    let rest = left.map { Loss(path: at($0.key), what: Self.shown($0.value), why: "grafeas.v1 has no place for it") }
    return ownLosses + rest + parts.flatMap(\.losses)
  }

  func has(_ key: String) -> Bool { left.contains { $0.key == key } }

  func text(_ key: String) -> String { take(key, "it is no text", \.string) ?? "" }

  func texts(_ key: String) -> [String] {
    take(key, "it is no list of texts") { node in
      let texts = node.elements.compactMap(\.string)
      return node.isArray && texts.count == node.elements.count ? texts : nil
    } ?? []
  }

  /// An object whose values are texts.
  func map(_ key: String) -> [String: String] {
    take(key, "it is no object of texts") { node in
      let pairs = node.members.compactMap { member in member.value.string.map { (member.key, $0) } }
      return node.isObject && pairs.count == node.members.count ? Dictionary(pairs) { $1 } : nil
    } ?? [:]
  }

  func flag(_ key: String) -> Bool { take(key, "it is neither true nor false", \.bool) ?? false }

  func score(_ key: String) -> Float { take(key, "it is no number") { Float($0.scalarText) } ?? 0 }

  func int32(_ key: String) -> Int32 { take(key, "it is no whole number of 32 bits") { Int32($0.scalarText) } ?? 0 }

  func bytes(_ key: String) -> Data {
    take(key, "it is no base64") { $0.string.flatMap { Data(base64Encoded: $0) } } ?? Data()
  }

  func time(_ key: String) -> Google_Protobuf_Timestamp? {
    take(key, "it is no time of RFC 3339") { node in
      node.string.flatMap { try? Google_Protobuf_Timestamp(jsonString: "\"\($0)\"") }
    }
  }

  /// A value of an enum by its name, as proto3 JSON writes it; nil when it is not there or unknown.
  func choice<Value>(_ key: String, _ values: [String: Value]) -> Value? {
    take(key, "it is none of \(values.keys.sorted().joined(separator: ", "))") { $0.string.flatMap { values[$0] } }
  }

  /// The object at `key`; nil when it is not there.
  func object(_ key: String) -> LegacyObject? {
    remove(key).map { node in part(node, at(key)) }
  }

  /// The objects of the list at `key`.
  func objects(_ key: String) -> [LegacyObject] {
    guard let node = remove(key) else { return [] }
    if !node.isArray { lose(key, node, "it is no list") }
    return node.elements.enumerated().map { part($1, "\(at(key))[\($0)]") }
  }

  /// The values of the object at `key`, by their names.
  func objectsByName(_ key: String) -> [(name: String, object: LegacyObject)] {
    guard let node = remove(key) else { return [] }
    if !node.isObject { lose(key, node, "it is no object") }
    return node.members.map { ($0.key, part($0.value, "\(at(key))[\($0.key)]")) }
  }

  /// Takes the member at `key` and tells that it is lost, if it is there.
  func lose(_ key: String, because why: String) {
    if let node = remove(key) { lose(key, node, why) }
  }

  private func take<Value>(_ key: String, _ otherwise: String, _ read: (JSONNode) -> Value?) -> Value? {
    guard let node = remove(key) else { return nil }
    if let value = read(node) { return value }
    lose(key, node, otherwise)
    return nil
  }

  private func remove(_ key: String) -> JSONNode? {
    guard let index = left.firstIndex(where: { $0.key == key }) else { return nil }
    return left.remove(at: index).value
  }

  private func part(_ node: JSONNode, _ path: String) -> LegacyObject {
    let part = LegacyObject(node, at: path)
    parts.append(part)
    return part
  }

  private func lose(_ key: String, _ node: JSONNode, _ why: String) {
    ownLosses.append(Loss(path: at(key), what: Self.shown(node), why: why))
  }

  private func at(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private static func shown(_ node: JSONNode) -> String { printable(String(decoding: node.rawBytes, as: UTF8.self)) }

  /// Both spellings of proto3 JSON are read: `note_name` is `noteName`.
  private static func jsonName(_ key: String) -> String {
    let words = key.split(separator: "_", omittingEmptySubsequences: true)
    guard words.count > 1, key.utf8.first != UInt8(ascii: "_") else { return key }
    return String(words[0]) + words.dropFirst().map { $0.prefix(1).uppercased() + String($0.dropFirst()) }.joined()
  }
}

extension JSONNode {
  /// The text of a string or number; JSON writes 64-bit numbers as strings.
  fileprivate var scalarText: String { string ?? (isObject || isArray ? "" : String(decoding: rawBytes, as: UTF8.self)) }
}
