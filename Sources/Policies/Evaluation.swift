import Attestations
package import Images

extension Policy {
  /// Which attestors must be asked about which images before `decision` can be made: pinned images that no allowlist
  /// pattern lets through, under a rule that demands attestations.
  ///
  /// - Parameter lookups: what tags were found to name, by image as written; such an image counts as pinned.
  package func demands(
    of workload: Workload, in place: Place, lookups: [String: Evidence.Lookup] = [:]
  ) -> [PinnedReference: [String]] {
    var demands: [PinnedReference: [String]] = [:]
    for use in workload.images {
      guard let written = try? ImageReference(parsing: use.image), allowing(written) == nil,
        case .digest(let image)? = pin(written, use.image, lookups)
      else { continue }
      let wanted = rule(in: place, serviceAccount: use.serviceAccount).rule.attestors
      for name in wanted where !(demands[image] ?? []).contains(name) { demands[image, default: []].append(name) }
    }
    return demands
  }

  /// Judges every image of a workload: a function of its arguments, so the gate, `policy test` and a replay agree.
  ///
  /// - Parameters:
  ///   - place: where it is to run; chooses the rule.
  ///   - evidence: for every image that `demands` names. What is absent counts as not found.
  ///   - requiresDigest: whether an image that needs no attestation needs a digest all the same.
  package func decision(
    for workload: Workload, in place: Place, evidence: Evidence, requiresDigest: Bool = true
  ) -> Decision {
    Decision(
      images: workload.images.map { use in
        decision(for: use, in: place, evidence: evidence, requiresDigest: requiresDigest)
      })
  }

  private func decision(
    for use: Workload.ImageUse, in place: Place, evidence: Evidence, requiresDigest: Bool
  ) -> ImageDecision {
    let (ruleName, rule) = rule(in: place, serviceAccount: use.serviceAccount)
    func answer(
      _ reasons: [Reason], _ image: PinnedReference? = nil, by name: String? = nil, found: [VerifiedAttestation] = []
    ) -> ImageDecision {
      let verdict: ImageDecision.Verdict =
        if let denial = Denial(reasons) { rule.enforcement == .dryRun ? .wouldBeDenied(denial) : .denied(denial) } else {
          .allowed
        }
      return ImageDecision(
        use: use, image: image, rule: name ?? ruleName, demanded: name == nil ? rule.attestors : [], found: found,
        verdict: verdict)
    }
    let written: ImageReference
    do throws(ImageError) {
      written = try ImageReference(parsing: use.image)
    } catch {
      return answer([Reason(error)])
    }
    let pattern = allowing(written)
    let needsDigest = requiresDigest || (pattern == nil && !rule.attestors.isEmpty)
    var image: PinnedReference?
    switch pin(written, use.image, evidence.lookups) {
    case .digest(let pinned): image = pinned
    case .failed(let reason): return answer([reason], by: pattern)
    case nil where needsDigest: return answer([.digestMissing(written)], by: pattern)
    case nil: image = nil
    }
    if let image, let unfit = evidence.unfit[image] { return answer([unfit], image, by: pattern) }
    if let pattern { return answer([], image, by: pattern) }
    switch rule.evaluation {
    case .alwaysAllow: return answer([], image)
    case .alwaysDeny: return answer([.alwaysDenied(by: ruleName)], image)
    case .requireAttestations(let names, let least):
      guard let image else { return answer([.digestMissing(written)]) }
      let weighed = names.map { weigh(evidence.answers[image]?[$0], of: $0, on: image) }
      let found = weighed.compactMap(\.found)
      let isEnough = found.count >= least
      return answer(isEnough ? [] : weighed.flatMap(\.reasons), image, found: found)
    }
  }

  /// Name of the allowlist pattern that lets `image` through.
  private func allowing(_ image: ImageReference) -> String? {
    allowlist.firstIndex { $0.matches(image) }.map { "admissionWhitelistPatterns[\($0)]" }
  }

