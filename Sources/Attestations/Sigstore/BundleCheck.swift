import Images
import X509

/// One verdict in the making.
struct BundleCheck {
  /// How far the clock of a log or an authority may run ahead of ours.
  private static let skewSeconds: Int64 = 300

  let trust: SigstoreTrust
  let bundle: SigstoreBundle
  let artifact: SignedArtifact
  let nowSeconds: Int64

  func verified() throws(SigstoreRefusal) -> VerifiedBundle {
    switch (trust.signer, bundle.material) {
    case (.key(let key), .keyHint):
      try checkDigest()
      try check(by: key)
      try checkSubject()
      return verified(try witnesses(key.subjectPublicKeyInfo), by: .key)
    case (.identities(let identities), .certificates(let chain)):
      return try verified(chain, identities)
    case (.key, .certificates): throw .wrongSigner("a key is demanded, and it has a certificate")
    case (.identities, .keyHint): throw .wrongSigner("a certificate is demanded, and it has a key")
    }
  }

  private func verified(_ chain: [[UInt8]], _ identities: [CertificateIdentity]) throws(SigstoreRefusal) -> VerifiedBundle {
    guard chain.count <= SigstoreBundle.Limits.certificates else {
      throw .overLimit(what: "certificates", limit: SigstoreBundle.Limits.certificates)
    }
    let read = chain.compactMap(X509Certificate.init)
    guard let leaf = read.first, read.count == chain.count else {
      throw .untrustedCertificate("it is no certificate with a key of a known kind")
    }
    try checkDigest()
    try check(by: leaf.key)
    try checkSubject()
    let signer = try CertificateSigner(leaf)
    let heard = try witnesses(leaf.der)
    guard heard.authorities.count + heard.dating.count >= trust.requirements.times else { throw .noTrustedTime }
    let times = heard.times.isEmpty ? [nowSeconds] : heard.times
    let path = try path(from: leaf, at: times, over: Array(read.dropFirst()))
    try checkCertificateLogs(of: leaf, issuer: path[1])
    guard identities.contains(where: { $0.accepts(signer) }) else { throw .wrongIdentity("it is \(signer.described)") }
    return verified(heard, by: .certificate(signer, subjectPublicKeyInfo: leaf.key.subjectPublicKeyInfo))
  }

  // MARK: The signature

  /// That a plain signature is over the artifact, by what the bundle says of it.
  private func checkDigest() throws(SigstoreRefusal) {
    guard case .message(let digest?, _) = bundle.content else { return }
    guard let same = artifact.digests.first(where: { $0.algorithm == digest.algorithm }) else { throw .needsArtifact }
    guard same == digest else { throw .wrongArtifact(signed: digest.description) }
  }

  /// That the statement in an envelope is about the artifact. It is read only after its signature has been checked.
  private func checkSubject() throws(SigstoreRefusal) {
    let digests = artifact.digests
    switch bundle.content {
    case .message: break
    case .envelope(let type, let payload, _):
      guard type == InTotoStatement.payloadType else { throw .unsupported("an envelope of the type \"\(printable(type))\"") }
      let statement: InTotoStatement
      do throws(JSONError) {
        statement = try InTotoStatement(parsing: payload, atMost: SigstoreBundle.Limits.bytes)
      } catch {
        throw .malformed(error.problem)
      }
      guard digests.contains(where: statement.subjects.contains) else {
        let signed = statement.subjects.map(\.description).sorted().prefix(3).joined(separator: ", ")
        throw .wrongArtifact(signed: signed.isEmpty ? "none" : signed)
      }
    }
  }

  /// What the signature is over, nil when only its digest is known.
  private var signedMessage: [UInt8]? {
    switch (bundle.content, artifact) {
    case (.envelope(let type, let payload, _), _): preAuthenticationEncoding(payloadType: type, payload: payload)
    case (.message, .bytes(let bytes)): bytes
    case (.message, .digest): nil
    }
  }

  private func check(by key: PublicKey) throws(SigstoreRefusal) {
    guard let message = signedMessage else { throw .needsArtifact }
    guard key.verifies(bundle.signature, over: message) else { throw .badSignature }
  }

  private func check(by key: SigstoreKey) throws(SigstoreRefusal) {
    if let message = signedMessage {
      guard key.hashesOfSigners.contains(where: { key.verifies(bundle.signature, over: message, hash: $0) }) else {
        throw .badSignature
      }
      return
    }
    let known = key.hashesOfSigners.filter { key.signsHashes && artifact.hash(by: $0) != nil }
    guard !known.isEmpty else { throw .needsArtifact }
    guard known.contains(where: { key.verifies(bundle.signature, overHash: artifact.hash(by: $0) ?? [], by: $0) }) else {
      throw .badSignature
    }
  }

