import Crypto
import Foundation
package import Images
import SwiftASN1
import X509

/// A serving certificate that the replicas made for themselves, the authority that vouches for it, and the keys of both.
///
/// It lives in memory and in the Secret that the replicas share, nowhere else. The authority vouches for nothing but the
/// gate's own service.
package struct ServingIdentity: Sendable {
  /// PEM, the newest last: by these the API server knows the gate.
  package let bundle: [UInt8]
  /// PEM.
  package let chain: [UInt8]
  package let key: Redacted<[UInt8]>
  let authorities: [Certificate]
  /// Of the newest authority.
  let authorityKey: P256.Signing.PrivateKey
  let leaf: Certificate

  init(
    authorities: [Certificate], authorityKey: P256.Signing.PrivateKey, leaf: Certificate, key: Redacted<[UInt8]>
  ) throws {
    self.authorities = authorities
    self.authorityKey = authorityKey
    self.leaf = leaf
    self.key = key
    bundle = try authorities.flatMap { Array("\(try $0.serializeAsPEM().pemString)\n".utf8) }
    chain = Array("\(try leaf.serializeAsPEM().pemString)\n".utf8)
  }

  /// Reads what a Secret holds.
  ///
  /// - Returns: nil when it is not what this program wrote: then it is made anew.
  package init?(_ values: [String: Redacted<[UInt8]>]) {
    func text(_ key: String) -> String { String(decoding: values[key]?.revealed ?? [], as: UTF8.self) }
    do {
      let authorities = try PEMDocument.parseMultiple(pemString: text("ca.crt")).map { try Certificate(pemDocument: $0) }
      let authorityKey = try P256.Signing.PrivateKey(pemRepresentation: text("ca.key"))
      let key = try P256.Signing.PrivateKey(pemRepresentation: text("tls.key"))
      let leaf = try Certificate(pemEncoded: text("tls.crt"))
      guard authorities.last?.publicKey == Certificate.PublicKey(authorityKey.publicKey),
        leaf.publicKey == Certificate.PublicKey(key.publicKey),
        authorities.contains(where: { $0.publicKey.isValidSignature(leaf.signature, for: leaf) })
      else { return nil }
      try self.init(
        authorities: authorities, authorityKey: authorityKey, leaf: leaf, key: values["tls.key"] ?? Redacted([]))
    } catch {
      return nil
    }
  }

  /// For the Secret; the names of the keys are those of a Secret of type `kubernetes.io/tls`, and the authority's.
  package var values: [String: Redacted<[UInt8]>] {
    [
      "ca.crt": Redacted(bundle), "ca.key": Redacted(Array(authorityKey.pemRepresentation.utf8)),
      "tls.crt": Redacted(chain), "tls.key": key,
    ]
  }

  /// Whether the newest authority vouches for the leaf.
  var isOfNewestAuthority: Bool {
    authorities.last.map { $0.publicKey.isValidSignature(leaf.signature, for: leaf) } ?? false
  }

  /// DNS names that the leaf is good for.
  var names: [String] {
    let alternative = try? leaf.extensions.subjectAlternativeNames
    return (alternative.map { Array($0) } ?? []).compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
  }
}
