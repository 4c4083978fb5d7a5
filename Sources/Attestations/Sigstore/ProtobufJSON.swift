import Foundation
import Images

/// Members of an object as protobuf writes messages in JSON: what has its default value may be left out or null, bytes are
/// base64, 64-bit numbers are strings.
///
/// Source: protobuf, "ProtoJSON Format".
extension JSONNode {
  /// The member, unless it is absent or null.
  func present(_ key: String) -> JSONNode? { self[key].flatMap { $0.isNull ? nil : $0 } }

  /// The object under `key`, nil when absent.
  func object(_ key: String) throws(SigstoreRefusal) -> JSONNode? {
    guard let node = present(key) else { return nil }
    guard node.isObject else { throw .malformed("\(key) is no object") }
    return node
  }

  /// The text under `key`, empty when absent.
  func text(_ key: String) throws(SigstoreRefusal) -> String {
    guard let node = present(key) else { return "" }
    guard let text = node.string else { throw .malformed("\(key) is no string") }
    return text
  }

  /// The bytes under `key`, empty when absent.
  func bytes(_ key: String) throws(SigstoreRefusal) -> [UInt8] {
    guard let bytes = strictBase64(try text(key)) else { throw .malformed("\(key) is no base64") }
    return bytes
  }

  /// The whole number of at least 0 under `key`, 0 when absent.
  func number(_ key: String) throws(SigstoreRefusal) -> Int64 {
    guard let node = present(key) else { return 0 }
    guard let number = node.string.flatMap(Int64.init) ?? node.int.map(Int64.init), number >= 0 else {
      throw .malformed("\(key) is no whole number of at least 0")
    }
    return number
  }

  /// The elements under `key`, empty when absent.
  func list(_ key: String, atMost limit: Int) throws(SigstoreRefusal) -> [JSONNode] {
    guard let node = present(key) else { return [] }
    guard node.isArray else { throw .malformed("\(key) is no array") }
    let elements = node.elements
    guard elements.count <= limit else { throw .overLimit(what: key, limit: limit) }
    return elements
  }
}

/// The bytes of padded base64 in its one canonical form; nil for anything else, line breaks and loose bits included.
///
/// Source: RFC 4648, sections 3.3, 3.5 and 4.
func strictBase64(_ text: String) -> [UInt8]? {
  guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
  return Array(data)
}
