package import Crypto

/// The hash by which a manifest or a blob is known.
///
/// Written in lower-case hex: 64 digits for sha256, 128 for sha512. Two digests are equal only if algorithm and hash are.
///
/// Source: OCI image-spec 1.1, descriptor.md, "Digests".
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The algorithms that the image specification registers.
  package enum Algorithm: String, Sendable {
    case sha256, sha512

    var bytes: Int { self == .sha256 ? 32 : 64 }
  }

  // The hash itself, and not its digits: the gate holds and compares very many. All of it is hashed into tables, because
  // anybody may write digests whose beginnings are the same.
  private let words: (UInt64, UInt64, UInt64, UInt64)
  /// The second half of a sha512; empty for sha256.
  private let more: [UInt64]

  package var algorithm: Algorithm { more.isEmpty ? .sha256 : .sha512 }

  /// Reads `algorithm:hex`.
  ///
  /// - Throws: `ImageError.malformedDigest` for an unknown algorithm, upper-case hex, a wrong length.
  package init(parsing text: some StringProtocol) throws(ImageError) { try self.init(bytes: Array(text.utf8)[...]) }

  // On bytes and not generic: a review of admission reads two of these.
  init(bytes: ArraySlice<UInt8>) throws(ImageError) {
    guard let algorithm = Self.algorithm(of: bytes), let digest = Digest(hex: bytes.dropFirst(7), algorithm) else {
      throw .malformedDigest(String(decoding: bytes, as: UTF8.self))
    }
    self = digest
  }

  private static func algorithm(of text: ArraySlice<UInt8>) -> Algorithm? {
    if text.starts(with: "sha256:".utf8) { return .sha256 }
    return text.starts(with: "sha512:".utf8) ? .sha512 : nil
  }

  /// Nil unless `digits` are as many as the algorithm has, in lower case.
  private init?(hex digits: ArraySlice<UInt8>, _ algorithm: Algorithm) {
    guard digits.count == algorithm.bytes * 2 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var more: [UInt64] = []
    var word: UInt64 = 0
    var count = 0
    for digit in digits {
      guard let value = hexValue(digit), digit >= 97 || digit < 65 else { return nil }
      word = word << 4 | UInt64(value)
      count += 1
      guard count % 16 == 0 else { continue }
      switch count {
      case 16: words.0 = word
      case 32: words.1 = word
      case 48: words.2 = word
      case 64: words.3 = word
      default: more.append(word)
      }
    }
    self.words = words
    self.more = more
  }

  /// The sha256 digest of `bytes`.
  package init(sha256Of bytes: some Sequence<UInt8>) {
    var hasher = SHA256()
    let contiguous: Void? = bytes.withContiguousStorageIfAvailable { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    if contiguous == nil { hasher.update(data: Array(bytes)) }
    self.init(hasher.finalize())
  }

  /// The digest a finished hash stands for.
  package init(_ hash: SHA256.Digest) { self.init(bigEndianWords: hash.withUnsafeBytes(Self.words)) }

  /// The digest a finished hash stands for.
  package init(_ hash: SHA512.Digest) { self.init(bigEndianWords: hash.withUnsafeBytes(Self.words)) }

  private init(bigEndianWords words: [UInt64]) {
    self.words = (words[0], words[1], words[2], words[3])
    more = Array(words[4...])
  }

  private static func words(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
    stride(from: 0, to: bytes.count, by: 8).map { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
  }

  /// In lower case, two digits a byte.
  package var hex: String {
    String(unsafeUninitializedCapacity: algorithm.bytes * 2) { out in
      var at = 0
      func write(_ word: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
          let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
          out[at] = digit < 10 ? 48 + digit : 87 + digit
          at += 1
        }
      }
      write(words.0)
      write(words.1)
      write(words.2)
      write(words.3)
      more.forEach(write)
      return at
    }
  }

  package var description: String { "\(algorithm.rawValue):\(hex)" }

  /// Whether algorithm and hash are the same.
  package static func == (one: Digest, other: Digest) -> Bool { one.words == other.words && one.more == other.more }

  /// By all of the hash.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
    if !more.isEmpty { hasher.combine(more) }
  }
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
