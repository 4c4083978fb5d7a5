import SwiftASN1

/// What PKCS#8 says around a private key: of which kind it is.
///
/// Source: RFC 5958, OneAsymmetricKey; attributes and public key are passed over.
struct PrivateKeyEnvelope {
  static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]
  static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]
  static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
  static let mlDSA65: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 3, 18]

  let algorithm: ASN1ObjectIdentifier
  /// The octets, whose form the algorithm names.
  let key: [UInt8]

  init(der: [UInt8]) throws(SigningError) {
    let parts = try? DER.parse(der).insides { nodes in
      let version = try Int(derEncoded: &nodes)
      let algorithm = try nodes.nextInsides { try ASN1ObjectIdentifier(derEncoded: &$0) }
      return (version, algorithm, Array(try ASN1OctetString(derEncoded: &nodes).bytes))
    }
    guard let parts, (0...1).contains(parts.0) else { throw .malformedKey("it is not PKCS#8 in DER") }
    (algorithm, key) = (parts.1, parts.2)
  }

  /// The seed out of the forms that hold one: the seed alone, or the seed beside the expanded key, as OpenSSL writes it.
  ///
  /// Source: RFC 9881 section 6, ML-DSA-65-PrivateKey.
  static func mlDSASeed(in wrapped: [UInt8]) -> [UInt8]? {
    let seedAlone: [UInt8] = [0x80, 0x20]
    if wrapped.count == 34, wrapped.starts(with: seedAlone) { return Array(wrapped.dropFirst(2)) }
    let both = try? DER.parse(wrapped).insides { Array(try ASN1OctetString(derEncoded: &$0).bytes) }
    return both?.count == 32 ? both : nil
  }

  /// All of an ML-DSA-65 key in PKCS#8 before its seed. Source: RFC 9881 section 6, the seed form.
  static let mlDSAPrefix: [UInt8] = [
    0x30, 0x34, 0x02, 0x01, 0x00, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12, 0x04, 0x22,
    0x80, 0x20,
  ]
}

extension ASN1Node {
  /// Reads a SEQUENCE from its start; what `read` leaves over is passed over.
  func insides<Result>(_ read: (inout ASN1NodeCollection.Iterator) throws -> Result) throws -> Result {
    try DER.sequence(self, identifier: .sequence) { nodes in
      let result = try read(&nodes)
      while nodes.next() != nil {}
      return result
    }
  }
}

extension ASN1NodeCollection.Iterator {
  /// The same for the SEQUENCE that comes next.
  mutating func nextInsides<Result>(_ read: (inout Self) throws -> Result) throws -> Result {
    guard let node = next() else { throw SigningError.malformedKey("it ends too early") }
    return try node.insides(read)
  }
}
