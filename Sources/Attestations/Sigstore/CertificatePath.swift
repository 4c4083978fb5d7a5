import SwiftASN1
import X509

/// The way from a signer's certificate to a root, and what every certificate on it may do.
///
/// The whole path holds at one time: a leaf that outlives the authority above it is not trusted. Critical extensions other
/// than the four that are looked at are refused, name constraints among them.
///
/// Source: RFC 5280, sections 4.2 and 6.1.
struct CertificatePath {
  /// Certificates below the root: more than any authority has.
  private static let maximumLength = 6
  /// Signatures checked for one path.
  private static let maximumChecks = 32

  /// What the leaf must be allowed to do.
  let usage: ExtendedKeyUsage.Usage
  /// Seconds since 1970 UTC: the path must hold at each.
  let times: [Int64]
  private var checksLeft = Self.maximumChecks

  init(usage: ExtendedKeyUsage.Usage, times: [Int64]) {
    self.usage = usage
    self.times = times
  }

  /// The certificates from `leaf` to the root of `authority`.
  ///
  /// - Parameter others: that may stand between, from whomever.
  /// - Returns: leaf first, root last; nil when there is no way.
  mutating func certificates(
    from leaf: X509Certificate, to authority: CertificateAuthority, over others: [X509Certificate]
  ) -> [X509Certificate]? {
    guard times.allSatisfy(authority.validity.contains), isLeaf(leaf), let root = authority.certificates.last else { return nil }
    if leaf == root { return nil }
    return way([leaf], to: root, over: authority.certificates.dropLast() + others)
  }

  private mutating func way(
    _ path: [X509Certificate], to root: X509Certificate, over others: [X509Certificate]
  ) -> [X509Certificate]? {
    guard let last = path.last, path.count < Self.maximumLength else { return nil }
    let below = path.count - 1
    if root.subject == last.issuer, isAuthority(root, above: below, isRoot: true), signs(root, last) { return path + [root] }
    for next in others where next.subject == last.issuer && !path.contains(next) && isAuthority(next, above: below, isRoot: false)
    {
      guard signs(next, last) else { continue }
      if let whole = way(path + [next], to: root, over: others) { return whole }
    }
    return nil
  }

  private mutating func signs(_ issuer: X509Certificate, _ other: X509Certificate) -> Bool {
    guard checksLeft > 0 else { return false }
    checksLeft -= 1
    return issuer.signed(other)
  }

  /// Why `leaf` cannot stand at the end of any path; nil when it can.
  func refusal(of leaf: X509Certificate) -> String? {
    if !holds(leaf) { return "it is not valid at the time of signing" }
    if !hasKnownCriticals(leaf) { return "it has a critical extension that is not known" }
    return isLeaf(leaf) ? nil : "it may not sign for this use"
  }

  private func isLeaf(_ leaf: X509Certificate) -> Bool {
    guard holds(leaf), hasKnownCriticals(leaf), let isAuthority = try? leaf.fields.extensions.basicConstraints.isAuthority,
      !isAuthority, let usages = try? leaf.fields.extensions.extendedKeyUsage, usages.contains(usage)
    else { return false }
    if usage == .timeStamping, usages.count != 1 { return false }
    guard let keyUsage = try? leaf.fields.extensions.keyUsage else { return leaf.content(of: [2, 5, 29, 15]) == nil }
    return keyUsage.digitalSignature
  }

  private func isAuthority(_ certificate: X509Certificate, above below: Int, isRoot: Bool) -> Bool {
    guard holds(certificate), hasKnownCriticals(certificate),
      case .isCertificateAuthority(let limit)? = try? certificate.fields.extensions.basicConstraints,
      limit.map({ $0 >= below }) ?? true
    else { return false }
    if certificate.content(of: [2, 5, 29, 15]) != nil {
      guard let keyUsage = try? certificate.fields.extensions.keyUsage, keyUsage.keyCertSign else { return false }
    }
    guard !isRoot, certificate.content(of: [2, 5, 29, 37]) != nil else { return true }
    guard let usages = try? certificate.fields.extensions.extendedKeyUsage else { return false }
    return usages.contains(usage) || usages.contains(.any)
  }

  private func holds(_ certificate: X509Certificate) -> Bool {
    times.allSatisfy {
      (certificate.notBeforeSeconds...max(certificate.notBeforeSeconds, certificate.notAfterSeconds)).contains($0)
    }
  }

  private func hasKnownCriticals(_ certificate: X509Certificate) -> Bool {
    let known: [ASN1ObjectIdentifier] = [[2, 5, 29, 15], [2, 5, 29, 17], [2, 5, 29, 19], [2, 5, 29, 37]]
    return certificate.fields.extensions.allSatisfy { !$0.critical || known.contains($0.oid) }
  }
}

extension BasicConstraints? {
  /// Without the extension a certificate is no authority.
  fileprivate var isAuthority: Bool {
    if case .isCertificateAuthority? = self { true } else { false }
  }
}
