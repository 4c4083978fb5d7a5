import Crypto

/// A digest in the making, of content that comes in pieces.
package struct ContentHash: Sendable {
  private enum State {
    case sha256(SHA256)
    case sha512(SHA512)
  }

  private var state: State

  package init(_ algorithm: Digest.Algorithm) {
    state = algorithm == .sha256 ? .sha256(SHA256()) : .sha512(SHA512())
  }

  /// Adds the next bytes of the content.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch state {
    case .sha256(var hash):
      hash.update(bufferPointer: bytes)
      state = .sha256(hash)
    case .sha512(var hash):
      hash.update(bufferPointer: bytes)
      state = .sha512(hash)
    }
  }

  /// Adds the next bytes of the content.
  package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The digest of everything added so far.
  package func digest() -> Digest {
    switch state {
    case .sha256(let hash): Digest(hash.finalize())
    case .sha512(let hash): Digest(hash.finalize())
    }
  }
}
