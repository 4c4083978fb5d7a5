import Attestations
import CLibCrypto
import Crypto
import Foundation
import Images
import Signing

/// A private key as a key service holds it, over libcrypto: it signs digests, as the services are asked to.
struct TestKey: Sendable {
  let algorithm: SignatureAlgorithm
  let publicPEM: String
  private let der: [UInt8]

  init(_ algorithm: SignatureAlgorithm) throws {
    let pair = try Pairs.of(algorithm)
    (self.algorithm, publicPEM) = (algorithm, pair.publicPEM)
    der = Self.der(pair.privatePEM.revealed)
  }

  var publicDER: [UInt8] { Self.der(publicPEM) }

  private static func der(_ pem: String) -> [UInt8] {
    let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    return Array(Data(base64Encoded: lines) ?? Data())
  }

  /// - Parameters:
  ///   - digest: for Ed25519 and ML-DSA the message itself.
  ///   - padding: RSA_PKCS1_PADDING or RSA_PKCS1_PSS_PADDING; nil for keys of another kind.
  /// - Returns: DER for ECDSA.
  func signature(over digest: [UInt8], padding: Int32? = nil) -> [UInt8] {
    if algorithm == .mlDSA65 {
      // libcrypto knows it from 3.5 on; the seed stands last.
      let key = try? MLDSA65.PrivateKey(seedRepresentation: der.suffix(32), publicKey: nil)
      return (try? key?.signature(for: digest)).map { Array($0) } ?? []
    }
    let key = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var start = bytes.baseAddress
      return d2i_AutoPrivateKey(nil, &start, bytes.count)
    }
    defer { EVP_PKEY_free(key) }
    var (out, count) = ([UInt8](repeating: 0, count: 1024), 1024)
    if algorithm == .ed25519 {
      let context = EVP_MD_CTX_new()
      defer { EVP_MD_CTX_free(context) }
      guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
        EVP_DigestSign(context, &out, &count, digest, digest.count) == 1
      else { return [] }
      return Array(out.prefix(count))
    }
    let context = EVP_PKEY_CTX_new(key, nil)
    defer { EVP_PKEY_CTX_free(context) }
    let hash = digest.count == 32 ? EVP_sha256() : digest.count == 48 ? EVP_sha384() : EVP_sha512()
    guard EVP_PKEY_sign_init(context) == 1, EVP_PKEY_CTX_set_signature_md(context, hash) == 1 else { return [] }
    if let padding, EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1 { return [] }
    if padding == RSA_PKCS1_PSS_PADDING, EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1 { return [] }
    guard EVP_PKEY_sign(context, &out, &count, digest, digest.count) == 1 else { return [] }
    return Array(out.prefix(count))
  }
}

/// Both numbers of an ECDSA signature in DER, each filled up to `width` bytes.
func plain(_ der: [UInt8], width: Int) -> [UInt8] {
  var rest = der.dropFirst(der[1] == 0x81 ? 3 : 2)
  var out: [UInt8] = []
  for _ in 0..<2 {
    let count = Int(rest[rest.startIndex + 1])
    let number = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
    out += [UInt8](repeating: 0, count: width - number.count) + number
    rest = rest.dropFirst(2 + count)
  }
  return out
}
