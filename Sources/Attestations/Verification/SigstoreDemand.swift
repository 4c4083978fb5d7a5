/// What an attestor takes from Sigstore's services: whose certificates count, and which logs must hold what is signed.
package struct SigstoreDemand: Sendable {
  package let root: TrustedRoot
  /// Who may sign with a certificate; empty where only keys may.
  package let identities: [CertificateIdentity]
  package let requirements: SigstoreRequirements
  /// Whether what the attestor's own keys sign must be in the logs as well. Then no other form than a bundle counts.
  package let logsKeys: Bool

  package init(
    root: TrustedRoot, identities: [CertificateIdentity], requirements: SigstoreRequirements = SigstoreRequirements(),
    logsKeys: Bool = false
  ) {
    self.root = root
    self.identities = identities
    self.requirements = requirements
    self.logsKeys = logsKeys
  }
}

extension UnverifiedAttestation.Envelope {
  /// The bundle in it, and what a signature in it that is not over an envelope is over.
  var bundle: (bundle: SigstoreBundle, payload: [UInt8])? {
    if case .bundle(let bundle, let payload) = self { (bundle, payload) } else { nil }
  }
}

extension SigstoreBundle {
  /// The id of the key that the hint means, where it is written as cosign does: the SHA-256 of the key in base64. Nil for
  /// any other hint, which may mean every key.
  var keyID: String? {
    guard case .keyHint(let hint) = material, let hash = strictBase64(hint), hash.count == 32 else { return nil }
    return "ni:///sha-256;" + base64URL(hash)
  }
}

extension SigstoreDemand {
  /// What `signer` proves by a bundle about the image with `digest`.
  ///
  /// - Parameter payload: the container signature that a plain signature in the bundle is over; empty for an envelope.
  func proven(
    _ bundle: SigstoreBundle, over payload: [UInt8], by signer: SigstoreTrust.Signer, digest: SignedArtifact,
    nowSeconds: Int64
  ) -> Result<(payload: ProvenPayload, verified: VerifiedBundle), SigstoreRefusal> {
    let trust = SigstoreTrust(signer: signer, root: root, requirements: requirements)
    let artifact: SignedArtifact = payload.isEmpty ? digest : .bytes(payload)
    return trust.verdict(on: bundle, over: artifact, at: nowSeconds).map { verified in
      let proven = verified.statement.map { ProvenPayload(bytes: $0.payload, type: $0.type) }
      return (proven ?? ProvenPayload(bytes: payload, type: nil), verified)
    }
  }
}

extension Rejection {
  /// The cause that a refusal of Sigstore's is an example of.
  init(_ refusal: SigstoreRefusal, signer: String) {
    self =
      switch refusal {
      case .malformed: .malformed(refusal.problem)
      case .overLimit(let what, let limit): .overLimit(what: what, limit: limit)
      case .unsupported(let form): .unsupported(form)
      case .needsArtifact: .unsupported("a signature that can only be checked over the whole artifact")
      case .wrongArtifact(let signed): .wrongDigest(signed: signed)
      case .badSignature: .badSignature(keyID: signer)
      case .wrongSigner, .untrustedCertificate, .badCertificateTimestamp: .untrustedCertificate(refusal.problem)
      case .wrongIdentity: .wrongIdentity(refusal.problem)
      case .wrongLogEntry, .badLogProof, .tooFewLogs: .notLogged(refusal.problem)
      case .badTimestamp, .noTrustedTime, .tooFewTimestamps: .noTrustedTime(refusal.problem)
      }
  }
}
