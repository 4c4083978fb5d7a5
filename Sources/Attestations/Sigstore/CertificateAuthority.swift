/// When something may be relied on. Source: sigstore/protobuf-specs, sigstore_common.proto, TimeRange (closed).
struct Validity: Hashable, Sendable {
  /// Seconds since 1970 UTC.
  let startSeconds: Int64
  /// The last second that counts; nil means no end.
  let endSeconds: Int64?

  static let always = Validity(startSeconds: .min, endSeconds: nil)

  func contains(_ seconds: Int64) -> Bool { seconds >= startSeconds && endSeconds.map { seconds <= $0 } ?? true }
}

/// Who issues certificates for signers, or for the makers of timestamps.
struct CertificateAuthority: Hashable, Sendable {
  /// Root last; never empty.
  let certificates: [X509Certificate]
  let validity: Validity
}

/// A log whose word counts: of signatures, or of certificates.
struct TransparencyLog: Hashable, Sendable {
  let id: [UInt8]
  /// What a checkpoint calls the key: its first four bytes.
  let checkpointHint: [UInt8]
  let key: SigstoreKey
  let validity: Validity
}
