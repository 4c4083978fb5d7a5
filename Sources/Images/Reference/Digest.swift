package import Crypto

/// The hash by which a manifest or a blob is known.
///
/// Hex is lower case: 64 digits for sha256, 128 for sha512. Two digests are equal only if algorithm and hash are.
///
/// Source: OCI image-spec 1.1, descriptor.md, "Digests".
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The algorithms that the image specification registers.
  package enum Algorithm: String, Sendable {
    case sha256, sha512

    var hexDigits: Int { self == .sha256 ? 64 : 128 }
  }

  package let algorithm: Algorithm
  package let hex: String

  /// Reads `algorithm:hex`.
  ///
  /// - Throws: `ImageError.malformedDigest` for an unknown algorithm, upper-case hex, a wrong length.
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(bytes: Array(text.utf8)[...]) }

  // On bytes and not generic: a review of admission reads two of these.
  init(bytes: ArraySlice<UInt8>) throws(ImageError) {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let algorithm = Algorithm(rawValue: String(decoding: bytes[..<colon], as: UTF8.self))
    else { throw .malformedDigest(String(decoding: bytes, as: UTF8.self)) }
    let digits = bytes[(colon + 1)...]
    guard digits.count == algorithm.hexDigits, digits.allSatisfy(isLowerHex) else {
      throw .malformedDigest(String(decoding: bytes, as: UTF8.self))
    }
    self.algorithm = algorithm
    hex = String(decoding: digits, as: UTF8.self)
  }

  /// The sha256 digest of `bytes`.
  package init(sha256Of bytes: some Sequence<UInt8>) {
    var hasher = SHA256()
    let contiguous: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    if contiguous == nil { hasher.update(data: Array(bytes)) }
    self.init(hasher.finalize())
  }

  /// The digest a finished hash stands for.
  package init(_ hash: SHA256.Digest) {
    algorithm = .sha256
    hex = lowerHex(hash)
  }

  /// The digest a finished hash stands for.
  package init(_ hash: SHA512.Digest) {
    algorithm = .sha512
    hex = lowerHex(hash)
  }

  package var description: String { "\(algorithm.rawValue):\(hex)" }
}

/// `bytes` in lower-case hex, two digits each.
package func lowerHex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var out: [UInt8] = []
  for byte in bytes {
    out.append(digits[Int(byte >> 4)])
    out.append(digits[Int(byte & 15)])
  }
  return String(decoding: out, as: UTF8.self)
}

private func isLowerHex(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }
