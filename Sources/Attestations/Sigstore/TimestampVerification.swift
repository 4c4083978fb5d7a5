import X509

extension TimestampToken {
  /// Which of `authorities` made this over `stamped`, by its place in the list; nil when it is somebody else's, which proves
  /// nothing.
  ///
  /// The certificate whose key verifies the token is the one whose path, use and validity are checked, and the validity of
  /// an authority counts for its own tokens alone. Where an authority lists its own certificate, no other is taken.
  ///
  /// - Throws: `SigstoreRefusal.badTimestamp` when it is of another signature, or an authority made it when it might not.
  ///
  /// Source: RFC 3161, section 2.3; CVE-2026-39984, where another certificate of the token was checked.
  func authority(
    among authorities: [CertificateAuthority], over stamped: [UInt8]
  ) throws(SigstoreRefusal) -> Int? {
    guard imprint == imprintHash.digest(stamped) else { throw .badTimestamp("it is of another signature") }
    let carried = certificates.filter(isMade)
    var isOurs = false
    for (place, authority) in authorities.enumerated() {
      let own = authority.certificates.prefix(1).filter(isEndEntity)
      let makers = own.isEmpty ? carried : own.filter(isMade)
      if makers.contains(where: { isTrusted($0, authority) }) { return place }
      isOurs = isOurs || (!own.isEmpty && !makers.isEmpty)
    }
    guard !isOurs else { throw .badTimestamp("its authority was not trusted at its time") }
    return nil
  }

  private func isMade(by certificate: X509Certificate) -> Bool {
    names(certificate) && certificate.key.verifies(signature, over: signedAttributes, hash: digest)
  }

  private func isTrusted(_ maker: X509Certificate, _ authority: CertificateAuthority) -> Bool {
    var path = CertificatePath(usage: .timeStamping, times: [timeSeconds])
    return path.certificates(from: maker, to: authority, over: certificates) != nil
  }

  private func isEndEntity(_ certificate: X509Certificate) -> Bool {
    if case .isCertificateAuthority? = try? certificate.fields.extensions.basicConstraints { false } else { true }
  }
}
