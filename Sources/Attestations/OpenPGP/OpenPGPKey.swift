import Images

/// A public key as OpenPGP publishes it: a primary key, the subkeys that may sign for it, and what it says of itself.
///
/// User ids are for people; a key is known by its fingerprint alone.
///
/// Source: RFC 4880 section 11.1.
package struct OpenPGPKey: Sendable {
  /// One key that may sign, and while it may.
  struct Signer: Sendable {
    let key: PublicKeyPacket
    let expiresAtSeconds: Int64?
  }

  /// In bytes, of a key block as text or binary.
  package static let limitBytes = 1 << 18

  /// Of the primary key, in upper-case hexadecimal: 40 digits. A signature by a subkey counts as by this key.
  package let fingerprint: String
  /// As `fingerprint`, of each key that may sign: the primary key first if it is one of them, then subkeys.
  package let signerFingerprints: [String]
  /// The keys that may sign in the form of X.509: the same key has the same bytes here, whatever wraps it.
  package let subjectPublicKeyInfos: [[UInt8]]
  /// Seconds since 1970 UTC.
  package let createdAtSeconds: Int64
  /// The first second, since 1970 UTC, at which the primary key is no longer good; nil for never. Subkeys may end earlier.
  package let expiresAtSeconds: Int64?
  /// Why the key is revoked, as its own revocation says; nil when it holds none. A revoked key verifies nothing.
  package let revocationReason: String?
  /// Printable, for people to recognise the key by. They prove nothing.
  package let userIDs: [String]
  let signers: [Signer]
  private let bytes: [UInt8]

  /// Reads one `PGP PUBLIC KEY BLOCK`, with nothing but blank space around it.
  ///
  /// - Throws: `AttestationError.malformedKey`, also for a key of which no part may sign.
  package init(armored text: String) throws(AttestationError) {
    guard text.utf8.count <= Self.limitBytes else { throw .malformedKey("it is longer than \(Self.limitBytes) bytes") }
    let bytes: [UInt8]
    do throws(OpenPGPRefusal) {
      bytes = try ASCIIArmor.bytes(of: Array(text.utf8), label: "PGP PUBLIC KEY BLOCK")
    } catch {
      throw error.ofKey
    }
    try self.init(bytes: bytes)
  }

  /// Reads the packets of one public key.
  ///
  /// - Throws: `AttestationError.malformedKey`, also for a key of which no part may sign.
  package init(bytes: [UInt8]) throws(AttestationError) {
    guard bytes.count <= Self.limitBytes else { throw .malformedKey("it is longer than \(Self.limitBytes) bytes") }
    do throws(OpenPGPRefusal) {
      var block = try KeyBlock(bytes[...])
      revocationReason = try block.revocationReason()
      let statements = try block.statementsOfPrimary()
      guard !statements.isEmpty else { throw .malformed("it says nothing of itself by a signature over a strong digest") }
      let primary = block.primary
      let end = Self.end(of: primary, statements)
      var signers: [Signer] = []
      if statements.lazy.compactMap(\.maySign).first ?? true { signers.append(Signer(key: primary, expiresAtSeconds: end)) }
      for (key, binding) in try block.signingSubkeys() {
        signers.append(Signer(key: key, expiresAtSeconds: Self.earlier(end, Self.end(of: key, [binding]))))
      }
      guard !signers.isEmpty else { throw .malformed("neither it nor one of its subkeys may sign") }
      fingerprint = hex(primary.fingerprint)
      signerFingerprints = signers.map { hex($0.key.fingerprint) }
      subjectPublicKeyInfos = signers.compactMap(\.key.material?.subjectPublicKeyInfo)
      createdAtSeconds = primary.createdAtSeconds
      expiresAtSeconds = end
      userIDs = block.userIDs.map { printable($0) }
      self.signers = signers
      self.bytes = bytes
    } catch {
      throw error.ofKey
    }
  }

  /// When a key ends by what is said of it: at the first end of the key that is named, and no later than what says so.
  private static func end(of key: PublicKeyPacket, _ statements: [SignatureStatements]) -> Int64? {
    let named = statements.lazy.compactMap(\.keyExpiresAfterSeconds).first.map { key.createdAtSeconds + $0 }
    return statements.reduce(named) { end, one in
      earlier(end, one.expiresAfterSeconds.map { one.createdAtSeconds + $0 })
    }
  }

  private static func earlier(_ one: Int64?, _ other: Int64?) -> Int64? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }
}

extension OpenPGPKey: Hashable {
  /// Whether two keys are the same and say the same of themselves.
  package static func == (one: OpenPGPKey, other: OpenPGPKey) -> Bool { one.bytes == other.bytes }

  /// Hashes the packets as they were read.
  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
