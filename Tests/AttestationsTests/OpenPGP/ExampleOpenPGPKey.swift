import Crypto
import Foundation

/// Packets made by hand, right and wrong ones.
enum ExamplePacket {
  /// With the shortest length that the new format has for it.
  static func packet(_ number: UInt8, _ body: [UInt8]) -> [UInt8] { [0xc0 | number] + length(body.count) + body }

  static func length(_ count: Int) -> [UInt8] {
    switch count {
    case ..<192: [UInt8(count)]
    case ..<8384: [UInt8((count - 192) >> 8 + 192), UInt8((count - 192) & 0xff)]
    default: [255] + four(count)
    }
  }

  static func two(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }

  static func four(_ number: Int) -> [UInt8] { two(number >> 16) + two(number) }

  static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let digits = Array(bytes.drop { $0 == 0 })
    return two(digits.first.map { digits.count * 8 - $0.leadingZeroBitCount } ?? 0) + digits
  }

  static func statement(_ number: UInt8, _ body: [UInt8], isCritical: Bool = false) -> [UInt8] {
    length(body.count + 1) + [number | (isCritical ? 0x80 : 0)] + body
  }

  static func literal(_ content: [UInt8], format: Character = "b") -> [UInt8] {
    packet(11, [format.asciiValue ?? 0, 1] + Array("p".utf8) + four(0) + content)
  }

  static func armor(_ bytes: [UInt8], _ label: String = "PGP MESSAGE") -> String {
    "-----BEGIN \(label)-----\n\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
  }
}

/// An Ed25519 key that a test signs with, as one of algorithm 22 or 27.
struct ExampleOpenPGPKey {
  static let firstOfMarch2026 = 1_772_323_200
  static let tenthOfApril2026 = 1_775_822_400

  let privateKey = Curve25519.Signing.PrivateKey()
  var algorithm: UInt8 = 22
  var createdAtSeconds = firstOfMarch2026

  var body: [UInt8] {
    let point = Array(privateKey.publicKey.rawRepresentation)
    let curve: [UInt8] = [9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01]
    let numbers = algorithm == 22 ? curve + ExamplePacket.integer([0x40] + point) : point
    return [4] + ExamplePacket.four(createdAtSeconds) + [algorithm] + numbers
  }

  /// As it goes into fingerprints and signatures.
  var hashed: [UInt8] { [0x99] + ExamplePacket.two(body.count) + body }
  var fingerprint: [UInt8] { Array(Insecure.SHA1.hash(data: hashed)) }
  var fingerprintText: String { fingerprint.map { String(format: "%02X", $0) }.joined() }

  static func made(_ seconds: Int = tenthOfApril2026) -> [UInt8] { ExamplePacket.statement(2, ExamplePacket.four(seconds)) }
  /// Fingerprint and key id: gpg 2.2 looks for the second.
  var issuer: [UInt8] {
    ExamplePacket.statement(33, [4] + fingerprint) + ExamplePacket.statement(16, Array(fingerprint.suffix(8)))
  }

  /// The body of a signature packet. Without `hashed` it says when it was made and by whom.
  func signature(
    _ kind: UInt8, over parts: [UInt8], hashed: [UInt8]? = nil, unhashed: [UInt8] = [], digest: UInt8 = 8, version: UInt8 = 4,
    inWholeBytes: Bool = false
  ) throws -> [UInt8] {
    let statements = hashed ?? Self.made() + issuer
    let head = [version, kind, algorithm, digest] + ExamplePacket.two(statements.count) + statements
    let whole = parts + head + [4, 0xff] + ExamplePacket.four(head.count)
    let value: [UInt8] =
      switch digest {
      case 1: Array(Insecure.MD5.hash(data: whole))
      case 2: Array(Insecure.SHA1.hash(data: whole))
      case 9: Array(SHA384.hash(data: whole))
      case 10: Array(SHA512.hash(data: whole))
      default: Array(SHA256.hash(data: whole))
      }
    let raw = try privateKey.signature(for: value)
    let halves = [raw.prefix(32), raw.suffix(32)]
    let numbers = algorithm == 22 ? halves.flatMap { inWholeBytes ? [1, 0] + $0 : ExamplePacket.integer($0) } : Array(raw)
    return head + ExamplePacket.two(unhashed.count) + unhashed + value.prefix(2) + numbers
  }

  /// A key block of this key: `subkeys` are whole packets.
  func block(
    userID: String = "qa", flags: UInt8? = 3, statements: [UInt8] = [], digest: UInt8 = 8, direct: [[UInt8]] = [],
    more: [UInt8] = []
  ) throws -> [UInt8] {
    let name = Array(userID.utf8)
    let certification = try signature(
      0x13, over: hashed + [0xb4] + ExamplePacket.four(name.count) + name,
      hashed: Self.made(createdAtSeconds) + issuer + (flags.map { ExamplePacket.statement(27, [$0]) } ?? []) + statements,
      digest: digest)
    return ExamplePacket.packet(6, body) + direct.flatMap { ExamplePacket.packet(2, $0) } + ExamplePacket.packet(13, name)
      + ExamplePacket.packet(2, certification) + more
  }

  /// A subkey with the signature that binds it and, unless `back` says otherwise, its own over this key.
  func binding(
    _ subkey: ExampleOpenPGPKey, flags: UInt8 = 2, statements: [UInt8] = [], back: ExampleOpenPGPKey?
  ) throws -> [UInt8] {
    let parts = hashed + subkey.hashed
    let embedded = try back.map { ExamplePacket.statement(32, try $0.signature(0x19, over: parts)) } ?? []
    let signature = try signature(
      0x18, over: parts,
      hashed: Self.made(subkey.createdAtSeconds) + issuer + ExamplePacket.statement(27, [flags]) + statements,
      unhashed: embedded)
    return ExamplePacket.packet(14, subkey.body) + ExamplePacket.packet(2, signature)
  }

  func onePass(_ kind: UInt8 = 0, digest: UInt8 = 8, isLast: UInt8 = 1) -> [UInt8] {
    ExamplePacket.packet(4, [3, kind, digest, algorithm] + fingerprint.suffix(8) + [isLast])
  }

  /// A whole message, not compressed.
  func message(
    _ content: [UInt8] = Array("hello\n".utf8), kind: UInt8 = 0, hashed: [UInt8]? = nil, unhashed: [UInt8] = [],
    digest: UInt8 = 8, version: UInt8 = 4
  ) throws -> [UInt8] {
    let signature = try signature(
      kind, over: content, hashed: hashed, unhashed: unhashed, digest: digest, version: version)
    return onePass(kind, digest: digest) + ExamplePacket.literal(content) + ExamplePacket.packet(2, signature)
  }
}
