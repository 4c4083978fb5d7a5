import CLibCrypto

/// RSA-PSS with whatever salt length the signer chose.
///
/// swift-crypto accepts only a salt as long as the hash, while Go and OpenSSL sign with the longest salt by default, and so
/// do Kritis and Google's own tools. libcrypto reads the length from the signature itself.
///
/// Source: RFC 8017 section 8.1.2; google.cloud.binaryauthorization.v1 does not fix the salt.
enum RSAPSS {
  /// - Parameters:
  ///   - key: RSAPublicKey in DER (RFC 8017 appendix A.1.1), checked when it was loaded. Libcrypto 3 reads this form in
  ///     10 microseconds; a SubjectPublicKeyInfo goes through its chain of decoders and takes 150.
  ///   - saltBytes: the only length that counts; nil takes any.
  static func verifies(
    _ signature: [UInt8], over message: [UInt8], by key: [UInt8], hash: SignatureScheme.Hash, saltBytes: Int?
  ) -> Bool {
    defer { ERR_clear_error() }
    let parsed = key.withUnsafeBufferPointer { bytes -> OpaquePointer? in
      var start = bytes.baseAddress
      return d2i_PublicKey(EVP_PKEY_RSA, nil, &start, bytes.count)
    }
    guard let parsed else { return false }
    defer { EVP_PKEY_free(parsed) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    var options: OpaquePointer?
    let salt = saltBytes.flatMap(Int32.init(exactly:)) ?? RSA_PSS_SALTLEN_AUTO
    guard EVP_DigestVerifyInit(context, &options, hash.inLibCrypto, nil, parsed) == 1,
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1,
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt) == 1
    else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

extension SignatureScheme.Hash {
  fileprivate var inLibCrypto: OpaquePointer? {
    switch self {
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    }
  }
}
