import Crypto
import CryptoExtras
import Foundation

/// The public numbers of a key that can sign, read once, so that a verification costs the hash and the mathematics.
///
/// Source: RFC 4880 sections 5.2.2, 5.5.2; RFC 6637 for ECDSA; draft-koch-eddsa-for-openpgp for algorithm 22; RFC 9580
/// sections 5.2.3.4, 5.5.5.9 for algorithm 27.
enum KeyMaterial: Sendable {
  case rsa(_RSA.Signing.PublicKey)
  case p256(P256.Signing.PublicKey)
  case p384(P384.Signing.PublicKey)
  case p521(P521.Signing.PublicKey)
  /// - isLegacy: whether the signature's halves are written as two numbers, as for algorithm 22.
  case ed25519(Curve25519.Signing.PublicKey, isLegacy: Bool)

  /// - Parameter reader: stands behind the algorithm's number and is read to the end.
  /// - Throws: `unsupported` for keys that encrypt, and for algorithms and curves that are not taken.
  init(algorithm: UInt8, reading reader: inout PacketReader) throws(OpenPGPRefusal) {
    switch algorithm {
    case 1, 3: self = try Self.rsa(&reader)
    case 19: self = try Self.ecdsa(&reader)
    case 22: self = try Self.legacyEd25519(&reader)
    case 27: self = .ed25519(try Self.ed25519(reader.take(32)), isLegacy: false)
    default: throw .unsupported("a key of algorithm \(algorithm)")
    }
    guard reader.isAtEnd else { throw .malformed("bytes follow the numbers of a key") }
  }

  private static let isNoKey = OpenPGPRefusal.malformed("the numbers of a key are not those of a key")

  private static func rsa(_ reader: inout PacketReader) throws(OpenPGPRefusal) -> KeyMaterial {
    let modulus = try reader.integer(atMostBits: 8192, isExact: true)
    let exponent = try reader.integer(atMostBits: 32, isExact: true)
    guard modulus.count >= 256 else { throw .unsupported("an RSA key of less than 2048 bits") }
    guard let key = try? _RSA.Signing.PublicKey(n: Array(modulus), e: Array(exponent)) else { throw isNoKey }
    return .rsa(key)
  }

  private static func ecdsa(_ reader: inout PacketReader) throws(OpenPGPRefusal) -> KeyMaterial {
    let curve = try reader.take(Int(reader.byte()))
    let point = try reader.integer(atMostBits: 8 * 133, isExact: true)
    let material: KeyMaterial? =
      switch Array(curve) {
      case [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]:
        (try? P256.Signing.PublicKey(x963Representation: point)).map(KeyMaterial.p256)
      case [0x2b, 0x81, 0x04, 0x00, 0x22]: (try? P384.Signing.PublicKey(x963Representation: point)).map(KeyMaterial.p384)
      case [0x2b, 0x81, 0x04, 0x00, 0x23]: (try? P521.Signing.PublicKey(x963Representation: point)).map(KeyMaterial.p521)
      default: throw .unsupported("an ECDSA key on the curve \(hex(curve))")
      }
    guard point.first == 4, let material else { throw isNoKey }
    return material
  }

  private static func legacyEd25519(_ reader: inout PacketReader) throws(OpenPGPRefusal) -> KeyMaterial {
    let curve = try reader.take(Int(reader.byte()))
    guard curve.elementsEqual([0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01]) else {
      throw .unsupported("an EdDSA key on the curve \(hex(curve))")
    }
    let point = try reader.integer(atMostBits: 263, isExact: true)
    guard point.first == 0x40 else { throw isNoKey }
    return .ed25519(try ed25519(point.dropFirst()), isLegacy: true)
  }

  private static func ed25519(_ point: ArraySlice<UInt8>) throws(OpenPGPRefusal) -> Curve25519.Signing.PublicKey {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point) else { throw isNoKey }
    return key
  }
}

extension KeyMaterial {
  /// Whether `numbers`, the end of a signature packet, are this key's signature over `digest`.
  func verifies(_ numbers: ArraySlice<UInt8>, over digest: StrongDigest) -> Bool {
    switch digest {
    case .sha256(let digest): verifies(numbers, over: digest)
    case .sha384(let digest): verifies(numbers, over: digest)
    case .sha512(let digest): verifies(numbers, over: digest)
    }
  }

  private func verifies(_ numbers: ArraySlice<UInt8>, over digest: some Crypto.Digest) -> Bool {
    switch self {
    case .rsa(let key):
      guard let raw = Self.padded(numbers, to: key.keySizeInBits.advanced(by: 7) / 8, count: 1) else { return false }
      return key.isValidSignature(.init(rawRepresentation: raw), for: digest, padding: .insecurePKCS1v1_5)
    case .p256(let key):
      guard let raw = Self.padded(numbers, to: 32, count: 2) else { return false }
      return (try? P256.Signing.ECDSASignature(rawRepresentation: raw)).map { key.isValidSignature($0, for: digest) } ?? false
    case .p384(let key):
      guard let raw = Self.padded(numbers, to: 48, count: 2) else { return false }
      return (try? P384.Signing.ECDSASignature(rawRepresentation: raw)).map { key.isValidSignature($0, for: digest) } ?? false
    case .p521(let key):
      guard let raw = Self.padded(numbers, to: 66, count: 2) else { return false }
      return (try? P521.Signing.ECDSASignature(rawRepresentation: raw)).map { key.isValidSignature($0, for: digest) } ?? false
    case .ed25519(let key, let isLegacy):
      let raw = isLegacy ? Self.padded(numbers, to: 32, count: 2) : Array(numbers)
      return raw.map { key.isValidSignature($0, for: Array(digest)) } ?? false
    }
  }

  /// The numbers one after another, each filled up with leading zeros; nil when they are not exactly `count` that fit.
  private static func padded(_ numbers: ArraySlice<UInt8>, to size: Int, count: Int) -> [UInt8]? {
    var reader = PacketReader(numbers)
    var raw: [UInt8] = []
    for _ in 0..<count {
      guard let number = try? reader.integer(atMostBits: size * 8, isExact: false) else { return nil }
      raw += [UInt8](repeating: 0, count: size - number.count) + number
    }
    return reader.isAtEnd ? raw : nil
  }

  /// The same key as X.509 and TLS write it, by which it is recognised under another fingerprint or in another form.
  ///
  /// Source: RFC 5280 section 4.1.2.7; RFC 8410 section 4.
  var subjectPublicKeyInfo: [UInt8] {
    switch self {
    case .rsa(let key): Array(key.derRepresentation)
    case .p256(let key): Array(key.derRepresentation)
    case .p384(let key): Array(key.derRepresentation)
    case .p521(let key): Array(key.derRepresentation)
    case .ed25519(let key, _):
      [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + Array(key.rawRepresentation)
    }
  }
}
