import Foundation
import Images
import Yams

/// A value of a case: what YAML and JSON have in common. Numbers keep their text.
indirect enum CaseValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([CaseValue])
  case object([String: CaseValue])

  /// Reads the only document of a YAML text.
  init(yaml text: String) throws {
    guard let node = try compose(yaml: text) else { throw Unrunnable("the file is empty") }
    self = CaseValue(node)
  }

  private init(_ node: Node) {
    switch node {
    case .mapping(let mapping):
      self = .object(
        Dictionary(mapping.map { ($0.key.scalar?.string ?? "", CaseValue($0.value)) }, uniquingKeysWith: { $1 }))
    case .sequence(let sequence): self = .array(sequence.map { CaseValue($0) })
    case .scalar(let scalar) where scalar.style == .plain: self = CaseValue(plain: scalar.string)
    case .scalar(let scalar): self = .string(scalar.string)
    case .alias: self = .null
    }
  }

  /// What unquoted text means. Only the core schema: `on` and `0755` are text.
  private init(plain text: String) {
    switch text {
    case "", "~", "null": self = .null
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    default: self = text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) == nil ? .string(text) : .number(text)
    }
  }

  init(_ node: JSONNode) {
    if node.isNull {
      self = .null
    } else if let bool = node.bool {
      self = .bool(bool)
    } else if let string = node.string {
      self = .string(string)
    } else if node.isArray {
      self = .array(node.elements.map { CaseValue($0) })
    } else if node.isObject {
      self = .object(Dictionary(node.members.map { ($0.key, CaseValue($0.value)) }, uniquingKeysWith: { $1 }))
    } else {
      self = .number(String(decoding: node.rawBytes, as: UTF8.self))
    }
  }

  subscript(key: String) -> CaseValue? {
    guard case .object(let members) = self, let value = members[key], value != .null else { return nil }
    return value
  }

  var members: [String: CaseValue] { if case .object(let members) = self { members } else { [:] } }
  var elements: [CaseValue] { if case .array(let elements) = self { elements } else { [] } }
  var string: String? { if case .string(let text) = self { text } else { nil } }
  var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }
  var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
  /// The text of a scalar, whatever its type.
  var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let value): "\(value)"
    default: nil
    }
  }
  /// One text or a list of them.
  var strings: [String] { string.map { [$0] } ?? elements.compactMap(\.string) }

  /// As JSON, keys sorted.
  var json: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .array(let elements): "[" + elements.map(\.json).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\0"..."\u{1F}":
        out += "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count) + String(scalar.value, radix: 16)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension CaseValue {
  /// Applies a JSON merge patch: null deletes, objects merge, all else replaces. A key that ends in `+` appends to the list,
  /// or merges into the map, of that name.
  ///
  /// Source: RFC 7396; the README of the cases.
  func merged(with patch: CaseValue) -> CaseValue {
    guard case .object(let changes) = patch else { return patch }
    var members = self.members
    for (key, change) in changes {
      if key.hasSuffix("+") {
        let name = String(key.dropLast())
        members[name] = (members[name] ?? .null).added(change)
      } else if change == .null {
        members[key] = nil
      } else {
        members[key] = (members[key] ?? .null).merged(with: change)
      }
    }
    return .object(members)
  }

  private func added(_ more: CaseValue) -> CaseValue {
    switch (self, more) {
    case (.array(let mine), .array(let others)): .array(mine + others)
    case (.array(let mine), _): .array(mine + [more])
    case (.object(let mine), .object(let others)): .object(mine.merging(others) { $0.added($1) })
    default: more
    }
  }
}

/// Why a case cannot be run as it stands.
struct Unrunnable: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
