/// How an attestor's key signs. Names are those of the Binary Authorization API, and ours where it has none.
///
/// Source: google.cloud.binaryauthorization.v1.PkixPublicKey.SignatureAlgorithm.
package enum SignatureAlgorithm: String, CaseIterable, Sendable {
  case ecdsaP256SHA256 = "ECDSA_P256_SHA256"
  case ecdsaP384SHA384 = "ECDSA_P384_SHA384"
  case ecdsaP521SHA512 = "ECDSA_P521_SHA512"
  case rsaPSS2048SHA256 = "RSA_PSS_2048_SHA256"
  case rsaPSS3072SHA256 = "RSA_PSS_3072_SHA256"
  case rsaPSS4096SHA256 = "RSA_PSS_4096_SHA256"
  case rsaPSS4096SHA512 = "RSA_PSS_4096_SHA512"
  case rsaPKCS1of2048SHA256 = "RSA_SIGN_PKCS1_2048_SHA256"
  case rsaPKCS1of3072SHA256 = "RSA_SIGN_PKCS1_3072_SHA256"
  case rsaPKCS1of4096SHA256 = "RSA_SIGN_PKCS1_4096_SHA256"
  case rsaPKCS1of4096SHA512 = "RSA_SIGN_PKCS1_4096_SHA512"
  /// Not in the API; what cosign and Rekor call by the same name.
  case ed25519 = "ED25519"
  case mlDSA65 = "ML_DSA_65"
  /// An attached message, as `gpg --sign` writes it; the key itself says how it signs.
  case openPGP = "OPENPGP"

  /// Reads an algorithm by its name; the API's aliases (`EC_SIGN_P256_SHA256`, `RSA_SIGN_PSS_…`) count as the same.
  package init?(named name: String) {
    switch name {
    case "EC_SIGN_P256_SHA256": self = .ecdsaP256SHA256
    case "EC_SIGN_P384_SHA384": self = .ecdsaP384SHA384
    case "EC_SIGN_P521_SHA512": self = .ecdsaP521SHA512
    default: self.init(rawValue: name.replacing("RSA_SIGN_PSS_", with: "RSA_PSS_"))
    }
  }

  /// Nil for `openPGP`, whose keys bring their own.
  package var scheme: SignatureScheme? {
    switch self {
    case .ecdsaP256SHA256: .ecdsa(.p256, .sha256)
    case .ecdsaP384SHA384: .ecdsa(.p384, .sha384)
    case .ecdsaP521SHA512: .ecdsa(.p521, .sha512)
    case .rsaPSS2048SHA256: .rsaPSS(modulusBits: 2048, .sha256, saltBytes: nil)
    case .rsaPSS3072SHA256: .rsaPSS(modulusBits: 3072, .sha256, saltBytes: nil)
    case .rsaPSS4096SHA256: .rsaPSS(modulusBits: 4096, .sha256, saltBytes: nil)
    case .rsaPSS4096SHA512: .rsaPSS(modulusBits: 4096, .sha512, saltBytes: nil)
    case .rsaPKCS1of2048SHA256: .rsaPKCS1(modulusBits: 2048, .sha256)
    case .rsaPKCS1of3072SHA256: .rsaPKCS1(modulusBits: 3072, .sha256)
    case .rsaPKCS1of4096SHA256: .rsaPKCS1(modulusBits: 4096, .sha256)
    case .rsaPKCS1of4096SHA512: .rsaPKCS1(modulusBits: 4096, .sha512)
    case .ed25519: .ed25519
    case .mlDSA65: .mlDSA65
    case .openPGP: nil
    }
  }

  /// The size that an RSA key must have, nil for every other kind of key.
  package var modulusBits: Int? {
    switch scheme {
    case .rsaPKCS1(let bits, _), .rsaPSS(let bits, _, _): bits
    default: nil
    }
  }
}
