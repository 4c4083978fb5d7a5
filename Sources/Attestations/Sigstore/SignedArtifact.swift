package import Images

/// What is held against a signature.
package enum SignedArtifact: Hashable, Sendable {
  /// The whole of it.
  case bytes([UInt8])
  /// Its digest alone, as an image has.
  case digest(Digest)

  /// Its digests, as far as they are known.
  var digests: [Digest] {
    switch self {
    case .bytes(let bytes):
      [("sha256", SigstoreKey.Hash.sha256), ("sha512", .sha512)].compactMap { name, hash in
        try? Digest(parsing: "\(name):\(lowerHex(hash.digest(bytes)))")
      }
    case .digest(let digest): [digest]
    }
  }

  /// Its hash, nil when only the digest by another algorithm is known.
  func hash(by hash: SigstoreKey.Hash) -> [UInt8]? {
    switch self {
    case .bytes(let bytes): return hash.digest(bytes)
    case .digest(let digest):
      let known: SigstoreKey.Hash = digest.algorithm == .sha256 ? .sha256 : .sha512
      return known == hash ? hexBytes(digest.hex) : nil
    }
  }
}
