import Crypto
import Foundation
import SwiftASN1
import X509

/// A root and an intermediate that issue for one use, made for the run.
struct ExampleAuthority {
  let rootKey = P256.Signing.PrivateKey()
  let intermediateKey = P384.Signing.PrivateKey()
  let root: Certificate
  let intermediate: Certificate
  let usage: ExtendedKeyUsage.Usage

  static let start = Date(timeIntervalSince1970: TimeInterval(Example.noonOfFourthMay2026 - 86400 * 400))
  static let end = Date(timeIntervalSince1970: TimeInterval(Example.noonOfFourthMay2026 + 86400 * 400))

  init(
    named name: String, usage: ExtendedKeyUsage.Usage, intermediateIsAuthority: Bool = true, intermediateEnd: Date = end
  ) throws {
    self.usage = usage
    let rootName = try DistinguishedName { CommonName(name) }
    root = try Certificate(
      version: .v3, serialNumber: .init(bytes: [1]), publicKey: .init(rootKey.publicKey), notValidBefore: Self.start,
      notValidAfter: Self.end, issuer: rootName, subject: rootName, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 1))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: .init(rootKey))
    let middle: BasicConstraints =
      intermediateIsAuthority ? .isCertificateAuthority(maxPathLength: 0) : .notCertificateAuthority
    intermediate = try Certificate(
      version: .v3, serialNumber: .init(bytes: [2]), publicKey: .init(intermediateKey.publicKey), notValidBefore: Self.start,
      notValidAfter: intermediateEnd, issuer: rootName, subject: try DistinguishedName { CommonName("\(name) intermediate") },
      signatureAlgorithm: .ecdsaWithSHA384,
      extensions: try Certificate.Extensions {
        Critical(middle)
        Critical(KeyUsage(keyCertSign: true))
        try ExtendedKeyUsage([usage])
      }, issuerPrivateKey: .init(rootKey))
  }

  /// What goes into a leaf beside its key.
  struct Request {
    var subject = "https://github.com/example/app/.github/workflows/build.yml@refs/heads/main"
    var issuer: String? = "https://token.actions.githubusercontent.com"
    var startSeconds = Example.noonOfFourthMay2026 - 60
    var endSeconds = Example.noonOfFourthMay2026 + 540
    var usage: ExtendedKeyUsage.Usage?
    var isAuthority = false
    var hasUnknownCritical = false
    var mayDigitallySign = true
  }

  func leaf(_ key: Certificate.PublicKey, _ request: Request, extra: Certificate.Extension? = nil) throws -> Certificate {
    var extensions = try Certificate.Extensions {
      Critical(KeyUsage(digitalSignature: request.mayDigitallySign, keyEncipherment: !request.mayDigitallySign))
      try Critical(ExtendedKeyUsage([request.usage ?? usage]))
      Critical(SubjectAlternativeNames([.uniformResourceIdentifier(request.subject)]))
    }
    if let issuer = request.issuer {
      try extensions.append(
        .init(oid: [1, 3, 6, 1, 4, 1, 57264, 1, 8], critical: false, value: try ExampleDER.der(ASN1UTF8String(issuer))[...]))
    }
    if request.isAuthority {
      try extensions.append(
        try Certificate.Extension(BasicConstraints.isCertificateAuthority(maxPathLength: nil), critical: true))
    }
    if request.hasUnknownCritical { try extensions.append(.init(oid: [1, 2, 3, 4], critical: true, value: [5, 0])) }
    if let extra { try extensions.append(extra) }
    return try Certificate(
      version: .v3, serialNumber: .init(bytes: [7, 7]), publicKey: key,
      notValidBefore: Date(timeIntervalSince1970: TimeInterval(request.startSeconds)),
      notValidAfter: Date(timeIntervalSince1970: TimeInterval(request.endSeconds)), issuer: intermediate.subject,
      subject: try DistinguishedName { CommonName("signer") }, signatureAlgorithm: .ecdsaWithSHA384, extensions: extensions,
      issuerPrivateKey: .init(intermediateKey))
  }
}

extension Certificate {
  var bytes: [UInt8] { get throws { try ExampleDER.der(self) } }
  var base64: String { get throws { Data(try bytes).base64EncodedString() } }
}

extension [UInt8] {
  var base64: String { Data(self).base64EncodedString() }

  func pem(_ label: String) -> String { PEMDocument(type: label, derBytes: self).pemString + "\n" }
}
