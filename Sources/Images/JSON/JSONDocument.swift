/// A JSON text with exactly one meaning, read once into a flat tape of tokens.
///
/// Refused, where most readers choose silently: duplicate keys, depth over the limit, invalid UTF-8, lone surrogates,
/// numbers outside the grammar, anything after the value. Memory is 16 bytes a value on top of the text.
///
/// Source: RFC 8259, with the stricter reading of RFC 7493 (I-JSON) for names and strings.
package final class JSONDocument: Sendable {
  let bytes: [UInt8]
  let tokens: [JSONToken]

  /// Reads `bytes`.
  ///
  /// - Parameters:
  ///   - limitBytes: a text longer than this is refused before it is looked at.
  ///   - depth: how many objects and arrays may be open at once. Kubernetes objects need fewer than 40.
  /// - Throws: `JSONError`, with the offset in bytes where the text goes wrong.
  package init(parsing bytes: [UInt8], atMost limitBytes: Int, depth: Int = 100) throws(JSONError) {
    guard bytes.count <= limitBytes, bytes.count < Int(Int32.max) else { throw .tooLarge(limitBytes: limitBytes) }
    tokens = try JSONParser.tokens(of: bytes, maximumDepth: depth)
    self.bytes = bytes
  }

  /// The value that the text holds.
  package var root: JSONNode { JSONNode(document: self, index: 0) }
}

/// One value on the tape.
struct JSONToken: Sendable {
  enum Kind: UInt8, Sendable { case object, array, string, escapedString, number, yes, no, null }
  let kind: Kind
  /// Where the value's text starts and ends in bytes; for strings, without the quotes.
  let start: Int32
  var end: Int32
  /// Index of the first token after this value and all it holds.
  var next: Int32
}

/// Why a JSON text is refused.
package enum JSONError: Problem, Equatable {
  case tooLarge(limitBytes: Int)
  case tooDeep(limit: Int)
  case duplicateKey(String)
  case invalid(offset: Int, String)

  package var code: String {
    switch self {
    case .tooLarge: "json-too-large"
    case .tooDeep: "json-too-deep"
    case .duplicateKey: "json-duplicate-key"
    case .invalid: "json-invalid"
    }
  }

  package var problem: String {
    switch self {
    case .tooLarge(let limit): "The JSON text is longer than \(limit) bytes."
    case .tooDeep(let limit): "The JSON text nests more than \(limit) levels."
    case .duplicateKey(let key): "The JSON text has the key \"\(printable(key))\" twice in one object."
    case .invalid(let offset, let reason): "The JSON text is malformed at byte \(offset): \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .tooLarge, .tooDeep: "Send a smaller document."
    case .duplicateKey: "Remove one of the two; readers disagree on which one counts."
    case .invalid: "Send well-formed JSON in UTF-8."
    }
  }
}
