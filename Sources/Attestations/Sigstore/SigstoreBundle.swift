package import Images

/// A signature with all that is needed to check it without asking anybody.
///
/// Reading checks form alone; nothing in it is believed before `SigstoreTrust` has verified it.
///
/// Source: sigstore/protobuf-specs, sigstore_bundle.proto, versions 0.1 to 0.3.
package struct SigstoreBundle: Hashable, Sendable {
  /// How much of a bundle is looked at.
  package enum Limits {
    /// In bytes, of the whole text.
    package static let bytes = DSSEEnvelope.limitBytes
    /// Certificates of the signer's chain.
    package static let certificates = 8
    /// Entries of transparency logs.
    package static let logEntries = 8
    /// RFC 3161 timestamps.
    package static let timestamps = 8
    /// Hashes of an inclusion proof: enough for any log.
    package static let proofHashes = 64
    /// In bytes, of a checkpoint.
    package static let checkpointBytes = 1 << 14
  }

  /// What is signed, and the signature.
  package enum Content: Hashable, Sendable {
    /// A signature over the artifact itself; `digest` is what the bundle says of it, nil when it does not.
    case message(digest: Digest?, signature: [UInt8])
    /// A signature over the pre-authentication encoding of type and payload. Source: DSSE v1.
    case envelope(payloadType: String, payload: [UInt8], signature: [UInt8])
  }

  /// What the bundle says about its signer.
  package enum Material: Hashable, Sendable {
    /// DER, the signer's first; then what may lead to a root.
    case certificates([[UInt8]])
    /// A name for a key that the verifier has; it proves nothing. Empty when there is none.
    case keyHint(String)
  }

  package let content: Content
  package let material: Material
  package let logEntries: [LogEntry]
  /// RFC 3161 responses or tokens, DER.
  package let timestamps: [[UInt8]]

  /// Puts a bundle together from parts that other formats carry.
  package init(content: Content, material: Material, logEntries: [LogEntry] = [], timestamps: [[UInt8]] = []) {
    self.content = content
    self.material = material
    self.logEntries = logEntries
    self.timestamps = timestamps
  }

  /// Whether it is signed with a certificate.
  var isCertified: Bool {
    if case .certificates = material { true } else { false }
  }

  /// Whether what is signed is in it.
  var holdsEnvelope: Bool {
    if case .envelope = content { true } else { false }
  }

  /// The signature, whatever it is over.
  package var signature: [UInt8] {
    switch content {
    case .message(_, let signature), .envelope(_, _, let signature): signature
    }
  }
}

extension SigstoreBundle {
  /// An entry of a transparency log, as the bundle gives it.
  package struct LogEntry: Hashable, Sendable {
    /// Where it stands in the whole log, over all its trees. Part of what a promise is signed over.
    package let logIndex: Int64
    package let logID: [UInt8]
    /// Kind and version as given beside the body; empty when not given.
    package let kind: String
    package let version: String
    /// Seconds since 1970 UTC; 0 when the log gives none. Only a promise vouches for it.
    package let integratedTimeSeconds: Int64
    /// The signed entry timestamp, nil when there is none.
    package let promise: [UInt8]?
    package let proof: InclusionProof?
    /// The entry itself: the bytes of the leaf.
    package let body: [UInt8]
  }

  /// Why an entry is in the tree that a checkpoint signs. Source: RFC 9162, section 2.1.3.
  package struct InclusionProof: Hashable, Sendable {
    /// Where the entry stands in its tree.
    package let leafIndex: Int64
    package let treeSize: Int64
    package let rootHash: [UInt8]
    /// From the leaf up.
    package let hashes: [[UInt8]]
    /// A signed note, empty when there is none.
    package let checkpoint: String
  }
}
