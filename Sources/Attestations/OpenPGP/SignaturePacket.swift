/// A signature of version 4: what kind it is, what it says of itself, and the numbers that prove it.
///
/// Source: RFC 4880 section 5.2.3.
struct SignaturePacket: Sendable {
  /// What a signature is about. Source: RFC 4880 section 5.2.1.
  enum Kind: UInt8 {
    case binary = 0x00
    case text = 0x01
    case genericCertification = 0x10
    case personaCertification = 0x11
    case casualCertification = 0x12
    case positiveCertification = 0x13
    case subkeyBinding = 0x18
    case primaryKeyBinding = 0x19
    case directKey = 0x1f
    case keyRevocation = 0x20
    case subkeyRevocation = 0x28
    case certificationRevocation = 0x30

    static let certifications: Set<Kind> = [
      .genericCertification, .personaCertification, .casualCertification, .positiveCertification,
    ]
  }

  let kind: Kind
  let algorithm: UInt8
  let digestAlgorithm: UInt8
  let statements: SignatureStatements
  /// The part that is signed along, from the version to the end of the hashed statements.
  private let hashed: ArraySlice<UInt8>
  /// The first two bytes of the digest: they tell a wrong one before anything costly is done.
  private let digestStart: ArraySlice<UInt8>
  private let numbers: ArraySlice<UInt8>

  init(_ body: ArraySlice<UInt8>) throws(OpenPGPRefusal) {
    var reader = PacketReader(body)
    let version = try reader.byte()
    guard version == 4 else { throw .unsupported("a signature of version \(version)") }
    let type = try reader.byte()
    guard let kind = Kind(rawValue: type) else { throw .unsupported("a signature of type \(type)") }
    self.kind = kind
    algorithm = try reader.byte()
    digestAlgorithm = try reader.byte()
    let signed = try reader.take(reader.number(ofBytes: 2))
    hashed = body.prefix(6 + signed.count)
    statements = try SignatureStatements(hashed: signed, unhashed: reader.take(reader.number(ofBytes: 2)))
    digestStart = try reader.take(2)
    numbers = reader.takeAll()
  }

  /// The kind of a signature packet of any version, as far as it can be told.
  static func kind(of body: ArraySlice<UInt8>) -> Kind? {
    guard let version = body.first else { return nil }
    return body.dropFirst(version < 4 ? 2 : 1).first.flatMap(Kind.init)
  }

  /// Whether the signature names `key` as its maker. One that names nobody may be anybody's.
  func mayBe(by key: PublicKeyPacket) -> Bool {
    if let fingerprint = statements.issuerFingerprint { return fingerprint.elementsEqual(key.fingerprint) }
    return statements.issuerKeyID.map { $0.elementsEqual(key.keyID) } ?? true
  }

  /// - Throws: `weakDigest` and `unsupported` for a digest that is not taken, `badSignature` when it is not by `key`.
  func check(over parts: [ArraySlice<UInt8>], by key: PublicKeyPacket) throws(OpenPGPRefusal) {
    let count = UInt32(hashed.count)
    let trailer = [4, 0xff] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    let digest = try StrongDigest(digestAlgorithm, over: parts + [hashed, trailer[...]])
    guard algorithm == key.algorithm, digest.bytes.starts(with: digestStart),
      key.material?.verifies(numbers, over: digest) == true
    else { throw .badSignature }
  }
}
