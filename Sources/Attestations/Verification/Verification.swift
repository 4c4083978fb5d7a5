package import Images
import Metadata

extension Attestor {
  /// How much of what is offered is looked at, whoever offers it.
  package enum Limits {
    /// The newest of these under one note.
    package static let attestations = 1000
    /// In one attestation.
    package static let signatures = 8
    /// In bytes, of one statement.
    package static let payloadBytes = 1 << 16
    /// Signatures checked for one verdict. Only those that name a key of the attestor, or no key, are checked at all.
    package static let checks = 128
    /// Refusals of one kind that a verdict lists.
    static let refusals = 4
  }

  /// What the keys make of everything offered about `image`: pure, and bounded whatever is offered.
  ///
  /// A key that has vouched is not asked again, so one key counts once under however many ids. A statement is parsed
  /// only after a signature over its bytes has verified. Without `predicateType` only a container signature counts; with
  /// it only an in-toto statement of that type does.
  ///
  /// - Parameters:
  ///   - offered: newest last, as a store answers.
  ///   - nowSeconds: seconds since 1970 UTC.
  package func verdict(
    on offered: [UnverifiedAttestation], for image: PinnedReference, at nowSeconds: Int64
  ) -> AttestorVerdict {
    var verification = Verification(attestor: self, image: image, signed: image.digest, nowSeconds: nowSeconds)
    verification.consider(offered)
    return verification.verdict
  }
}

/// One verdict in the making.
struct Verification {
  let attestor: Attestor
  /// What is to be vouched for.
  let image: PinnedReference
  /// What must have been signed for that.
  let signed: Digest
  let nowSeconds: Int64
  private var verified: [VerifiedAttestation] = []
  private var refused: [AttestorVerdict.Refused] = []
  private var listed: [String: Int] = [:]
  private var vouched: Set<[UInt8]> = []
  private var vouchedIdentities: Set<Int> = []
  private var checksLeft = Attestor.Limits.checks

  init(attestor: Attestor, image: PinnedReference, signed: Digest, nowSeconds: Int64) {
    self.attestor = attestor
    self.image = image
    self.signed = signed
    self.nowSeconds = nowSeconds
  }

  var verdict: AttestorVerdict {
    var refused = refused
    if !verified.isEmpty, verified.count < attestor.threshold {
      let few = Rejection.tooFewKeys(got: verified.count, wanted: attestor.threshold)
      refused.insert(.init(occurrence: "", rejection: few), at: 0)
    }
    return AttestorVerdict(
      attestor: attestor.name, verified: verified, refused: refused, threshold: attestor.threshold)
  }

  /// The newest, the oldest, the newest but one …: whoever floods the end cannot hide what was there before.
  mutating func consider(_ offered: [UnverifiedAttestation]) {
    var left = offered.suffix(Attestor.Limits.attestations)
    while let newest = left.popLast() {
      consider(newest)
      if let oldest = left.popFirst() { consider(oldest) }
    }
    if offered.count > Attestor.Limits.attestations {
      refuse("", .overLimit(what: "attestations", limit: Attestor.Limits.attestations))
    }
  }

  /// What is not listed is not even put into words: thousands of worthless offers must cost next to nothing.
  private mutating func refuse(_ occurrence: String, _ rejection: Rejection) {
    let count = listed[rejection.code, default: 0]
    guard count < Attestor.Limits.refusals else { return }
    listed[rejection.code] = count + 1
    refused.append(.init(occurrence: printable(occurrence), rejection: rejection))
  }

  private mutating func consider(_ attestation: UnverifiedAttestation) {
    guard attestation.note == attestor.note else {
      return refuse(attestation.occurrence, .wrongNote(printable(attestation.note.description)))
    }
    let signatures: [OfferedSignature]
    do throws(OfferedSignature.Refusal) {
      signatures = try attestation.envelope.offered(atMost: Attestor.Limits.signatures)
    } catch {
      return refuse(attestation.occurrence, error.rejection)
    }
    if let (bundle, payload) = attestation.envelope.bundle, bundle.isCertified, let sigstore = attestor.sigstore {
      return consider(bundle, payload, sigstore, in: attestation)
    }
    var isAnyKnown = false
    // Nobody honest signs one statement twice with one key: what failed once by a key is not tried again.
    var failed: Set<String> = []
    for signature in signatures {
      for key in attestor.keys(for: signature) where !failed.contains(key.id) {
        isAnyKnown = true
        if !consider(signature, by: key, in: attestation), signature.keyID != nil { failed.insert(key.id) }
      }
    }
    if !isAnyKnown { refuseUnknown(signatures, in: attestation) }
  }

  private mutating func refuseUnknown(_ signatures: [OfferedSignature], in attestation: UnverifiedAttestation) {
    guard listed["unknown-key", default: 0] < Attestor.Limits.refusals else { return }
    let claimed = signatures.map { $0.keyID.map { printable($0) } ?? "no key" }
    refuse(attestation.occurrence, .unknownKey(claimed: claimed.isEmpty ? ["nobody"] : claimed))
  }

