import Foundation
import SwiftASN1
import X509

/// A certificate read once, with the bytes that others sign over or name it by.
///
/// Source: RFC 5280, section 4.1.
struct X509Certificate: Hashable, Sendable {
  let der: [UInt8]
  let fields: Certificate
  let key: SigstoreKey
  /// DER of the names and the content of the serial number, as they stand.
  let subject: [UInt8]
  let issuer: [UInt8]
  let serialNumber: [UInt8]
  /// Seconds since 1970 UTC, both ends included.
  let notBeforeSeconds: Int64
  let notAfterSeconds: Int64

  /// Nil for anything but one certificate of at most 16 KiB in DER with a key of a kind that is signed with here.
  init?(der: [UInt8]) {
    guard der.count <= 1 << 14, let outer = derNode(der)?.children(of: .sequence), outer.count == 3,
      var parts = outer[0].children(of: .sequence), let first = parts.first
    else { return nil }
    if first.isTagged(0) { parts.removeFirst() }
    guard parts.count >= 6, let serial = parts[0].primitive(of: .integer),
      parts[1].encodedBytes == outer[1].encodedBytes,
      let key = SigstoreKey(subjectPublicKeyInfo: Array(parts[5].encodedBytes)), let fields = try? Certificate(derEncoded: der)
    else { return nil }
    self.der = der
    self.fields = fields
    self.key = key
    serialNumber = serial
    issuer = Array(parts[2].encodedBytes)
    subject = Array(parts[4].encodedBytes)
    notBeforeSeconds = Int64(fields.notValidBefore.timeIntervalSince1970.rounded())
    notAfterSeconds = Int64(fields.notValidAfter.timeIntervalSince1970.rounded())
  }

  static func == (a: X509Certificate, b: X509Certificate) -> Bool { a.der == b.der }

  func hash(into hasher: inout Hasher) { hasher.combine(der) }

  /// Whether issuer and subject are one, as in a root.
  var isSelfIssued: Bool { subject == issuer }

  /// The extension with that identifier, critical or not; nil when absent.
  func content(of oid: ASN1ObjectIdentifier) -> [UInt8]? { fields.extensions[oid: oid].map { Array($0.value) } }

  /// Whether this certificate's key signed `other`. SHA-1 is not taken.
  func signed(_ other: X509Certificate) -> Bool {
    other.fields.signatureAlgorithm != .sha1WithRSAEncryption
      && fields.publicKey.isValidSignature(other.fields.signature, for: other.fields)
  }
}
