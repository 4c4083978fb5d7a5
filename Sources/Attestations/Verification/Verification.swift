package import Images
import Metadata

extension Attestor {
  /// How much of what is offered is looked at, whoever offers it.
  package enum Limits {
    /// The newest of these under one note.
    package static let attestations = 64
    /// In one attestation.
    package static let signatures = 8
    /// In bytes, of one statement.
    package static let payloadBytes = 1 << 16
    /// Signatures checked for one verdict. Only those that name a key of the attestor are checked at all.
    package static let checks = 32
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
    var verification = Verification(attestor: self, image: image, nowSeconds: nowSeconds)
    for attestation in offered.suffix(Limits.attestations).reversed() { verification.consider(attestation) }
    if offered.count > Limits.attestations {
      verification.refuse(.overLimit(what: "attestations", limit: Limits.attestations), "")
    }
    return AttestorVerdict(attestor: name, verified: verification.verified, refused: verification.refused)
  }
}

/// One verdict in the making.
private struct Verification {
  let attestor: Attestor
  let image: PinnedReference
  let nowSeconds: Int64
  private(set) var verified: [VerifiedAttestation] = []
  private(set) var refused: [AttestorVerdict.Refused] = []
  private var vouched: Set<[UInt8]> = []
  private var checksLeft = Attestor.Limits.checks

  init(attestor: Attestor, image: PinnedReference, nowSeconds: Int64) {
    self.attestor = attestor
    self.image = image
    self.nowSeconds = nowSeconds
  }

  mutating func refuse(_ rejection: Rejection, _ occurrence: String) {
    refused.append(.init(occurrence: printable(occurrence), rejection: rejection))
  }

  mutating func consider(_ attestation: UnverifiedAttestation) {
    guard attestation.note == attestor.note else {
      return refuse(.wrongNote(printable(attestation.note.description)), attestation.occurrence)
    }
    let signatures = attestation.envelope.signatures
    guard attestation.envelope.payload.count <= Attestor.Limits.payloadBytes else {
      return refuse(.overLimit(what: "bytes in the payload", limit: Attestor.Limits.payloadBytes), attestation.occurrence)
    }
    guard signatures.count <= Attestor.Limits.signatures else {
      return refuse(.overLimit(what: "signatures", limit: Attestor.Limits.signatures), attestation.occurrence)
    }
    let opened: Opened
    switch open(attestation.envelope) {
    case .success(let it): opened = it
    case .failure(let failure): return refuse(failure.rejection, attestation.occurrence)
    }
    let candidates = signatures.flatMap { signature in
      keys(for: signature.keyID, isHint: opened.isKeyIDOptional).map { (key: $0, bytes: signature.bytes) }
    }
    guard !candidates.isEmpty else {
      let claimed = signatures.map { $0.keyID.isEmpty ? "no key" : printable($0.keyID) }
      return refuse(.unknownKey(claimed: claimed.isEmpty ? ["nobody"] : claimed), attestation.occurrence)
    }
    for candidate in candidates where !vouched.contains(candidate.key.publicKey.subjectPublicKeyInfo) {
      guard let rejection = check(candidate.bytes, by: candidate.key, in: attestation, opened) else {
        vouched.insert(candidate.key.publicKey.subjectPublicKeyInfo)
        verified.append(
          VerifiedAttestation(
            image: image, attestor: attestor.name, keyID: candidate.key.id, occurrence: printable(attestation.occurrence)))
        continue
      }
      refuse(rejection, attestation.occurrence)
    }
  }

  /// Nil when the signature counts.
  private mutating func check(
    _ signature: [UInt8], by key: AttestorKey, in attestation: UnverifiedAttestation, _ opened: Opened
  ) -> Rejection? {
    if let refusal = key.refusal(createdAtSeconds: attestation.createdAtSeconds, nowSeconds: nowSeconds) { return refusal }
    guard checksLeft > 0 else { return .overLimit(what: "signatures", limit: Attestor.Limits.checks) }
    checksLeft -= 1
    guard key.publicKey.verifies(signature, over: opened.signed) else { return .badSignature(keyID: key.id) }
    do throws(JSONError) {
      return try opened.refusal(image)
    } catch {
      return .malformed(error.problem)
    }
  }

  /// DSSE calls the key id a hint that may be absent: then every key of the attestor is tried.
  private func keys(for id: String, isHint: Bool) -> [AttestorKey] {
    if isHint, id.isEmpty { return attestor.keys }
    return attestor.keysByID[id].map { [$0] } ?? []
  }

  /// What is signed, and how to ask the statement in it.
  private struct Opened {
    let signed: [UInt8]
    let isKeyIDOptional: Bool
    let refusal: (PinnedReference) throws(JSONError) -> Rejection?
  }

  private struct Unopened: Error {
    let rejection: Rejection
  }

  private func open(_ envelope: UnverifiedAttestation.Envelope) -> Result<Opened, Unopened> {
    switch (envelope, attestor.predicateType) {
    case (.unsupported(let form), _):
      return .failure(Unopened(rejection: .unsupported(printable(form))))
    case (.detached, let wanted?):
      return .failure(Unopened(rejection: .wrongPredicate(signed: "none, it is a container signature", wanted: wanted)))
    case (.detached(let payload, _), nil):
      return .success(
        Opened(signed: payload, isKeyIDOptional: false) { image throws(JSONError) in
          try ContainerSignature(parsing: payload).refusal(for: image)
        })
    case (.dsse(InTotoStatement.payloadType, let payload, _), let wanted?):
      let encoded = preAuthenticationEncoding(payloadType: InTotoStatement.payloadType, payload: payload)
      return .success(
        Opened(signed: encoded, isKeyIDOptional: true) { image throws(JSONError) in
          try InTotoStatement(parsing: payload).refusal(for: image, wanted: wanted)
        })
    case (.dsse(let type, _, _), _):
      return .failure(Unopened(rejection: .wrongType(signed: printable(type))))
    }
  }
}

extension UnverifiedAttestation.Envelope {
  fileprivate var payload: [UInt8] {
    switch self {
    case .detached(let payload, _), .dsse(_, let payload, _): payload
    case .unsupported: []
    }
  }

  fileprivate var signatures: [UnverifiedAttestation.Signature] {
    switch self {
    case .detached(_, let signatures), .dsse(_, _, let signatures): signatures
    case .unsupported: []
    }
  }
}
