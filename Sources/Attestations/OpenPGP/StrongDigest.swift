import Crypto

/// What a signature is made over, by one of the digests that are strong enough.
///
/// Source: RFC 4880 section 9.4; RFC 9580 section 9.5 on those that are no longer.
enum StrongDigest {
  case sha256(SHA256Digest)
  case sha384(SHA384Digest)
  case sha512(SHA512Digest)

  /// - Parameter algorithm: as RFC 4880 numbers them.
  init(_ algorithm: UInt8, over parts: [ArraySlice<UInt8>]) throws(OpenPGPRefusal) {
    switch algorithm {
    case 8: self = .sha256(Self.hash(parts, by: SHA256.self))
    case 9: self = .sha384(Self.hash(parts, by: SHA384.self))
    case 10: self = .sha512(Self.hash(parts, by: SHA512.self))
    case 1: throw .weakDigest("MD5")
    case 2: throw .weakDigest("SHA-1")
    case 3: throw .weakDigest("RIPEMD-160")
    case 11: throw .weakDigest("SHA-224")
    default: throw .unsupported("a signature over digest \(algorithm)")
    }
  }

  private static func hash<H: HashFunction>(_ parts: [ArraySlice<UInt8>], by _: H.Type) -> H.Digest {
    var hash = H()
    for part in parts { part.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return hash.finalize()
  }

  var bytes: [UInt8] {
    switch self {
    case .sha256(let digest): Array(digest)
    case .sha384(let digest): Array(digest)
    case .sha512(let digest): Array(digest)
    }
  }
}
