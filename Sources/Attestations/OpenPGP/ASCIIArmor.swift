/// Binary OpenPGP as text between two lines. This reader takes exactly one block, with nothing around it but blank space.
///
/// Source: RFC 4880 section 6; RFC 9580 section 6.1 makes the checksum optional.
enum ASCIIArmor {
  /// - Parameter label: what stands after `BEGIN`, such as `PGP MESSAGE`.
  static func bytes(of text: [UInt8], label: String) throws(OpenPGPRefusal) -> [UInt8] {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(withoutBlankEnd)[...]
    lines = lines.drop(while: \.isEmpty)
    while lines.last?.isEmpty == true { lines.removeLast() }
    guard let first = lines.popFirst(), first.elementsEqual("-----BEGIN \(label)-----".utf8) else {
      throw notBegun(text, label)
    }
    guard let last = lines.popLast(), last.elementsEqual("-----END \(label)-----".utf8) else {
      throw .malformed("its ASCII armor does not end with END \(label)")
    }
    try skipHeaders(&lines)
    var checksum: ArraySlice<UInt8>?
    if let line = lines.last, line.count == 5, line.first == UInt8(ascii: "=") { checksum = lines.removeLast().dropFirst() }
    guard !lines.contains(where: { $0.first == UInt8(ascii: "-") }) else { throw .severalMessages }
    let bytes = try base64(lines.joined())
    if let checksum, try base64(checksum) != crc24(bytes) { throw .malformed("the checksum of its ASCII armor is wrong") }
    return bytes
  }

  private static func withoutBlankEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0d { line.removeLast() }
    return line
  }

  private static func notBegun(_ text: [UInt8], _ label: String) -> OpenPGPRefusal {
    let known = ["PGP SIGNED MESSAGE", "PGP MESSAGE", "PGP SIGNATURE", "PGP PUBLIC KEY BLOCK", "PGP PRIVATE KEY BLOCK"]
    let other = known.first { $0 != label && text.starts(with: "-----BEGIN \($0)-----".utf8) }
    return other.map { .unsupported("a \($0) where a \(label) is wanted") } ?? .malformed("it is no ASCII armor of a \(label)")
  }

  /// `Key: value` lines up to the empty one. Nothing in them is used.
  private static func skipHeaders(_ lines: inout ArraySlice<ArraySlice<UInt8>>) throws(OpenPGPRefusal) {
    for _ in 0..<16 {
      guard let line = lines.popFirst() else { break }
      if line.isEmpty { return }
      guard line.contains(UInt8(ascii: ":")) else { break }
    }
    throw .malformed("the headers of its ASCII armor do not end with an empty line")
  }

  /// The value of each character of base64, 255 for others.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// Strict: whole groups of four, padding only at the end, and no bits left over that are not zero.
  private static func base64(_ text: some Sequence<UInt8>) throws(OpenPGPRefusal) -> [UInt8] {
    let wrong = OpenPGPRefusal.malformed("its ASCII armor is not strict base64")
    var characters = Array(text)
    guard characters.count % 4 == 0 else { throw wrong }
    while characters.last == UInt8(ascii: "=") { characters.removeLast() }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var count = 0
    for character in characters {
      let value = values[Int(character)]
      guard value < 64 else { throw wrong }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      bits &= (1 << UInt32(count)) - 1
    }
    guard count < 6, bits == 0 else { throw wrong }
    return bytes
  }

  private static let crcTable: [UInt32] = (0..<256).map { first in
    (0..<8).reduce(UInt32(first) << 16) { crc, _ in crc & 0x80_0000 == 0 ? crc << 1 : (crc << 1) ^ 0x186_4cfb }
  }

  /// Source: RFC 4880 section 6.1.
  static func crc24(_ bytes: [UInt8]) -> [UInt8] {
    let crc = bytes.reduce(UInt32(0xb7_04ce)) { crc, byte in
      (crc << 8 & 0xff_ffff) ^ crcTable[Int((crc >> 16 ^ UInt32(byte)) & 0xff)]
    }
    return [UInt8(crc >> 16 & 0xff), UInt8(crc >> 8 & 0xff), UInt8(crc & 0xff)]
  }
}
