/// What a signature says of itself and of the key it is about: the subpackets.
///
/// Everything that decides comes from the hashed area. Only who may have signed, and a signature that proves itself, are
/// taken from the other one too.
///
/// Source: RFC 4880 section 5.2.3.1; RFC 9580 section 5.2.3.35 for the issuer's fingerprint.
struct SignatureStatements: Sendable {
  private enum Kind: UInt8 {
    case creationTime = 2
    case expirationTime = 3
    case keyExpirationTime = 9
    case issuerKeyID = 16
    case keyFlags = 27
    case revocationReason = 29
    case embeddedSignature = 32
    case issuerFingerprint = 33
  }

  /// May be marked critical without changing what the signature is worth here: whether it may be exported or revoked,
  /// preferences, designated revokers, the primary user id, features, the signer's user id.
  private static let harmless: Set<UInt8> = [4, 7, 11, 12, 21, 22, 23, 24, 25, 28, 30, 34]

  /// Seconds since 1970 UTC.
  private(set) var createdAtSeconds: Int64 = 0
  /// Seconds after its creation; nil for never.
  private(set) var expiresAfterSeconds: Int64?
  /// Seconds after the creation of the key that it is about; nil when it does not say.
  private(set) var keyExpiresAfterSeconds: Int64?
  /// Nil when it does not say.
  private(set) var maySign: Bool?
  private(set) var revocationReason: UInt8?
  private(set) var issuerFingerprint: ArraySlice<UInt8>?
  private(set) var issuerKeyID: ArraySlice<UInt8>?
  private(set) var embedded: [ArraySlice<UInt8>] = []

  init(hashed: ArraySlice<UInt8>, unhashed: ArraySlice<UInt8>) throws(OpenPGPRefusal) {
    var seen: Set<UInt8> = []
    var reader = PacketReader(hashed)
    while !reader.isAtEnd {
      let (number, body) = try Self.next(&reader)
      guard let kind = Kind(rawValue: number) else { continue }
      guard seen.insert(number).inserted || kind == .embeddedSignature else {
        throw .malformed("a signature makes a statement of type \(number) twice")
      }
      try take(kind, body)
    }
    guard seen.contains(Kind.creationTime.rawValue) else { throw .malformed("a signature does not say when it was made") }
    reader = PacketReader(unhashed)
    while !reader.isAtEnd {
      let (number, body) = try Self.next(&reader)
      switch Kind(rawValue: number) {
      case .issuerFingerprint where issuerFingerprint == nil: try take(.issuerFingerprint, body)
      case .issuerKeyID where issuerKeyID == nil: try take(.issuerKeyID, body)
      case .embeddedSignature: try take(.embeddedSignature, body)
      default: continue
      }
    }
  }

  /// Who made it, as it says: a fingerprint, a key id, or nobody.
  var claimedIssuer: String { (issuerFingerprint ?? issuerKeyID).map(hex) ?? "which it does not name" }

  /// The next subpacket, which may be of an unknown type unless it is marked critical.
  private static func next(
    _ reader: inout PacketReader
  ) throws(OpenPGPRefusal) -> (number: UInt8, body: ArraySlice<UInt8>) {
    let first = Int(try reader.byte())
    let length =
      switch first {
      case ..<192: first
      case ..<255: (first - 192) << 8 + Int(try reader.byte()) + 192
      default: try reader.number(ofBytes: 4)
      }
    var whole = PacketReader(try reader.take(length))
    let type = try whole.byte()
    let number = type & 0x7f
    guard type == number || Kind(rawValue: number) != nil || harmless.contains(number) else {
      throw .unsupported("a critical statement of type \(number) in a signature")
    }
    return (number, whole.takeAll())
  }

  private mutating func take(_ kind: Kind, _ body: ArraySlice<UInt8>) throws(OpenPGPRefusal) {
    switch kind {
    case .creationTime: createdAtSeconds = try Self.seconds(body)
    case .expirationTime: expiresAfterSeconds = try Self.nonZero(Self.seconds(body))
    case .keyExpirationTime: keyExpiresAfterSeconds = try Self.nonZero(Self.seconds(body))
    case .keyFlags: maySign = body.first.map { $0 & 0x02 != 0 } ?? false
    case .revocationReason: revocationReason = body.first
    case .issuerKeyID:
      guard body.count == 8 else { throw .malformed("a key id in it is not 8 bytes long") }
      issuerKeyID = body
    case .issuerFingerprint:
      guard body.first == 4, body.count == 21 else { throw .unsupported("the signature of a key that is not of version 4") }
      issuerFingerprint = body.dropFirst()
    case .embeddedSignature: embedded.append(body)
    }
  }

  private static func seconds(_ body: ArraySlice<UInt8>) throws(OpenPGPRefusal) -> Int64 {
    guard body.count == 4 else { throw .malformed("a time in it is not 4 bytes long") }
    return body.reduce(0) { $0 << 8 | Int64($1) }
  }

  private static func nonZero(_ seconds: Int64) -> Int64? { seconds == 0 ? nil : seconds }
}

/// Upper-case hexadecimal, as OpenPGP writes fingerprints.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { $0 < 16 ? "0" + String($0, radix: 16, uppercase: true) : String($0, radix: 16, uppercase: true) }.joined()
}
