import Attestations
import Images

extension Policy: ImagePolicy {
  /// Its rules choose the place themselves.
  package var scope: PolicyScope { .everywhere }

  /// The scoped rule of the place, or else the default one.
  package func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    let (name, rule) = rule(in: review.place, serviceAccount: use.serviceAccount)
    return AppliedRule(name: name, enforcement: rule.enforcement)
  }

  /// The attestors of the rule, unless an allowlist pattern lets the image through.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    guard allowing(image.written) == nil else { return ImageDemand() }
    return ImageDemand(
      attestors: rule(in: image.review.place, serviceAccount: image.use.serviceAccount).rule.attestors)
  }

  /// Lets pass what an allowlist pattern matches, and else asks what the rule demands.
  package func judgement(
    of image: ImageQuestion, under applied: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    if let pattern = allowing(image.written) {
      return Judgement(policy: name, rule: pattern, reasons: [], enforcement: applied.enforcement)
    }
    let rule = rule(in: image.review.place, serviceAccount: image.use.serviceAccount).rule
    func answer(_ reasons: [Reason], found: [VerifiedAttestation] = []) -> Judgement {
      Judgement(
        policy: name, rule: applied.name, demanded: rule.attestors, found: found, reasons: reasons,
        enforcement: applied.enforcement)
    }
    switch rule.evaluation {
    case .alwaysAllow: return answer([])
    case .alwaysDeny: return answer([.alwaysDenied(by: applied.name)])
    case .requireAttestations(let names, let least):
      guard let pinned = image.pinned else { return answer([.digestMissing(image.written)]) }
      let weighed = names.map { evidence.weigh($0, on: pinned) }
      let found = weighed.compactMap(\.found)
      return answer(found.count >= least ? [] : weighed.flatMap(\.reasons), found: found)
    }
  }

  /// Name of the allowlist pattern that lets `image` through.
  private func allowing(_ image: ImageReference) -> String? {
    systemPolicy?.allowing(image) ?? allowlist.firstIndex { $0.matches(image) }.map { "admissionWhitelistPatterns[\($0)]" }
  }
}

extension Evidence {
  /// What one attestor's answer is worth: an attestation that counts, or why there is none.
  func weigh(_ attestor: String, on image: PinnedReference) -> (found: VerifiedAttestation?, reasons: [Reason]) {
    switch answers[image]?[attestor] {
    case .verdict(let verdict):
      // What was verified about another image, or for another attestor, is no evidence here.
      let isCounting = { (one: VerifiedAttestation) in one.attestor == attestor && one.image == image }
      if verdict.verified.count(where: isCounting) >= max(1, verdict.threshold) {
        return (verdict.verified.first(where: isCounting), [])
      }
      return (nil, Reason.refused(verdict.refused, by: attestor, on: image))
    case .unavailable(let why): return (nil, [.evidenceUnavailable(why, of: attestor)])
    case nil: return (nil, [.attestationMissing(by: attestor, on: image)])
    }
  }
}

extension Reason {
  static func digestMissing(_ image: ImageReference) -> Reason {
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
