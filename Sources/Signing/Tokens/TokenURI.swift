import Foundation

/// Names a private key in a PKCS#11 token: `pkcs11:token=…;object=…?module-path=…&pin-source=…`.
///
/// What is left out matches everything, but only one key may be left in the end.
///
/// Source: RFC 7512.
package struct TokenURI: Hashable, Sendable {
  /// The token's label.
  package var token: String?
  package var serial: String?
  package var slotID: UInt?
  /// The key's label.
  package var object: String?
  package var id: [UInt8]?
  package var modulePath: String?
  /// A file that holds the PIN.
  package var pinSource: String?

  /// Whether `text` has the scheme of such a URI, in whatever case.
  static func isScheme(of text: String) -> Bool { text.prefix("pkcs11:".count).lowercased() == "pkcs11:" }

  /// - Throws: `SigningError.malformedReference` for an attribute that is not known, stands twice, or is a PIN itself. It
  ///   never tells what follows the scheme, for a PIN may stand there, also where its name is misspelt.
  package init(parsing text: String) throws(SigningError) {
    guard Self.isScheme(of: text), text.utf8.count <= 4096 else {
      throw Self.refusal("it is no PKCS#11 URI of at most 4096 bytes")
    }
    var number = 0
    let halves = text.dropFirst("pkcs11:".count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var seen: Set<String> = []
    for (half, separator) in zip(halves, [";", "&"] as [Character]) {
      for attribute in half.split(separator: separator) {
        number += 1
        let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts[0].lowercased() != "pin-value" else {
          throw Self.refusal("a PIN on the command line is everybody's; use pin-source or COSIGN_PKCS11_PIN")
        }
        guard parts.count == 2, let value = Self.unescaped(parts[1]) else {
          throw Self.refusal("its attribute \(number) has no value that can be read")
        }
        guard seen.insert(parts[0]).inserted else { throw Self.refusal("its attribute \(number) stands twice") }
        guard take(parts[0], value, isQuery: separator == "&") else {
          throw Self.refusal("its attribute \(number) is not known or has a wrong value")
        }
      }
    }
    guard object != nil || id != nil else { throw Self.refusal("it names no key by object or id") }
  }

  private static func refusal(_ reason: String) -> SigningError { .malformedReference("pkcs11:…", because: reason) }

  private mutating func take(_ name: String, _ value: [UInt8], isQuery: Bool) -> Bool {
    guard let text = String(validating: value, as: UTF8.self) else {
      guard name == "id", !isQuery else { return false }
      id = value
      return true
    }
    switch (name, isQuery) {
    case ("token", false): token = text
    case ("serial", false): serial = text
    case ("object", false): object = text
    case ("id", false): id = value
    case ("type", false): return text == "private"
    case ("slot-id", false):
      guard let number = UInt(text) else { return false }
      slotID = number
    case ("module-path", true): modulePath = text
    case ("pin-source", true): pinSource = text.hasPrefix("file:") ? Self.path(ofFileURL: text) : text
    default: return false
    }
    return true
  }

  private static func path(ofFileURL text: String) -> String {
    let rest = String(text.dropFirst("file:".count))
    return rest.hasPrefix("//") ? String(rest.dropFirst(2).drop { $0 != "/" }) : rest
  }

  private static func unescaped(_ text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        out.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else { return nil }
      out.append(value)
      rest = rest.dropFirst(2)
    }
    return out.isEmpty ? nil : out
  }
}
