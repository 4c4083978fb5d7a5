/// What a bundle proves. Only `SigstoreTrust` makes it.
package struct VerifiedBundle: Hashable, Sendable {
  /// Who signed.
  package enum Signer: Hashable, Sendable {
    /// The key that the verifier trusts.
    case key
    case certificate(CertificateSigner, subjectPublicKeyInfo: [UInt8])
  }

  /// A payload and its type, as signed.
  package struct Statement: Hashable, Sendable {
    /// The DSSE payload type.
    package let type: String
    package let payload: [UInt8]
  }

  package let signer: Signer
  /// The signed payload of an envelope; nil for a signature over the artifact itself.
  package let statement: Statement?
  /// The earliest trusted time of signing, in seconds since 1970 UTC; nil when nobody vouches for one.
  package let signedAtSeconds: Int64?
  /// How many distinct logs hold the signature.
  package let logs: Int
  /// How many distinct authorities have put a time to it.
  package let timestamps: Int
}
