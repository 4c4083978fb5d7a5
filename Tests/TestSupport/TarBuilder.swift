/// Writes tar archives for tests: sound ones by default, and header by header whatever a test wants to break.
package struct TarBuilder: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func build(_ add: (inout TarBuilder) -> Void) -> [UInt8] {
    var tar = TarBuilder()
    add(&tar)
    return tar.ended()
  }

  /// A regular file.
  package mutating func file(_ path: String, _ text: String = "", mode: Int = 0o644, user: Int = 0, group: Int = 0) {
    member(path, "0", contents: Array(text.utf8), mode: mode, user: user, group: group)
  }

  /// A regular file of any bytes.
  package mutating func file(_ path: String, bytes: [UInt8]) { member(path, "0", contents: bytes) }

  package mutating func directory(_ path: String, mode: Int = 0o755) { member(path, "5", mode: mode) }

  package mutating func link(_ path: String, to target: String) { member(path, "2", link: target, mode: 0o777) }

  package mutating func hardLink(_ path: String, to target: String) { member(path, "1", link: target) }

  /// A pax header for the next member.
  package mutating func pax(_ records: [(String, String)]) {
    var text: [UInt8] = []
    for (key, value) in records {
      let rest = Array(" \(key)=\(value)\n".utf8)
      var length = rest.count + 1
      while rest.count + String(length).utf8.count != length { length += 1 }
      text += Array(String(length).utf8) + rest
    }
    member("pax", "x", contents: text)
  }

  /// GNU's way to write a long name (`L`) or link (`K`) for the next member.
  package mutating func gnuLong(_ type: Character, _ text: String) {
    member("././@LongLink", type, contents: Array(text.utf8) + [0])
  }

  /// One member, header and padded contents.
  ///
  /// - Parameter sizeField: twelve bytes to stand where the size belongs; nil for the true size.
  package mutating func member(
    _ path: String, _ type: Character, contents: [UInt8] = [], link: String = "", mode: Int = 0o644, user: Int = 0,
    group: Int = 0, sizeField: [UInt8]? = nil
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ field: some Sequence<UInt8>, at start: Int, width: Int) {
      for (index, byte) in field.prefix(width).enumerated() { block[start + index] = byte }
    }
    put(path.utf8, at: 0, width: 100)
    put(octal(mode, digits: 7), at: 100, width: 7)
    put(octal(user, digits: 7), at: 108, width: 7)
    put(octal(group, digits: 7), at: 116, width: 7)
    put(sizeField ?? octal(contents.count, digits: 11), at: 124, width: 12)
    put(octal(0, digits: 11), at: 136, width: 11)
    put(type.utf8, at: 156, width: 1)
    put(link.utf8, at: 157, width: 100)
    put("ustar\u{0}00".utf8, at: 257, width: 8)
    put([UInt8](repeating: 32, count: 8), at: 148, width: 8)
    let sum = block.reduce(0) { $0 + Int($1) }
    put(octal(sum, digits: 6) + [0, 32], at: 148, width: 8)
    bytes += block + contents
    bytes += [UInt8](repeating: 0, count: -contents.count & 511)
  }

  /// The archive with the two blocks of zeros that end it.
  package func ended() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  private func octal(_ value: Int, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
  }
}
