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
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(text: Substring(String(text))) }

  // Not generic, so that every caller gets the quick code.
  init(text: Substring) throws(ImageError) {
    let slash = text.firstIndex(of: "/")
    let first = slash.map { text[..<$0] } ?? text[...]
    let rest = slash.map { text[text.index(after: $0)...] }
    if let rest, Self.looksLikeHost(first) {
      let written = String(first)
      let hub = written == "index.docker.io" || written == "registry-1.docker.io"
      host = hub ? "docker.io" : written
      path = host == "docker.io" && !rest.contains("/") ? "library/\(rest)" : String(rest)
    } else {
      host = "docker.io"
      path = rest == nil ? "library/\(text)" : String(text)
    }
    if let fault = Self.fault(host: host) ?? Self.fault(path: path) {
      throw .malformedReference(String(text), because: fault)
    }
    guard host.utf8.count + 1 + path.utf8.count <= 255 else {
      throw .malformedReference(String(text), because: "the repository is longer than 255 characters")
    }
  }

  package var description: String { "\(host)/\(path)" }

  private static func looksLikeHost(_ text: Substring) -> Bool {
    text == "localhost" || text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
      || text.utf8.contains { (65...90).contains($0) }
  }

  private static func fault(host: String) -> String? {
    var name = host[...]
    if name.hasPrefix("[") {
      guard let close = name.firstIndex(of: "]") else { return "the host has no closing bracket" }
      let address = name[name.index(after: name.startIndex)..<close]
      guard !address.isEmpty, address.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") }) else {
        return "the host is not an IPv6 address in brackets"
      }
      let port = name[name.index(after: close)...]
      return port.isEmpty || isPort(port) ? nil : "the port is not a number from 1 to 65535"
    }
    if let colon = name.firstIndex(of: ":") {
      guard isPort(name[colon...]) else { return "the port is not a number from 1 to 65535" }
      name = name[..<colon]
    }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let sound = labels.allSatisfy { label in
      !label.isEmpty && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        && !label.hasPrefix("-") && !label.hasSuffix("-")
    }
    return sound ? nil : "the host has a character or an empty label that is invalid in a host name"
  }

  private static func isPort(_ text: Substring) -> Bool {
    let digits = text.dropFirst()
    guard text.hasPrefix(":"), digits.utf8.count <= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let port = Int(digits)
    else { return false }
    return (1...65535).contains(port)
  }

  private static func fault(path: String) -> String? {
    for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
      guard isPathComponent(segment.utf8) else {
        return
          "\"\(printable(segment))\" is an invalid path segment: lower-case letters, digits and single . _ __ or - between them"
      }
    }
    return nil
  }

  /// `alphanumeric (separator alphanumeric)*` with separator `.`, `_`, `__` or any run of `-`.
  private static func isPathComponent(_ bytes: Substring.UTF8View) -> Bool {
    func isWord(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
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

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
}

/// Outside text made safe for a message: anything but printable ASCII is escaped, and it ends after 120 characters.
package func printable(_ text: some StringProtocol) -> String {
  var out = ""
  for scalar in text.unicodeScalars.prefix(120) {
    out +=
      scalar.isASCII && scalar.value >= 32 && scalar.value != 127 ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
  return text.unicodeScalars.count > 120 ? out + "..." : out
}
