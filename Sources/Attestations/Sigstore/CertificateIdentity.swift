import Images
import SwiftASN1
import X509

/// Who may have signed with a certificate: what its alternative name and its issuer must be.
///
/// Source: sigstore/fulcio, docs/oid-info.md, 1.3.6.1.4.1.57264.1.
package struct CertificateIdentity: Hashable, Sendable {
  /// What a text must be.
  package enum Match: Hashable, Sendable {
    case exact(String)
    case pattern(IdentityPattern)
    /// Nothing is demanded. For issuers of private authorities alone, whose certificates name none.
    case any

    func accepts(_ text: String) -> Bool {
      switch self {
      case .exact(let wanted): wanted.utf8.elementsEqual(text.utf8)
      case .pattern(let pattern): pattern.matches(text)
      case .any: true
      }
    }
  }

  /// The e-mail address, URI or Fulcio user name among the alternative names.
  package let subject: Match
  /// Who vouched for the signer to the authority: the OpenID Connect issuer.
  package let issuer: Match

  package init(subject: Match, issuer: Match) {
    self.subject = subject
    self.issuer = issuer
  }

  func accepts(_ signer: CertificateSigner) -> Bool {
    guard signer.subjects.contains(where: subject.accepts) else { return false }
    return if case .any = issuer { true } else { signer.issuer.map(issuer.accepts) ?? false }
  }
}

/// Who a certificate says it belongs to.
package struct CertificateSigner: Hashable, Sendable {
  /// E-mail addresses, URIs and Fulcio user names among the alternative names, as they stand.
  package let subjects: [String]
  /// The OpenID Connect issuer, nil when the certificate names none.
  package let issuer: String?

  init(_ certificate: X509Certificate) throws(SigstoreRefusal) {
    guard let names = try? certificate.fields.extensions.subjectAlternativeNames.map(Array.init) ?? [] else {
      throw .untrustedCertificate("its alternative names cannot be read")
    }
    subjects = names.compactMap(Self.text)
    issuer = try Self.issuer(certificate)
  }

  private static func text(_ name: GeneralName) -> String? {
    switch name {
    case .rfc822Name(let address): return address
    case .uniformResourceIdentifier(let uri): return uri
    case .otherName(let other) where other.typeID == [1, 3, 6, 1, 4, 1, 57264, 1, 7]:
      guard let value = other.value, let text = try? ASN1UTF8String(asn1Any: value) else { return nil }
      return String(validating: text.bytes, as: UTF8.self)
    default: return nil
    }
  }

  private static func issuer(_ certificate: X509Certificate) throws(SigstoreRefusal) -> String? {
    if let content = certificate.content(of: [1, 3, 6, 1, 4, 1, 57264, 1, 8]) {
      guard let text = derNode(content)?.primitive(of: .utf8String), let issuer = String(validating: text, as: UTF8.self) else {
        throw .untrustedCertificate("its issuer extension cannot be read")
      }
      return issuer
    }
    guard let content = certificate.content(of: [1, 3, 6, 1, 4, 1, 57264, 1, 1]) else { return nil }
    guard let issuer = String(validating: content, as: UTF8.self) else {
      throw .untrustedCertificate("its issuer extension cannot be read")
    }
    return issuer
  }

  /// For a message: the names, made printable.
  var described: String {
    let names = subjects.prefix(3).map { printable($0) }.joined(separator: ", ")
    return (names.isEmpty ? "nobody" : names) + (issuer.map { " by \(printable($0))" } ?? " without an issuer")
  }
}
