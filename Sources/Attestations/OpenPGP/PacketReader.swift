/// One packet, the part that every OpenPGP message and key is made of.
///
/// Source: RFC 4880 sections 4.2, 4.3.
struct Packet {
  /// The kinds that are read here. Of the secret ones nothing is read but that they are there.
  enum Kind: UInt8 {
    case signature = 2
    case onePassSignature = 4
    case secretKey = 5
    case publicKey = 6
    case secretSubkey = 7
    case compressed = 8
    case literal = 11
    case userID = 13
    case publicSubkey = 14
    case userAttribute = 17
  }

  let kind: Kind
  let body: ArraySlice<UInt8>
}

/// Takes bytes from the front and throws instead of reading past the end.
struct PacketReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ count: Int) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw .malformed("it is cut short") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func takeAll() -> ArraySlice<UInt8> {
    defer { rest = rest.suffix(0) }
    return rest
  }

  mutating func byte() throws(OpenPGPRefusal) -> UInt8 {
    guard let byte = rest.popFirst() else { throw .malformed("it is cut short") }
    return byte
  }

  /// A number of at most four bytes, the highest first.
  mutating func number(ofBytes count: Int) throws(OpenPGPRefusal) -> Int {
    try take(count).reduce(0) { $0 << 8 | Int($1) }
  }

  /// A multiprecision integer without leading zero bytes.
  ///
  /// - Parameter isExact: whether its length in bits must be the true one. Go's library writes RSA signatures with their
  ///   length in whole bytes, so signatures may say more than is there; in keys that would make a second fingerprint.
  ///
  /// Source: RFC 4880 section 3.2.
  mutating func integer(atMostBits limit: Int, isExact: Bool) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    let bits = try number(ofBytes: 2)
    guard bits <= limit else { throw .malformed("it holds a number of more than \(limit) bits") }
    let digits = try take((bits + 7) / 8).drop { $0 == 0 }
    let length = digits.first.map { digits.count * 8 - $0.leadingZeroBitCount } ?? 0
    guard isExact ? length == bits : length <= bits else { throw .malformed("the length of a number in it is wrong") }
    return digits
  }

  /// Everything up to the end, as packets.
  mutating func packets(atMost limit: Int) throws(OpenPGPRefusal) -> [Packet] {
    var packets: [Packet] = []
    while !isAtEnd {
      guard packets.count < limit else { throw .malformed("it holds more than \(limit) packets") }
      packets.append(try packet())
    }
    return packets
  }

  private mutating func packet() throws(OpenPGPRefusal) -> Packet {
    let header = try byte()
    guard header & 0x80 != 0 else { throw .malformed("a packet does not begin as one") }
    let isNew = header & 0x40 != 0
    let number = isNew ? header & 0x3f : header >> 2 & 0x0f
    guard let kind = Packet.Kind(rawValue: number) else {
      let isEncrypted = [1, 3, 9, 18, 20].contains(number)
      throw .unsupported(isEncrypted ? "encrypted content" : "a packet of type \(number)")
    }
    return Packet(kind: kind, body: isNew ? try newBody(kind) : try oldBody(kind, lengthType: header & 3))
  }

  private mutating func oldBody(_ kind: Packet.Kind, lengthType: UInt8) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    if lengthType < 3 { return try take(number(ofBytes: 1 << Int(lengthType))) }
    // "Until the end" is what gpg writes around compressed data. Around anything else nothing could follow it.
    guard kind == .compressed else { throw .malformed("a packet in it has no length") }
    return takeAll()
  }

  /// In one part, or for content in several of which all but the last have a power of two as length. The first should have
  /// 512 bytes, but Go's library, and with it Kritis and Voucher, writes short content in shorter parts.
  private mutating func newBody(_ kind: Packet.Kind) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    var parts: [UInt8] = []
    while true {
      let first = Int(try byte())
      let length: Int
      switch first {
      case ..<192: length = first
      case ..<224: length = (first - 192) << 8 + Int(try byte()) + 192
      case 255: length = try number(ofBytes: 4)
      default:
        let count = 1 << (first & 0x1f)
        guard kind == .literal || kind == .compressed else {
          throw .malformed("a packet in it comes in parts that it may not have")
        }
        parts += try take(count)
        continue
      }
      let last = try take(length)
      return parts.isEmpty ? last : parts[...] + last
    }
  }
}