  private enum Pin {
    case digest(PinnedReference)
    case failed(Reason)
  }

  /// The digest that was written decides; else the one its tag was found to name; nil when nobody looked.
  private func pin(_ image: ImageReference, _ written: String, _ lookups: [String: Evidence.Lookup]) -> Pin? {
    if let pinned = image.pinned { return .digest(pinned) }
    return switch lookups[written] {
    case .digest(let digest): .digest(PinnedReference(repository: image.repository, digest: digest))
    case .failed(let reason): .failed(reason)
    case nil: nil
    }
  }
}

/// What one attestor's answer is worth: an attestation that counts, or why there is none.
private func weigh(
  _ answer: Evidence.Answer?, of attestor: String, on image: PinnedReference
) -> (found: VerifiedAttestation?, reasons: [Reason]) {
  switch answer {
  case .verdict(let verdict):
    // What was verified about another image, or for another attestor, is no evidence here.
    let counting = verdict.verified.filter { $0.image == image && $0.attestor == attestor }
    if let first = counting.first, counting.count >= verdict.threshold { return (first, []) }
    return (nil, Reason.refused(verdict.refused, by: attestor, on: image))
  case .unavailable(let why): return (nil, [.evidenceUnavailable(why, of: attestor)])
  case nil: return (nil, [.attestationMissing(by: attestor, on: image)])
  }
}

extension Reason {
  fileprivate static func digestMissing(_ image: ImageReference) -> Reason {
    Reason(
      code: "digest-missing",
      problem: "It has no digest, and what the tag \"\(image.tagOrLatest)\" names can change.",
      remedy: "Deploy it as \(image.repository)@sha256:…; `pratique show \(image)` prints the digest.")
  }

  fileprivate static func alwaysDenied(by rule: String) -> Reason {
    Reason(
      code: "always-deny", problem: "\(rule) lets nothing in.",
      remedy: "Deploy it where another rule applies, or ask the owner of the policy.")
  }

  fileprivate static func attestationMissing(by attestor: String, on image: PinnedReference) -> Reason {
    Reason(
      code: "attestation-missing", problem: "No attestation by \(shortName(attestor)) was found.",
      remedy: attest(image, attestor))
  }

  fileprivate static func evidenceUnavailable(_ why: String, of attestor: String) -> Reason {
    Reason(
      code: "evidence-unavailable",
      problem: "The attestations by \(shortName(attestor)) could not be read: \(printable(why)).",
      remedy: "Check that the metadata server runs and can be reached, then deploy again.")
  }

  /// One reason for each cause; an attestor that was offered nothing is simply missing.
  fileprivate static func refused(
    _ refused: [AttestorVerdict.Refused], by attestor: String, on image: PinnedReference
  ) -> [Reason] {
    var seen: Set<String> = []
    let causes = refused.filter { seen.insert($0.rejection.code).inserted }.prefix(3)
    guard !causes.isEmpty else { return [attestationMissing(by: attestor, on: image)] }
    return causes.map { cause in
      let place = cause.occurrence.isEmpty ? "" : " (\(printable(cause.occurrence)))"
      return Reason(
        code: cause.rejection.code,
        problem: "An attestation by \(shortName(attestor)) does not count\(place): \(cause.rejection.problem)",
        remedy: attest(image, attestor, because: cause.rejection))
    }
  }

  private static func attest(_ image: PinnedReference, _ attestor: String, because cause: Rejection? = nil) -> String {
    let command = "Run `pratique attest \(image) --attestor \(shortName(attestor))`"
    switch cause {
    case .revoked, .expired, .notYetValid: return "\(command) with a key that is in force."
    default: return "\(command) once it has passed."
    }
  }

  /// `qa` for `projects/p/attestors/qa`.
  private static func shortName(_ attestor: String) -> String {
    String(attestor.split(separator: "/").last ?? attestor[...])
  }
}
