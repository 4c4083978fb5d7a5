import Crypto
package import Foundation
import Images
import SwiftASN1
import X509

extension IdentityPlan {
  /// Does one step; nil when nothing is to be done.
  package func next(_ identity: ServingIdentity?, at now: Date) throws -> ServingIdentity? {
    switch (step(identity, at: now), identity) {
    case (.keep, _): return nil
    case (.make, _), (_, nil): return try fresh(now)
    case (.addAuthority, let old?):
      let (authority, key) = try newAuthority(now)
      return try ServingIdentity(authorities: old.authorities + [authority], authorityKey: key, leaf: old.leaf, key: old.key)
    case (.renewLeaf, let old?):
      guard let authority = old.authorities.last else { return try fresh(now) }
      let (leaf, key) = try newLeaf(of: authority, old.authorityKey, now)
      return try ServingIdentity(authorities: old.authorities, authorityKey: old.authorityKey, leaf: leaf, key: key)
    case (.dropAuthorities, let old?):
      return try ServingIdentity(
        authorities: old.authorities.suffix(1), authorityKey: old.authorityKey, leaf: old.leaf, key: old.key)
    }
  }

  private func fresh(_ now: Date) throws -> ServingIdentity {
    let (authority, authorityKey) = try newAuthority(now)
    let (leaf, key) = try newLeaf(of: authority, authorityKey, now)
    return try ServingIdentity(authorities: [authority], authorityKey: authorityKey, leaf: leaf, key: key)
  }

  private func newAuthority(_ now: Date) throws -> (Certificate, P256.Signing.PrivateKey) {
    let key = P256.Signing.PrivateKey()
    let publicKey = Certificate.PublicKey(key.publicKey)
    // A name of its own: whoever builds a path must not take it for the one before.
    let name = try DistinguishedName { CommonName("pratique gate authority \(Int(now.timeIntervalSince1970))") }
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true))
      SubjectKeyIdentifier(hash: publicKey)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: now.addingTimeInterval(-Self.skewSeconds), notValidAfter: now.addingTimeInterval(Self.authoritySeconds),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
      issuerPrivateKey: Certificate.PrivateKey(key))
    return (certificate, key)
  }

  private func newLeaf(
    of authority: Certificate, _ authorityKey: P256.Signing.PrivateKey, _ now: Date
  ) throws -> (Certificate, Redacted<[UInt8]>) {
    let key = P256.Signing.PrivateKey()
    let names = names
    let extensions = try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage([.serverAuth])
      SubjectAlternativeNames(names.map { .dnsName($0) })
      AuthorityKeyIdentifier(keyIdentifier: try authority.extensions.subjectKeyIdentifier?.keyIdentifier)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
      notValidBefore: now.addingTimeInterval(-Self.skewSeconds),
      notValidAfter: min(now.addingTimeInterval(Self.leafSeconds), authority.notValidAfter), issuer: authority.subject,
      subject: try DistinguishedName { CommonName(names.first ?? "gate") }, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: extensions, issuerPrivateKey: Certificate.PrivateKey(authorityKey))
    return (certificate, Redacted(Array(key.pemRepresentation.utf8)))
  }
}
