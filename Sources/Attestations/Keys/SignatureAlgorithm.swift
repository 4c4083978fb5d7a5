/// How a PKIX key signs. Names are those of the Binary Authorization API.
///
/// Source: google.cloud.binaryauthorization.v1.PkixPublicKey.SignatureAlgorithm.
package enum SignatureAlgorithm: String, CaseIterable, Sendable {
  case ecdsaP256SHA256 = "ECDSA_P256_SHA256"
  case rsaPSS2048SHA256 = "RSA_PSS_2048_SHA256"
  case rsaPSS3072SHA256 = "RSA_PSS_3072_SHA256"
  case rsaPSS4096SHA256 = "RSA_PSS_4096_SHA256"
  case rsaPSS4096SHA512 = "RSA_PSS_4096_SHA512"

  /// Reads an algorithm by its name; the API's aliases (`EC_SIGN_P256_SHA256`, `RSA_SIGN_PSS_…`) count as the same.
  package init?(named name: String) {
    switch name {
    case "EC_SIGN_P256_SHA256": self = .ecdsaP256SHA256
    default: self.init(rawValue: name.replacing("RSA_SIGN_PSS_", with: "RSA_PSS_"))
    }
  }

  /// The size that an RSA key must have, nil for an elliptic curve.
  package var modulusBits: Int? {
    switch self {
    case .ecdsaP256SHA256: nil
    case .rsaPSS2048SHA256: 2048
    case .rsaPSS3072SHA256: 3072
    case .rsaPSS4096SHA256, .rsaPSS4096SHA512: 4096
    }
  }
}
