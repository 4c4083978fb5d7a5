import Attestations
import Images

/// Who must have vouched for the images of a namespace.
///
/// Of all that a namespace has, one must hold with all its authorities, each by any one of its keys; the patterns of any let
/// an image through.
///
/// Source: Kritis, `genericattestation.go`, `pkg/kritis/review`.
package struct GenericAttestationPolicy: ImagePolicy {
  /// One object of the namespace.
  fileprivate struct Alternative: Sendable {
    let name: String
    let patterns: [NamePattern]
    let authorities: [Authority]
  }

  package let name: String
  package let scope: PolicyScope
  private let exempt: [NamePattern]
  fileprivate var alternatives: [Alternative]

  /// The alternative that holds is told with the judgement.
  package func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "attestationAuthorityNames", enforcement: .block)
  }

  /// The authorities of all alternatives, unless a pattern lets the image through.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    letsThrough(image.written) == nil ? ImageDemand(attestors: demanded) : ImageDemand()
  }

  /// Lets pass what a pattern matches, and else asks the alternatives in turn.
  package func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    func answer(_ reasons: [Reason], by rule: String, found: [VerifiedAttestation] = []) -> Judgement {
      Judgement(policy: name, rule: rule, demanded: demanded, found: found, reasons: reasons, enforcement: .block)
    }
    if let entry = letsThrough(image.written) { return answer([], by: entry) }
    guard let pinned = image.pinned else { return answer([.tagOnly(image.written)], by: rule.name) }
    var reasons: [Reason] = []
    for alternative in alternatives {
      let weighed = alternative.authorities.map { $0.weigh(pinned, by: evidence) }
      let found = weighed.compactMap(\.found)
      if found.count == alternative.authorities.count {
        return answer([], by: "\(alternative.name).\(rule.name)", found: found)
      }
      let missing = weighed.filter { $0.found == nil }.flatMap(\.reasons)
      reasons += alternatives.count == 1 ? missing : missing.map { $0.told(of: alternative.name) }
    }
    return answer(reasons, by: rule.name)
  }

  /// Full names, each once.
  private var demanded: [String] {
    var seen: Set<String> = []
    return alternatives.flatMap(\.authorities).map(\.attestor).filter { seen.insert($0).inserted }
  }

  private func letsThrough(_ image: ImageReference) -> String? {
    if let index = exempt.firstIndex(where: { $0.matches(image) }) { return KritisConfig.rule(index) }
    for alternative in alternatives {
      if let index = alternative.patterns.firstIndex(where: { $0.matches(image) }) {
        return "\(alternative.name).admissionAllowlistPatterns[\(index)]"
      }
    }
    return nil
  }
}

extension GenericAttestationPolicy: PolicyDocument {
  package static let title = "a GenericAttestationPolicy of Kritis"
  private static let kind = "GenericAttestationPolicy"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  /// One more alternative for the policy of its namespace.
  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let object = try KritisObject(document, kind: kind)
    let alternative = try GenericAttestationPolicy.Alternative(object, draft)
    guard let index = draft.kritis.alternatives[object.namespace],
      var policy = draft.images[index] as? GenericAttestationPolicy
    else {
      draft.kritis.alternatives[object.namespace] = draft.images.count
      draft.images.append(
        GenericAttestationPolicy(
          name: "\(kind) \(object.namespace)", scope: .namespaces([object.namespace]), exempt: draft.kritis.exempt,
          alternatives: [alternative]))
      return
    }
    guard !policy.alternatives.contains(where: { $0.name == alternative.name }) else {
      throw document.error("another GenericAttestationPolicy has the same name", remedy: "Give each a name of its own.")
    }
    policy.alternatives.append(alternative)
    draft.images[index] = policy
  }
}

extension GenericAttestationPolicy.Alternative {
  fileprivate init(_ object: KritisObject, _ draft: RulebookDraft) throws(DocumentError) {
    let spec = object.spec
    try spec.onlyKeys(["admissionAllowlistPatterns", "admissionWhitelistPatterns", "attestationAuthorityNames"])
    var patterns: [NamePattern] = []
    for entry in try spec.spelled("admissionAllowlistPatterns", "admissionWhitelistPatterns")?.elements() ?? [] {
      try entry.onlyKeys(["namePattern"])
      patterns.append(try NamePattern(entry.required("namePattern")))
    }
    guard let list = spec["attestationAuthorityNames"] else {
      throw spec.error(
        "a policy without authorities could only deny, the images it allows as well", remedy: "List attestationAuthorityNames.")
    }
    self.init(name: object.name, patterns: patterns, authorities: try list.authorities(of: object, in: draft))
  }
}

extension Reason {
  fileprivate func told(of alternative: String) -> Reason {
    Reason(code: code, problem: "\(alternative): \(problem)", remedy: remedy, about: about)
  }
}
