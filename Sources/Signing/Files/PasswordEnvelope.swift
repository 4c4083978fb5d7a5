import CLibCrypto
import Images
import SwiftASN1

/// PKCS#8 under a password: PBES2 with PBKDF2, which openssl, Java and Go write.
///
/// Reading bounds the work that a file may ask for. Source: RFC 8018 appendix A.2, A.4.
enum PasswordEnvelope {
  /// No honest file asks for more rounds of PBKDF2; ours asks for 600,000.
  static let roundsLimit = 10_000_000
  private static let roundsWritten: Int32 = 600_000
  private static let pbes2: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 13]
  private static let pbkdf2: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 12]

  /// Opens an EncryptedPrivateKeyInfo.
  ///
  /// - Returns: PrivateKeyInfo in DER.
  /// - Throws: `SigningError.malformedKey` for another way of encrypting, `.wrongPassword`.
  static func open(_ der: [UInt8], password: Redacted<String>) throws(SigningError) -> [UInt8] {
    guard let rounds = try? rounds(in: der) else {
      throw .malformedKey("it is not encrypted by PBES2 with PBKDF2; `openssl pkcs8 -topk8` writes that")
    }
    guard (1...roundsLimit).contains(rounds) else {
      throw .malformedKey("it asks for \(rounds) rounds of PBKDF2 where \(roundsLimit) are the most")
    }
    defer { ERR_clear_error() }
    let sealed = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var start = bytes.baseAddress
      return d2i_X509_SIG(nil, &start, bytes.count)
    }
    guard let sealed else { throw .malformedKey("it is not PKCS#8 in DER") }
    defer { X509_SIG_free(sealed) }
    guard let opened = PKCS8_decrypt(sealed, password.revealed, Int32(password.revealed.utf8.count)) else {
      throw .wrongPassword
    }
    defer { PKCS8_PRIV_KEY_INFO_free(opened) }
    return taken { i2d_PKCS8_PRIV_KEY_INFO(opened, $0) }
  }

  /// Wraps a PrivateKeyInfo: AES-256-CBC under PBKDF2 with HMAC-SHA256 and a new salt.
  ///
  /// - Throws: `SigningError.malformedKey` when libcrypto does not take it.
  static func seal(_ pkcs8: [UInt8], password: Redacted<String>) throws(SigningError) -> [UInt8] {
    defer { ERR_clear_error() }
    let open = pkcs8.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var start = bytes.baseAddress
      return d2i_PKCS8_PRIV_KEY_INFO(nil, &start, bytes.count)
    }
    guard let open else { throw .malformedKey("it is not PKCS#8 in DER") }
    defer { PKCS8_PRIV_KEY_INFO_free(open) }
    let text = password.revealed
    let sealed = PKCS8_encrypt(-1, EVP_aes_256_cbc(), text, Int32(text.utf8.count), nil, 0, roundsWritten, open)
    guard let sealed else { throw .malformedKey("libcrypto did not encrypt it") }
    defer { X509_SIG_free(sealed) }
    return taken { i2d_X509_SIG(sealed, $0) }
  }

  /// How much work PBKDF2 is to do; nil for another way of encrypting.
  private static func rounds(in der: [UInt8]) throws -> Int? {
    try DER.parse(der).insides { envelope in
      try envelope.nextInsides { algorithm in
        guard try ASN1ObjectIdentifier(derEncoded: &algorithm) == pbes2 else { return nil }
        return try algorithm.nextInsides { parameters in
          try parameters.nextInsides { derivation in
            guard try ASN1ObjectIdentifier(derEncoded: &derivation) == pbkdf2 else { return nil }
            return try derivation.nextInsides { numbers in
              _ = try ASN1OctetString(derEncoded: &numbers)
              return try Int(derEncoded: &numbers)
            }
          }
        }
      }
    }
  }

  /// What libcrypto writes into memory of its own.
  private static func taken(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
    var memory: UnsafeMutablePointer<UInt8>?
    let count = write(&memory)
    guard count > 0, let memory else { return [] }
    defer { CRYPTO_clear_free(memory, Int(count), nil, 0) }
    return Array(UnsafeBufferPointer(start: memory, count: Int(count)))
  }
}
