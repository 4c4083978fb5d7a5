import SwiftASN1
package import X509

/// Who the other side of a connection is, by the certificate that it showed and that an authority of ours vouches for.
///
/// A certificate has one or more names, each in one fixed form:
/// - the subject as `CN=gate,O=shop`: most specific first, no spaces around commas, attributes as RFC 4514 names them;
/// - each URI of the subject alternative names as `URI:spiffe://cluster.local/ns/shop/sa/gate`;
/// - each DNS name of the subject alternative names as `DNS:gate.shop.svc`.
///
/// Source: RFC 4514 section 2, with the attributes CN, O, OU, C, L, ST, STREET, DC; a subject with others has no name here.
package struct PeerCertificate: Hashable, Sendable {
  package let names: Set<String>

  package init(_ certificate: Certificate) {
    var names: Set<String> = []
    if let subject = Self.text(certificate.subject) { names.insert(subject) }
    for name in (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames() {
      switch name {
      case .dnsName(let text): names.insert("DNS:\(text)")
      case .uniformResourceIdentifier(let text): names.insert("URI:\(text)")
      default: continue
      }
    }
    self.names = names
  }

  /// - Returns: nil when the bytes are no certificate.
  init?(derEncoded bytes: [UInt8]) {
    guard let certificate = try? Certificate(derEncoded: bytes) else { return nil }
    self.init(certificate)
  }

  /// Whether `text` has one of the forms that a name can have; one that has not could never match.
  static func isName(_ text: String) -> Bool {
    if text.hasPrefix("DNS:") || text.hasPrefix("URI:") { return text.utf8.count > 4 }
    let first = text.prefix { $0 != "=" }
    return first.utf8.count < text.utf8.count && attributes.values.contains(String(first)) && !text.contains(", ")
  }

  private static let attributes: [ASN1ObjectIdentifier: String] = [
    .RDNAttributeType.commonName: "CN", .RDNAttributeType.organizationName: "O",
    .RDNAttributeType.organizationalUnitName: "OU", .RDNAttributeType.countryName: "C",
    .RDNAttributeType.localityName: "L", .RDNAttributeType.stateOrProvinceName: "ST",
    .RDNAttributeType.streetAddress: "STREET", .RDNAttributeType.domainComponent: "DC",
  ]

  private static func text(_ name: DistinguishedName) -> String? {
    var parts: [String] = []
    for relative in name.reversed() {
      guard relative.count == 1, let attribute = relative.first, let type = attributes[attribute.type],
        let value = String(attribute.value)
      else { return nil }
      parts.append("\(type)=\(escaped(value))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }

  /// So that no value can be read as two: `CN=gate\,O=shop` is one name with a comma in it.
  private static func escaped(_ value: String) -> String {
    var out = ""
    for scalar in value.unicodeScalars {
      if ",+\"\\<>;=#".unicodeScalars.contains(scalar) { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
