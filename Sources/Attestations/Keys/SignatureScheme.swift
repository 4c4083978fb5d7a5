/// The mathematics of a signature: what must be known beside key, message and signature to check it.
package enum SignatureScheme: Hashable, Sendable {
  /// The curves of FIPS 186 that keys are on.
  package enum Curve: Hashable, Sendable {
    case p256, p384, p521
  }

  /// What is signed is the hash of the message.
  package enum Hash: Hashable, Sendable {
    case sha256, sha384, sha512
  }

  /// Source: FIPS 186-5 section 6.
  case ecdsa(Curve, Hash)
  /// Source: RFC 8017 section 8.2.
  case rsaPKCS1(modulusBits: Int, Hash)
  /// With MGF1 over the same hash. `saltBytes` is the only length that counts; nil takes any, as signers choose.
  /// Source: RFC 8017 section 8.1.
  case rsaPSS(modulusBits: Int, Hash, saltBytes: Int?)
  /// Source: RFC 8032 section 5.1, without context.
  case ed25519
  /// Source: FIPS 204, pure, with an empty context.
  case mlDSA65
}
