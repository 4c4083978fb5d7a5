import Attestations
import Images

/// Which vulnerabilities the images of a namespace may have, and that each has a digest.
///
/// All of a namespace are demanded. In Kritis an attestation by the policy's authority spares an image the look at its
/// vulnerabilities, and the webhook itself signs what has passed: what was admitted once is admitted for ever. Here nothing
/// is signed at admission, and vulnerabilities are judged each time, unless the annotation `pratique/attested-images: admit`
/// asks for the first half of that.
///
/// Source: Kritis, `securitypolicy.go`, `pkg/kritis/review`.
package struct ImageSecurityPolicy: ImagePolicy {
  package let name: String
  package let scope: PolicyScope
  private let allowlist: [ImageReference]
  private let exempt: [NamePattern]
  private let limits: VulnerabilityLimits
  private let authorities: [Authority]
  private let admitsAttested: Bool

  /// One rule for every image of the namespace.
  package func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "packageVulnerabilityRequirements", enforcement: .block)
  }

  /// What is recorded of the image, unless it is let through or every vulnerability passes.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    guard letsThrough(image.written) == nil else { return ImageDemand() }
    return ImageDemand(
      attestors: admitsAttested ? authorities.map(\.attestor) : [], needs: limits.limitsNothing ? [] : [.occurrences])
  }

  /// Lets pass what is on a list, and else judges digest and vulnerabilities.
  package func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    func answer(
      _ reasons: [Reason], by name: String? = nil, found: [VerifiedAttestation] = [], evidence: [String] = []
    ) -> Judgement {
      Judgement(
        policy: self.name, rule: name ?? rule.name, demanded: admitsAttested ? authorities.map(\.attestor) : [], found: found,
        evidence: evidence, reasons: reasons, enforcement: rule.enforcement)
    }
    if let entry = letsThrough(image.written) { return answer([], by: entry) }
    guard let pinned = image.pinned else { return answer([.tagOnly(image.written)]) }
    if admitsAttested {
      let found = authorities.compactMap { $0.weigh(pinned, by: evidence).found }
      if !found.isEmpty { return answer([], by: "attestationAuthorityName", found: found) }
    }
    guard !limits.limitsNothing else { return answer([]) }
    let verdict = limits.verdict(on: evidence.subject(pinned), at: nowSeconds)
    if case .passed(let sentences) = verdict { return answer([], evidence: sentences) }
    return answer(verdict.reasons)
  }

  private func letsThrough(_ image: ImageReference) -> String? {
    if let index = exempt.firstIndex(where: { $0.matches(image) }) { return KritisConfig.rule(index) }
    return allowlist.firstIndex(of: image).map { "imageAllowlist[\($0)]" }
  }
}

extension ImageSecurityPolicy: PolicyDocument {
  package static let title = "an ImageSecurityPolicy of Kritis"
  private static let kind = "ImageSecurityPolicy"
  /// Ours: whether an attestation by the policy's authority spares an image the look at its vulnerabilities.
  static let attestedAnnotation = "pratique/attested-images"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    draft.images.append(try ImageSecurityPolicy(KritisObject(document, kind: kind), draft))
  }

  private init(_ object: KritisObject, _ draft: RulebookDraft) throws(DocumentError) {
    let spec = object.spec
    try Self.refuseRetired(spec)
    try spec.onlyKeys([
      "imageAllowlist", "imageAllowList", "imageWhitelist", "packageVulnerabilityRequirements", "attestationAuthorityName",
      "attestationAuthorityNames", "privateKeySecretName",
    ])
    _ = try spec["privateKeySecretName"]?.filledString()
    name = object.title
    scope = .namespaces([object.namespace])
    exempt = draft.kritis.exempt
    allowlist = try spec.spelled("imageAllowlist", "imageAllowList", "imageWhitelist").map(Self.images) ?? []
    limits = try Self.limits(spec)
    authorities = try Self.authorities(of: object, draft)
    admitsAttested = try object.annotation(Self.attestedAnnotation, ["judge", "admit"]) == "admit"
    if admitsAttested, authorities.isEmpty {
      throw spec.error(
        "\(Self.attestedAnnotation) admits what nobody attests", remedy: "Name attestationAuthorityName, or write judge.")
    }
  }

  /// Fields of early releases that asked for something that has a kind of its own here.
  private static func refuseRetired(_ spec: DocumentNode) throws(DocumentError) {
    if let field = spec["builtProjectIDs"] {
      throw field.error("no project is asked by an ImageSecurityPolicy", remedy: "Write a BuildPolicy with builtFrom.")
    }
    if let field = spec["requireAttestationsBy"] {
      throw field.error(
        "no attestation is asked by an ImageSecurityPolicy", remedy: "Write a GenericAttestationPolicy with these authorities.")
    }
  }

  private static func images(_ list: DocumentNode) throws(DocumentError) -> [ImageReference] {
    var found: [ImageReference] = []
    for (text, node) in try list.filledList() {
      guard let image = try? ImageReference(parsing: text) else {
        throw node.error(
          "\"\(printable(text))\" names no image", remedy: "Write the image as its manifests do; * means nothing here.")
      }
      found.append(image)
    }
    return found
  }

  /// Defaults are those of Kritis' code: CRITICAL with a fix, all without.
  private static func limits(_ spec: DocumentNode) throws(DocumentError) -> VulnerabilityLimits {
    guard let node = spec["packageVulnerabilityRequirements"] else {
      return try VulnerabilityLimits(fixable: .critical, unfixable: .allowAll, allowed: nil)
    }
    try node.onlyKeys([
      "maximumSeverity", "maximumFixUnavailableSeverity", "maximumFixNotAvailableSeverity", "allowlistCVEs", "whitelistCVEs",
    ])
    let fixable = try node["maximumSeverity"].map(SeverityLimit.init) ?? .critical
    let unfixable = try node.spelled("maximumFixUnavailableSeverity", "maximumFixNotAvailableSeverity").map(SeverityLimit.init)
    return try VulnerabilityLimits(
      fixable: fixable, unfixable: unfixable ?? .allowAll, allowed: try node.spelled("allowlistCVEs", "whitelistCVEs"))
  }

  private static func authorities(of object: KritisObject, _ draft: RulebookDraft) throws(DocumentError) -> [Authority] {
    if let list = object.spec["attestationAuthorityNames"] {
      if let one = object.spec["attestationAuthorityName"] {
        throw one.error("the authorities stand twice", remedy: "Keep attestationAuthorityName.")
      }
      return try list.authorities(of: object, in: draft)
    }
    guard let one = object.spec["attestationAuthorityName"] else { return [] }
    return [try one.authority(of: object, in: draft)]
  }
}

extension Evidence {
  /// What was found out about `image`; nothing where nobody asked, or where it is about another.
  func subject(_ image: PinnedReference) -> CheckSubject {
    guard let subject = subjects[image], subject.image == image else { return CheckSubject(image) }
    return subject
  }
}
