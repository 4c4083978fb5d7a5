/// A place in a registry, in normal form: `docker.io/library/busybox`, `registry.example.test:5000/shop/web`.
///
/// Short names mean Docker Hub: `busybox` is `docker.io/library/busybox`, and `index.docker.io` is `docker.io`.
/// Only the ASCII grammar is accepted; nothing is trimmed or folded.
///
/// Source: distribution reference grammar (`domain`, `path-component`), total length at most 255.
package struct Repository: Hashable, Sendable, CustomStringConvertible {
  /// Host and optional port, as written: `docker.io`, `localhost:5000`, `[::1]:5000`.
  package let host: String
  /// Path segments joined by `/`: `library/busybox`.
  package let path: String

  /// Reads and normalises a repository without tag or digest.
  ///
  /// - Throws: `ImageError.malformedReference` with the part that breaks the grammar.
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(bytes: Array(text.utf8)[...]) }

  // On bytes and not generic: a review of admission reads two of these.
  init(bytes: ArraySlice<UInt8>) throws(ImageError) {
    let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
    if let slash, Self.looksLikeHost(bytes[..<slash]) {
      let written = String(decoding: bytes[..<slash], as: UTF8.self)
      let rest = bytes[(slash + 1)...]
      let isHub = written == "docker.io" || written == "index.docker.io" || written == "registry-1.docker.io"
      host = isHub ? "docker.io" : written
      let path = String(decoding: rest, as: UTF8.self)
      self.path = isHub && !rest.contains(UInt8(ascii: "/")) ? "library/\(path)" : path
      if let fault = Self.fault(host: bytes[..<slash]) ?? Self.fault(path: rest) {
        throw .malformedReference(String(decoding: bytes, as: UTF8.self), because: fault)
      }
    } else {
      host = "docker.io"
      let path = String(decoding: bytes, as: UTF8.self)
      self.path = slash == nil ? "library/\(path)" : path
      if let fault = Self.fault(path: bytes) { throw .malformedReference(path, because: fault) }
    }
    guard host.utf8.count + 1 + path.utf8.count <= 255 else {
      throw .malformedReference(
        String(decoding: bytes, as: UTF8.self), because: "the repository is longer than 255 characters")
    }
  }

  package var description: String { "\(host)/\(path)" }

  private static func looksLikeHost(_ text: ArraySlice<UInt8>) -> Bool {
    text.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || ($0 >= 65 && $0 <= 90) }
      || text.elementsEqual("localhost".utf8)
  }

  private static func fault(host: ArraySlice<UInt8>) -> String? {
    var name = host
    if name.first == UInt8(ascii: "[") {
      guard let close = name.firstIndex(of: UInt8(ascii: "]")) else { return "the host has no closing bracket" }
      let address = name[(name.startIndex + 1)..<close]
      guard !address.isEmpty, address.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") }) else {
        return "the host is not an IPv6 address in brackets"
      }
      let port = name[(close + 1)...]
      return port.isEmpty || isPort(port) ? nil : "the port is not a number from 1 to 65535"
    }
    if let colon = name.firstIndex(of: UInt8(ascii: ":")) {
      guard isPort(name[colon...]) else { return "the port is not a number from 1 to 65535" }
      name = name[..<colon]
    }
    // Labels between dots: letters, digits and inner hyphens.
    var last = UInt8(ascii: ".")
    for byte in name {
      let isSound =
        byte == UInt8(ascii: ".")
        ? isAlphanumeric(last) : isAlphanumeric(byte) || (byte == UInt8(ascii: "-") && last != UInt8(ascii: "."))
      guard isSound else { return hostFault }
      last = byte
    }
    return isAlphanumeric(last) ? nil : hostFault
  }

  private static let hostFault = "the host has a character or an empty label that is invalid in a host name"

  private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
    let digits = text.dropFirst()
    guard text.first == UInt8(ascii: ":"), !digits.isEmpty, digits.count <= 5,
      digits.allSatisfy({ $0 >= 48 && $0 <= 57 })
    else { return false }
    return (1...65535).contains(digits.reduce(0) { $0 * 10 + Int($1 - 48) })
  }

  private static func fault(path: ArraySlice<UInt8>) -> String? {
    var start = path.startIndex
    while true {
      let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      guard isPathComponent(path[start..<end]) else {
        let segment = printable(String(decoding: path[start..<end], as: UTF8.self))
        return "\"\(segment)\" is an invalid path segment: lower-case letters, digits and single . _ __ or - between them"
      }
      if end == path.endIndex { return nil }
      start = end + 1
    }
  }

  /// `alphanumeric (separator alphanumeric)*` with separator `.`, `_`, `__` or any run of `-`.
  private static func isPathComponent(_ bytes: ArraySlice<UInt8>) -> Bool {
    func isWord(_ byte: UInt8) -> Bool { (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) }
    guard let first = bytes.first, let last = bytes.last, isWord(first), isWord(last) else { return false }
    var separator: UInt8?
    var run = 0
    for byte in bytes {
      if isWord(byte) {
        separator = nil
        run = 0
        continue
      }
      guard separator == nil || separator == byte else { return false }
      separator = byte
      run += 1
      switch byte {
      case UInt8(ascii: "-"): break
      case UInt8(ascii: "_") where run <= 2: break
      case UInt8(ascii: ".") where run == 1: break
      default: return false
      }
    }
    return true
  }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
  (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90)
}

/// Outside text made safe for a message: anything but printable ASCII is escaped, and it ends after 120 characters.
package func printable(_ text: some StringProtocol) -> String {
  // Nearly every text is as it should be.
  if text.utf8.count <= 120, text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return String(text) }
  var out = ""
  for scalar in text.unicodeScalars.prefix(120) {
    out +=
      scalar.isASCII && scalar.value >= 32 && scalar.value != 127 ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
  return text.unicodeScalars.count > 120 ? out + "..." : out
}

extension StringProtocol {
  /// Whether there is nothing in it that anybody could see: space, control characters, and what is drawn as nothing.
  package var isBlank: Bool {
    unicodeScalars.allSatisfy { scalar in
      let properties = scalar.properties
      return properties.isWhitespace || properties.isDefaultIgnorableCodePoint || properties.generalCategory == .control
        || properties.generalCategory == .format
    }
  }
}
