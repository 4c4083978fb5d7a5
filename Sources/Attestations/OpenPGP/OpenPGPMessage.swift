/// One signed message as `gpg --armor --sign` writes it: content and signature in one. The content is not to be had before
/// the signature has been verified.
///
/// Source: RFC 4880 sections 5.4, 5.9, 11.3.
package struct OpenPGPMessage: Sendable {
  /// In bytes, of the message as it comes, and of what it inflates to.
  package static let limitBytes = 1 << 16
  /// How far the clock of a signer may run ahead of ours.
  private static let skewSeconds: Int64 = 300

  private let signature: SignaturePacket
  private let content: ArraySlice<UInt8>

  /// Reads a message in ASCII armor, or binary when its first byte cannot be text.
  package init(parsing bytes: [UInt8]) throws(OpenPGPRefusal) {
    guard bytes.count <= Self.limitBytes else { throw .malformed("it is longer than \(Self.limitBytes) bytes") }
    let isBinary = bytes.first.map { $0 >= 0x80 } ?? false
    let binary = isBinary ? bytes : try ASCIIArmor.bytes(of: bytes, label: "PGP MESSAGE")
    var packets = try Self.packets(binary)
    if let first = packets.first, first.kind == .compressed {
      guard packets.count == 1 else { throw .severalMessages }
      packets = try Self.packets(CompressedPacket.content(of: first.body, atMost: Self.limitBytes))
    }
    switch packets.map(\.kind) {
    case [.onePassSignature, .literal, .signature]:
      signature = try SignaturePacket(packets[2].body)
      try Self.check(onePass: packets[0].body, announces: signature)
    case [.signature, .literal]: signature = try SignaturePacket(packets[0].body)
    case let other: throw Self.refusal(other)
    }
    guard signature.kind == .binary || signature.kind == .text else {
      throw .unsupported("a signature that is not over content")
    }
    content = try Self.content(literal: packets[1].body)
  }

  /// Who signed, as the message says: fingerprint or key id in upper-case hexadecimal, or that it names nobody.
  package var claimedSigner: String { signature.statements.claimedIssuer }

  /// The content, when a signing key of `key` has signed it in its time.
  ///
  /// - Parameters:
  ///   - nowSeconds: since 1970 UTC.
  ///   - rule: whether the key must still be good at `nowSeconds`.
  package func verified(
    by key: OpenPGPKey, at nowSeconds: Int64, _ rule: OpenPGPKeyRule
  ) throws(OpenPGPRefusal) -> SignedContent {
    let candidates = key.signers.filter { signature.mayBe(by: $0.key) }
    guard !candidates.isEmpty else { throw .unknownKey(claimed: claimedSigner) }
    if let reason = key.revocationReason { throw .revokedKey(reason: reason) }
    let signed = signature.kind == .text ? try Self.canonical(content) : content
    for signer in candidates {
      do throws(OpenPGPRefusal) {
        try signature.check(over: [signed], by: signer.key)
      } catch .badSignature {
        continue
      }
      let statements = signature.statements
      let created = statements.createdAtSeconds
      if created < max(signer.key.createdAtSeconds, key.createdAtSeconds) { throw .madeBeforeKey }
      if let end = signer.expiresAtSeconds, created >= end { throw .madeAfterKeyExpired }
      if created - Self.skewSeconds > nowSeconds { throw .madeInTheFuture }
      let expires = statements.expiresAfterSeconds.map { created + $0 }
      if let expires, expires <= nowSeconds { throw .expiredSignature }
      if rule == .goodNow, let end = signer.expiresAtSeconds, end <= nowSeconds { throw .expiredKey }
      return SignedContent(
        bytes: Array(content), createdAtSeconds: created, expiresAtSeconds: expires, keyFingerprint: key.fingerprint,
        signerFingerprint: hex(signer.key.fingerprint), signerExpiresAtSeconds: signer.expiresAtSeconds)
    }
    throw .badSignature
  }
}

/// What an OpenPGP key has signed, proved.
package struct SignedContent: Hashable, Sendable {
  /// As it stands in the message: a text keeps its line ends of CR and LF.
  package let bytes: [UInt8]
  /// Seconds since 1970 UTC, as the signer says.
  package let createdAtSeconds: Int64
  /// The first second, since 1970 UTC, at which the signature no longer counts; nil for never.
  package let expiresAtSeconds: Int64?
  /// Of the primary key: who has signed.
  package let keyFingerprint: String
  /// Of the key that made the signature: the primary key or one of its subkeys.
  package let signerFingerprint: String
  /// The first second, since 1970 UTC, at which that key is no longer good; nil for never.
  package let signerExpiresAtSeconds: Int64?
}

extension OpenPGPMessage {
  private static func packets(_ bytes: [UInt8]) throws(OpenPGPRefusal) -> [Packet] {
    var reader = PacketReader(bytes[...])
    return try reader.packets(atMost: 16)
  }

  private static func refusal(_ kinds: [Packet.Kind]) -> OpenPGPRefusal {
    func count(_ kind: Packet.Kind) -> Int { kinds.count { $0 == kind } }
    if [.onePassSignature, .literal, .signature].contains(where: { count($0) > 1 }) { return .severalMessages }
    return switch kinds {
    case []: .malformed("it is empty")
    case [.literal]: .unsigned
    case [.signature]: .unsupported("a signature without its content")
    case _ where kinds.contains(.compressed): .unsupported("compressed content inside of other packets")
    default: .malformed("its packets are not those of one signed message")
    }
  }

  /// The packet that lets a reader start hashing before it has seen the signature. It must say what the signature says.
  private static func check(
    onePass body: ArraySlice<UInt8>, announces signature: SignaturePacket
  ) throws(OpenPGPRefusal) {
    var reader = PacketReader(body)
    let announced = try reader.take(4)
    let keyID = try reader.take(8)
    // Whether another signature follows; there is none, whatever is written here, and PGPy writes that there is.
    _ = try reader.byte()
    let fields = [3, signature.kind.rawValue, signature.digestAlgorithm, signature.algorithm]
    let issuer = signature.statements.issuerFingerprint?.suffix(8) ?? signature.statements.issuerKeyID ?? keyID
    guard announced.elementsEqual(fields), keyID.elementsEqual(issuer), reader.isAtEnd else {
      throw .malformed("what it announces is not what is signed")
    }
  }

  /// Source: RFC 4880 section 5.9. Its format, file name and date are not signed, so they say nothing.
  private static func content(literal body: ArraySlice<UInt8>) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    var reader = PacketReader(body)
    guard try "btu".utf8.contains(reader.byte()) else { throw .unsupported("content of an obsolete format") }
    _ = try reader.take(Int(reader.byte()))
    _ = try reader.take(4)
    return reader.takeAll()
  }

  /// Text is signed with lines that end in CR and LF. Where they end otherwise, two contents would have one signature, and
  /// gpg verifies neither: that is refused.
  private static func canonical(_ text: ArraySlice<UInt8>) throws(OpenPGPRefusal) -> ArraySlice<UInt8> {
    var previous: UInt8 = 0
    for byte in text {
      guard (previous == 0x0d) == (byte == 0x0a) else { throw .unsupported("a signed text whose lines do not end in CR LF") }
      previous = byte
    }
    guard previous != 0x0d else { throw .unsupported("a signed text whose lines do not end in CR LF") }
    return text
  }
}
