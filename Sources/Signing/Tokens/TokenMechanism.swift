import Attestations
import CPKCS11

/// How a token is asked to sign, and what is handed to it: tokens are asked for the bare operation on a digest made here,
/// which all of them know.
///
/// Source: PKCS#11 3.0, "Mechanisms": 2.1 RSA, 2.3 elliptic curves.
enum TokenMechanism {
  case rsaPKCS1, rsaPSS(SignatureScheme.Hash), ecdsa, edwards

  init(_ scheme: SignatureScheme) throws(SigningError) {
    switch scheme {
    case .ecdsa: self = .ecdsa
    case .rsaPKCS1: self = .rsaPKCS1
    case .rsaPSS(_, let hash, _): self = .rsaPSS(hash)
    case .ed25519: self = .edwards
    case .mlDSA65: throw .unsupported("ML-DSA keys in tokens")
    }
  }

  static func input(_ payload: [UInt8], for scheme: SignatureScheme) -> [UInt8] {
    switch scheme {
    case .ecdsa(_, let hash), .rsaPSS(_, let hash, _): hash.bytes(of: payload)
    case .rsaPKCS1(_, let hash): digestInfo(hash) + hash.bytes(of: payload)
    case .ed25519, .mlDSA65: payload
    }
  }

  /// What PKCS#1 puts before a digest. Source: RFC 8017 section 9.2, note 1.
  private static func digestInfo(_ hash: SignatureScheme.Hash) -> [UInt8] {
    let (last, count): (UInt8, UInt8) =
      switch hash {
      case .sha256: (1, 32)
      case .sha384: (2, 48)
      case .sha512: (3, 64)
      }
    return [
      0x30, 17 + count, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last, 0x05, 0x00, 0x04, count,
    ]
  }

  /// Lends the mechanism with its parameters.
  func withMechanism(_ use: (UnsafeMutablePointer<CK_MECHANISM>) throws -> Void) throws {
    switch self {
    case .ecdsa: try lend(CKM_ECDSA, use)
    case .edwards: try lend(CKM_EDDSA, use)
    case .rsaPKCS1: try lend(CKM_RSA_PKCS, use)
    case .rsaPSS(let hash):
      var salted =
        switch hash {
        case .sha256: CK_RSA_PKCS_PSS_PARAMS(hashAlg: CKM_SHA256, mgf: CKG_MGF1_SHA256, sLen: 32)
        case .sha384: CK_RSA_PKCS_PSS_PARAMS(hashAlg: CKM_SHA384, mgf: CKG_MGF1_SHA384, sLen: 48)
        case .sha512: CK_RSA_PKCS_PSS_PARAMS(hashAlg: CKM_SHA512, mgf: CKG_MGF1_SHA512, sLen: 64)
        }
      try withUnsafeMutableBytes(of: &salted) { parameter in
        var mechanism = CK_MECHANISM(
          mechanism: CKM_RSA_PKCS_PSS, pParameter: parameter.baseAddress, ulParameterLen: CK_ULONG(parameter.count))
        try use(&mechanism)
      }
    }
  }

  private func lend(_ type: CK_MECHANISM_TYPE, _ use: (UnsafeMutablePointer<CK_MECHANISM>) throws -> Void) throws {
    var mechanism = CK_MECHANISM(mechanism: type, pParameter: nil, ulParameterLen: 0)
    try use(&mechanism)
  }
}
