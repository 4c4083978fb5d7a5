import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority for one test, and the certificates that it gives out.
struct CertificateForge: Sendable {
  /// A certificate and its key as PEM.
  struct Issued: Sendable {
    let certificate: Certificate
    let chain: String
    let key: String
  }

  private let key = P256.Signing.PrivateKey()
  private let name: DistinguishedName
  /// The authority's own certificate, as PEM.
  let root: String

  init() throws {
    name = try DistinguishedName { CommonName("Test authority") }
    let extensions = try Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) }
    let certificate = try Self.certificate(
      of: Certificate.PublicKey(key.publicKey), name, by: name, Certificate.PrivateKey(key), extensions, days: 1)
    root = try certificate.serializeAsPEM().pemString
  }

  /// - Parameter days: until it expires; negative for one that has.
  func issue(_ subject: DistinguishedName, _ names: [GeneralName] = [], days: Double = 1) throws -> Issued {
    let own = P256.Signing.PrivateKey()
    let extensions = try Certificate.Extensions {
      if !names.isEmpty { SubjectAlternativeNames(names) }
    }
    let certificate = try Self.certificate(
      of: Certificate.PublicKey(own.publicKey), subject, by: name, Certificate.PrivateKey(key), extensions, days: days)
    return Issued(certificate: certificate, chain: try certificate.serializeAsPEM().pemString, key: own.pemRepresentation)
  }

  /// `CN=name,O=shop`.
  static func subject(_ name: String) throws -> DistinguishedName {
    try DistinguishedName {
      OrganizationName("shop")
      CommonName(name)
    }
  }

  private static func certificate(
    of key: Certificate.PublicKey, _ subject: DistinguishedName, by issuer: DistinguishedName, _ signer: Certificate.PrivateKey,
    _ extensions: Certificate.Extensions, days: Double
  ) throws -> Certificate {
    let now = Date()
    return try Certificate(
      version: .v3, serialNumber: .init(), publicKey: key, notValidBefore: now.addingTimeInterval(-172_800),
      notValidAfter: now.addingTimeInterval(days * 86_400), issuer: issuer, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: signer)
  }
}