  /// Whether there is no more to ask of the key.
  private mutating func consider(
    _ signature: OfferedSignature, by key: AttestorKey, in attestation: UnverifiedAttestation
  ) -> Bool {
    guard vouched.isDisjoint(with: key.identities) else { return true }
    if let rejection = rejection(of: signature, by: key, in: attestation) {
      refuse(attestation.occurrence, rejection)
      return false
    }
    vouched.formUnion(key.identities)
    vouch(keyID: key.id, attestation)
    return true
  }

  private mutating func vouch(keyID: String, _ attestation: UnverifiedAttestation) {
    verified.append(
      VerifiedAttestation(
        image: image, signed: signed, attestor: attestor.name, keyID: keyID, occurrence: printable(attestation.occurrence),
        recordedAtSeconds: attestation.createdAtSeconds))
  }

  /// A certificate counts by who it belongs to, as a key counts by itself.
  private mutating func consider(
    _ bundle: SigstoreBundle, _ payload: [UInt8], _ sigstore: SigstoreDemand, in attestation: UnverifiedAttestation
  ) {
    guard checksLeft > 0 else {
      return refuse(attestation.occurrence, .overLimit(what: "signatures", limit: Attestor.Limits.checks))
    }
    checksLeft -= 1
    let result = sigstore.proven(
      bundle, over: payload, by: .identities(sigstore.identities), digest: .digest(signed), nowSeconds: nowSeconds)
    switch result {
    case .failure(let refusal): refuse(attestation.occurrence, Rejection(refusal, signer: "the certificate"))
    case .success(let (proven, verified)):
      guard case .certificate(let signer, let key) = verified.signer,
        let place = sigstore.identities.firstIndex(where: { $0.accepts(signer) })
      else { return }
      if let rejection = attestor.refusal(of: proven, by: nil, for: image, signed: signed, nowSeconds: nowSeconds) {
        return refuse(attestation.occurrence, rejection)
      }
      // One entry is one person, whatever else a certificate says, and a key that has vouched is not a second one.
      guard !vouched.contains(key), vouchedIdentities.insert(place).inserted else { return }
      vouched.insert(key)
      vouch(keyID: signer.described, attestation)
    }
  }

  /// Nil when the signature counts.
  private mutating func rejection(
    of signature: OfferedSignature, by key: AttestorKey, in attestation: UnverifiedAttestation
  ) -> Rejection? {
    var made = SigningTime(witnessedSeconds: attestation.createdAtSeconds)
    func untimely() -> Rejection? { key.refusal(of: made, nowSeconds: nowSeconds, expiry: attestor.expiry) }
    if let mismatch = signature.mismatch(with: key) { return mismatch }
    let timeComesLater = key.saysWhenItSigned || attestor.sigstore?.logsKeys == true
    if !timeComesLater, let untimely = untimely() { return untimely }
    guard checksLeft > 0 else { return .overLimit(what: "signatures", limit: Attestor.Limits.checks) }
    checksLeft -= 1
    switch proven(signature, by: key) {
    case .failure(let refusal): return refusal.rejection
    case .success(let payload):
      made.claimedSeconds = payload.claimedSeconds
      made.witnessedSeconds = [made.witnessedSeconds, payload.witnessedSeconds].compactMap(\.self).min()
      if let end = payload.signerEndsAtSeconds,
        (made.witnessedSeconds ?? made.claimedSeconds ?? .max) >= end || (attestor.expiry == .goodNow && nowSeconds >= end)
      {
        return .expired(keyID: key.id)
      }
      return untimely() ?? attestor.refusal(of: payload, by: key, for: image, signed: signed, nowSeconds: nowSeconds)
    }
  }
}

extension Verification {
  /// With the logs, where the attestor demands them of its own keys too.
  private func proven(
    _ signature: OfferedSignature, by key: AttestorKey
  ) -> Result<ProvenPayload, OfferedSignature.Refusal> {
    guard let sigstore = attestor.sigstore, sigstore.logsKeys else { return signature.proven(by: key, at: nowSeconds) }
    guard case .bundle(let bundle, let payload) = signature.form, case .pkix(let pkix) = key.material else {
      return .failure(.init(.notLogged("It comes without an entry of a transparency log, which the attestor demands.")))
    }
    let result = sigstore.proven(bundle, over: payload, by: .key(pkix), digest: .digest(signed), nowSeconds: nowSeconds)
    return result.map { proven, verified in
      var proven = proven
      proven.witnessedSeconds = verified.signedAtSeconds
      return proven
    }.mapError { .init(Rejection($0, signer: key.id)) }
  }
}

extension Attestor {
  /// A bundle's hint proves nothing and may be anything: it is a reason to try that key first, no more.
  fileprivate func keys(for signature: OfferedSignature) -> [AttestorKey] {
    guard let id = signature.keyID else { return keys }
    if let key = keysByID[id] { return [key] }
    if case .bundle = signature.form { return keys }
    return []
  }
}
