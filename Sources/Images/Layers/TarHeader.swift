/// The 512 bytes before a member, checksum verified.
///
/// Source: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
struct TarHeader {
  static let size = 512

  let name: [UInt8]
  let linkName: [UInt8]
  let type: UInt8
  let mode: Int64
  let userID: Int64
  let groupID: Int64
  let sizeBytes: Int64

  /// Answers nil for a block of zeros, two of which end an archive.
  static func parse(_ block: Span<UInt8>) throws(ImageError) -> TarHeader? {
    var unsigned: Int64 = 0
    var signed: Int64 = 0
    for index in block.indices {
      let byte = (148..<156).contains(index) ? 32 : block[index]
      unsigned &+= Int64(byte)
      signed &+= Int64(Int8(bitPattern: byte))
    }
    if unsigned == 8 * 32, isZero(block) { return nil }
    let written = tarNumber(block.extracting(148..<156))
    guard written == unsigned || written == signed else { throw malformedTar("a header checksum does not match") }
    return try TarHeader(block)
  }

  private init(_ block: Span<UInt8>) throws(ImageError) {
    func number(_ range: Range<Int>, _ what: String) throws(ImageError) -> Int64 {
      guard let value = tarNumber(block.extracting(range)) else {
        throw malformedTar("the \(what) of a header is no number from 0 up")
      }
      return value
    }
    type = block[156]
    mode = try number(100..<108, "mode")
    userID = try number(108..<116, "user")
    groupID = try number(116..<124, "group")
    sizeBytes = try number(124..<136, "size")
    linkName = tarText(block.extracting(157..<257))
    let magic = tarText(block.extracting(257..<263))
    let isStar =
      block[508] == UInt8(ascii: "t") && block[509] == UInt8(ascii: "a") && block[510] == UInt8(ascii: "r") && block[511] == 0
    let prefix = magic == Array("ustar".utf8) ? tarText(block.extracting(isStar ? 345..<476 : 345..<500)) : []
    let last = tarText(block.extracting(0..<100))
    name = prefix.isEmpty ? last : prefix + [UInt8(ascii: "/")] + last
  }

  private static func isZero(_ block: Span<UInt8>) -> Bool {
    for index in block.indices where block[index] != 0 { return false }
    return true
  }
}

/// A numeric field: octal digits between spaces and zeros, or base 256 with the top bit set. nil for what is neither,
/// is negative or does not fit; an empty field is 0.
func tarNumber(_ field: Span<UInt8>) -> Int64? {
  if field[0] & 0x80 != 0 { return binaryNumber(field) }
  var first = 0
  var end = field.count
  func isFiller(_ byte: UInt8) -> Bool { byte == 0 || byte == UInt8(ascii: " ") }
  while first < end, isFiller(field[first]) { first += 1 }
  while end > first, isFiller(field[end - 1]) { end -= 1 }
  var value: Int64 = 0
  for index in first..<end {
    guard (48...55).contains(field[index]) else { return nil }
    value = value << 3 | Int64(field[index] - 48)
  }
  return value
}

private func binaryNumber(_ field: Span<UInt8>) -> Int64? {
  guard field[0] & 0x40 == 0 else { return nil }
  var value = UInt64(field[0] & 0x3F)
  for index in 1..<field.count {
    guard value >> 55 == 0 else { return nil }
    value = value << 8 | UInt64(field[index])
  }
  return Int64(exactly: value)
}

/// The bytes of a text field up to the first zero.
func tarText(_ field: Span<UInt8>) -> [UInt8] {
  var text: [UInt8] = []
  for index in field.indices {
    guard field[index] != 0 else { break }
    text.append(field[index])
  }
  return text
}

func malformedTar(_ reason: String) -> ImageError { .malformedLayer("archive", because: reason) }
