import CLibCrypto
import Crypto
import SwiftASN1

/// A public key of a log, an authority or a certificate, with what its kind says about how it signs.
///
/// Source: RFC 5480 (elliptic curves), RFC 8017 (RSA, PKCS #1 v1.5), RFC 8410 (Ed25519); sigstore/architecture-docs,
/// algorithm-registry.md.
struct SigstoreKey: Hashable, Sendable {
  enum Hash: Sendable {
    case sha256, sha384, sha512

    func digest(_ message: [UInt8]) -> [UInt8] {
      switch self {
      case .sha256: Array(SHA256.hash(data: message))
      case .sha384: Array(SHA384.hash(data: message))
      case .sha512: Array(SHA512.hash(data: message))
      }
    }

    var byteCount: Int {
      switch self {
      case .sha256: 32
      case .sha384: 48
      case .sha512: 64
      }
    }
  }

  private enum Kind { case p256, p384, p521, rsa, ed25519 }

  /// DER as it stood in the certificate or the trusted root.
  let subjectPublicKeyInfo: [UInt8]
  private let kind: Kind

  /// Reads a SubjectPublicKeyInfo; nil for kinds, curves and sizes that nothing here is signed with. Curves must be named.
  init?(subjectPublicKeyInfo: [UInt8]) {
    guard subjectPublicKeyInfo.count <= 2048, let fields = derNode(subjectPublicKeyInfo)?.children(of: .sequence),
      fields.count == 2, let algorithm = fields[0].children(of: .sequence), let oid = algorithm.first?.objectIdentifier,
      let kind = Self.kind(oid, algorithm.dropFirst().first)
    else { return nil }
    self.subjectPublicKeyInfo = subjectPublicKeyInfo
    self.kind = kind
    guard let key = Self.load(subjectPublicKeyInfo) else { return nil }
    defer { EVP_PKEY_free(key) }
    if kind == .rsa, !(2048...8192).contains(EVP_PKEY_get_bits(key)) { return nil }
  }

  /// What the key hashes with unless somebody says otherwise.
  var hash: Hash {
    switch kind {
    case .p256, .rsa, .ed25519: .sha256
    case .p384: .sha384
    case .p521: .sha512
    }
  }

  /// What signers hash with: some sign with SHA-256 whatever their curve is.
  var hashesOfSigners: [Hash] { hash == .sha256 ? [.sha256] : [hash, .sha256] }

  /// Whether a signature can be checked by the hash of its message.
  var signsHashes: Bool { kind != .ed25519 }

  /// Whether `signature` over `message` is by this key. ECDSA signatures must be DER.
  func verifies(_ signature: [UInt8], over message: [UInt8], hash: Hash? = nil) -> Bool {
    let hash = hash ?? self.hash
    guard kind == .ed25519 else { return verifies(signature, overHash: hash.digest(message), by: hash) }
    defer { ERR_clear_error() }
    guard let key = Self.load(subjectPublicKeyInfo) else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// Whether `signature` is by this key over a message with that hash; false for Ed25519, which hashes differently.
  func verifies(_ signature: [UInt8], overHash digest: [UInt8], by hash: Hash) -> Bool {
    defer { ERR_clear_error() }
    guard signsHashes, digest.count == hash.byteCount, let key = Self.load(subjectPublicKeyInfo) else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_PKEY_CTX_new(key, nil) else { return false }
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_verify_init(context) == 1 else { return false }
    if kind == .rsa, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 { return false }
    let algorithm =
      switch hash {
      case .sha256: EVP_sha256()
      case .sha384: EVP_sha384()
      case .sha512: EVP_sha512()
      }
    return EVP_PKEY_CTX_set_signature_md(context, algorithm) == 1
      && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
  }

  private static func load(_ bytes: [UInt8]) -> OpaquePointer? {
    bytes.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      guard let key = d2i_PUBKEY(nil, &start, buffer.count) else {
        ERR_clear_error()
        return nil
      }
      guard start == buffer.baseAddress.map({ $0 + buffer.count }) else {
        EVP_PKEY_free(key)
        return nil
      }
      return key
    }
  }

  private static func kind(_ algorithm: ASN1ObjectIdentifier, _ parameters: ASN1Node?) -> Kind? {
    switch (algorithm, parameters?.objectIdentifier) {
    case (.AlgorithmIdentifier.idEcPublicKey, .some(.NamedCurves.secp256r1)): .p256
    case (.AlgorithmIdentifier.idEcPublicKey, .some(.NamedCurves.secp384r1)): .p384
    case (.AlgorithmIdentifier.idEcPublicKey, .some(.NamedCurves.secp521r1)): .p521
    case (.AlgorithmIdentifier.rsaEncryption, nil): parameters?.identifier == .null ? .rsa : nil
    case ([1, 3, 101, 112], nil): parameters == nil ? .ed25519 : nil
    default: nil
    }
  }
}
