import Crypto
import Images
import Metadata

/// Recognises callers by what they show: built from a roster once, asked for every call.
struct Directory: Sendable {
  private let byToken: [(digest: [UInt8], caller: Caller)]
  private let byName: [Roster.Credential: Caller]
  private let issuers: [String: (audience: String, keys: KeySet)]

  /// - Parameter keySets: by the issuer's name; tokens of an issuer without one are not believed.
  init(roster: Roster, keySets: [String: KeySet]) {
    var byToken: [(digest: [UInt8], caller: Caller)] = []
    var byName: [Roster.Credential: Caller] = [:]
    for (credential, caller) in roster.callers {
      if case .token(let digest) = credential {
        byToken.append((digest, caller))
      } else {
        byName[credential] = caller
      }
    }
    var issuers: [String: (audience: String, keys: KeySet)] = [:]
    for issuer in roster.issuers { issuers[issuer.name] = keySets[issuer.name].map { (issuer.audience, $0) } }
    (self.byToken, self.byName, self.issuers) = (byToken, byName, issuers)
  }

  /// - Parameter now: seconds since 1970.
  func caller(showing token: String, at now: Double) throws(Unrecognised) -> Caller {
    if let known = caller(ofToken: token) { return known }
    guard !issuers.isEmpty, IdentityToken.looksLike(token) else { throw Unrecognised("the token is not known") }
    let signed = try IdentityToken(parsing: token)
    guard let issuer = issuers[signed.issuer] else { throw Unrecognised("the token's issuer is not known") }
    let subject = try signed.subject(by: issuer.keys, for: issuer.audience, at: now)
    guard let caller = byName[.subject(subject, issuer: signed.issuer)] else {
      throw Unrecognised("the subject \(printable(subject)) of \(printable(signed.issuer)) is not in the callers file")
    }
    return caller
  }

  func caller(showing certificate: PeerCertificate) throws(Unrecognised) -> Caller {
    let found = certificate.names.compactMap { byName[.certificate($0)] }
    guard let caller = found.first else {
      throw Unrecognised(
        "no name of the certificate is in the callers file: \(printable(certificate.names.sorted().joined(separator: " ")))")
    }
    guard found.count == 1 else { throw Unrecognised("the names of the certificate are those of more than one caller") }
    return caller
  }

  /// Tokens are compared by hash and each comparison takes the same time whatever it finds, so that the time of an
  /// answer says nothing of a token.
  private func caller(ofToken token: String) -> Caller? {
    let shown = SHA256.hash(data: Array(token.utf8))
    var found: Caller?
    for entry in byToken where shown == entry.digest { found = entry.caller }
    return found
  }
}
