import Attestations
import CPKCS11
import Images
import SwiftASN1

/// A private key in a PKCS#11 token.
///
/// Each signature has a session of its own, so no more are open than signatures are being made: one, on the key's thread.
struct TokenKey: DistantKey {
  private let reference: TokenURI
  private let modulePath: String
  private let pin: Redacted<String>
  private let deadline: Duration
  private let thread = TokenThread()

  var name: String {
    "the key \(printable(reference.object ?? "with this id")) of the token \(printable(reference.token ?? "in its slot"))"
  }

  /// - Throws: `SigningError.missingSetting`, `.failedToken`, `.wrongPIN`, `.silentToken`; `.unreadable` and its like for the
  ///   PIN's file.
  static func open(_ reference: TokenURI, _ settings: SignerSettings) async throws -> DistantSigner {
    guard let path = reference.modulePath ?? settings.token.modulePath else {
      throw SigningError.missingSetting(
        "the PKCS#11 module", variable: "COSIGN_PKCS11_MODULE_PATH, or module-path in the reference")
    }
    let pin = try reference.pinSource.map { try KeyFiles.readSecret($0) } ?? settings.token.pin
    guard let pin else {
      throw SigningError.missingSetting("the token's PIN", variable: "COSIGN_PKCS11_PIN, or pin-source in the reference")
    }
    let key = TokenKey(reference: reference, modulePath: path, pin: pin, deadline: settings.token.deadline)
    return try DistantSigner(key, subjectPublicKeyInfo: try await key.subjectPublicKeyInfo(), algorithm: settings.algorithm)
  }

  func signature(over payload: [UInt8], by scheme: SignatureScheme) async throws -> [UInt8] {
    let mechanism = try TokenMechanism(scheme)
    let input = TokenMechanism.input(payload, for: scheme)
    let signature = try await asked { session in
      let key = try session.object(CKO_PRIVATE_KEY, label: reference.object, id: reference.id)
      return try session.sign(input, mechanism, key: key, pin: pin)
    }
    guard case .ecdsa(let curve, _) = scheme else { return signature }
    guard let der = curve.der(ofPlain: signature) else { throw SigningError.wrongSignature(by: name) }
    return der
  }

  /// Asks the token, its module and slot included: loading and listing run the maker's code too, and cost little again.
  private func asked<Answer: Sendable>(
    _ work: @escaping @Sendable (TokenSession) throws -> Answer
  ) async throws -> Answer {
    try await thread.run(within: deadline) {
      let module = try TokenModule(path: modulePath)
      return try TokenSession.with(module, slot: try module.slot(of: reference), pin: pin, work)
    }
  }

  /// Of the public key that lies beside the private one: it has the same id, or the same label where there is no id.
  private func subjectPublicKeyInfo() async throws -> [UInt8] {
    try await asked { session in
      let privateKey = try session.object(CKO_PRIVATE_KEY, label: reference.object, id: reference.id)
      if let modulus = session.attribute(CKA_MODULUS, of: privateKey),
        let exponent = session.attribute(CKA_PUBLIC_EXPONENT, of: privateKey),
        let der = rsaSubjectPublicKeyInfo(modulus: modulus, exponent: exponent)
      {
        return der
      }
      let id = session.attribute(CKA_ID, of: privateKey)
      let publicKey = try session.object(CKO_PUBLIC_KEY, label: id == nil ? reference.object : nil, id: id)
      guard let point = session.attribute(CKA_EC_POINT, of: publicKey), let der = Self.subjectPublicKeyInfo(ofPoint: point) else {
        throw SigningError.unsupported("this kind of key in a token")
      }
      return der
    }
  }

  /// - Parameter value: CKA_EC_POINT, an OCTET STRING in DER; some tokens leave that out.
  private static func subjectPublicKeyInfo(ofPoint value: [UInt8]) -> [UInt8]? {
    let point = (try? ASN1OctetString(derEncoded: value)).map { Array($0.bytes) } ?? value
    switch point.count {
    case 32: return PublicKey.ed25519Prefix + point
    case 65: return SignatureScheme.Curve.p256.subjectPublicKeyInfo(ofPoint: point)
    case 97: return SignatureScheme.Curve.p384.subjectPublicKeyInfo(ofPoint: point)
    case 133: return SignatureScheme.Curve.p521.subjectPublicKeyInfo(ofPoint: point)
    default: return nil
    }
  }
}