  // MARK: Witnesses

  /// What logs and authorities say of the signature. Distinct ones are counted, not their entries.
  private struct Witnesses {
    var times: [Int64] = []
    var authorities: Set<Int> = []
    var logs: Set<SigstoreKey> = []
    /// The logs that gave a time.
    var dating: Set<SigstoreKey> = []
  }

  /// Hears the witnesses: each has to speak of this signature, and together they have to be as many as are demanded.
  ///
  /// - Parameter verifier: DER of the signer's certificate or key.
  private func witnesses(_ verifier: [UInt8]) throws(SigstoreRefusal) -> Witnesses {
    guard bundle.logEntries.count <= SigstoreBundle.Limits.logEntries else {
      throw .overLimit(what: "log entries", limit: SigstoreBundle.Limits.logEntries)
    }
    guard bundle.timestamps.count <= SigstoreBundle.Limits.timestamps else {
      throw .overLimit(what: "timestamps", limit: SigstoreBundle.Limits.timestamps)
    }
    var heard = Witnesses()
    for timestamp in bundle.timestamps {
      let token = try TimestampToken(timestamp)
      guard let authority = try token.authority(among: trust.root.timestampAuthorities, over: bundle.signature) else { continue }
      heard.authorities.insert(authority)
      heard.times.append(token.timeSeconds)
    }
    let stamped = heard.times
    for entry in bundle.logEntries {
      try entry.confirms(bundle.content, over: artifact, verifier: verifier)
      let (log, time) = try entry.vouched(by: trust.root.logs, otherTimes: stamped, nowSeconds: nowSeconds)
      heard.logs.insert(log.key)
      guard let time else { continue }
      heard.times.append(time)
      heard.dating.insert(log.key)
    }
    try demand(heard)
    return heard
  }

  private func demand(_ heard: Witnesses) throws(SigstoreRefusal) {
    guard heard.times.allSatisfy({ $0 <= nowSeconds.addingReportingOverflow(Self.skewSeconds).partialValue }) else {
      throw .badTimestamp("it lies in the future")
    }
    guard heard.logs.count >= trust.requirements.logs else {
      throw .tooFewLogs(found: heard.logs.count, wanted: trust.requirements.logs)
    }
    guard heard.authorities.count >= trust.requirements.timestamps else {
      throw .tooFewTimestamps(found: heard.authorities.count, wanted: trust.requirements.timestamps)
    }
  }

  private func verified(_ heard: Witnesses, by signer: VerifiedBundle.Signer) -> VerifiedBundle {
    var statement: VerifiedBundle.Statement?
    if case .envelope(let type, let payload, _) = bundle.content { statement = .init(type: type, payload: payload) }
    return VerifiedBundle(
      signer: signer, statement: statement, signedAtSeconds: heard.times.min(), logs: heard.logs.count,
      timestamps: heard.authorities.count)
  }

  // MARK: The certificate

  private func path(
    from leaf: X509Certificate, at times: [Int64], over others: [X509Certificate]
  ) throws(SigstoreRefusal) -> [X509Certificate] {
    var path = CertificatePath(usage: .codeSigning, times: times)
    if let reason = path.refusal(of: leaf) { throw .untrustedCertificate(reason) }
    for authority in trust.root.certificateAuthorities {
      if let found = path.certificates(from: leaf, to: authority, over: others) { return found }
    }
    throw .untrustedCertificate("no path to a trusted root holds at the time of signing")
  }

  /// Logs that are not known prove nothing and are left aside; a known one whose promise is wrong refuses the certificate.
  private func checkCertificateLogs(of leaf: X509Certificate, issuer: X509Certificate) throws(SigstoreRefusal) {
    guard trust.requirements.certificateLogs > 0 else { return }
    var vouching: Set<SigstoreKey> = []
    for promise in try SignedCertificateTimestamps(of: leaf).promises {
      let seconds = Int64(clamping: promise.milliseconds / 1000)
      let known = trust.root.certificateLogs.filter { $0.id == promise.logID }
      guard !known.isEmpty else { continue }
      guard let signed = SignedCertificateTimestamps.signedBytes(promise, leaf: leaf, issuer: issuer),
        let log = known.first(where: {
          $0.validity.contains(seconds) && $0.key.verifies(promise.signature, over: signed, hash: .sha256)
        })
      else { throw .badCertificateTimestamp("the promise of a known log does not verify") }
      vouching.insert(log.key)
    }
    guard vouching.count >= trust.requirements.certificateLogs else {
      throw .badCertificateTimestamp(
        "\(vouching.count) known logs vouch where \(trust.requirements.certificateLogs) are demanded")
    }
  }
}
