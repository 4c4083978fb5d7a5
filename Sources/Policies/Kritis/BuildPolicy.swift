import Attestations
import Images

/// Where the images of a namespace must have been built from, by their provenance.
///
/// `builtFrom` is a regular expression of bounded cost that the whole name of each source must match; Kritis' type was never
/// asked by its webhook.
///
/// Source: Kritis, `buildpolicy.go`.
package struct BuildPolicy: ImagePolicy {
  package let name: String
  package let scope: PolicyScope
  private let builtFrom: IdentityPattern
  private let exempt: [NamePattern]

  /// One rule for every image of the namespace.
  package func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "buildRequirements", enforcement: .block)
  }

  /// What is recorded of the image, unless a KritisConfig leaves it out.
  package func demand(of image: ImageQuestion) -> ImageDemand {
    exemption(of: image) == nil ? ImageDemand(needs: [.occurrences]) : ImageDemand()
  }

  /// Looks for one record of the build whose sources are all meant.
  package func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    func answer(_ reasons: [Reason], by rule: String, evidence: [String] = []) -> Judgement {
      Judgement(policy: name, rule: rule, evidence: evidence, reasons: reasons, enforcement: .block)
    }
    if let entry = exemption(of: image) { return answer([], by: entry) }
    guard let pinned = image.pinned else { return answer([.tagOnly(image.written)], by: rule.name) }
    let verdict = evidence.subject(pinned).judgedBuild {
      $0.lacksSource(matching: builtFrom)
    } evidence: {
      $0.evidence
    }
    if case .passed(let sentences) = verdict { return answer([], by: rule.name, evidence: sentences) }
    return answer(verdict.reasons, by: rule.name)
  }

  private func exemption(of image: ImageQuestion) -> String? {
    exempt.firstIndex { $0.matches(image.written) }.map(KritisConfig.rule)
  }
}

extension BuildPolicy: PolicyDocument {
  package static let title = "a BuildPolicy of Kritis"
  private static let kind = "BuildPolicy"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    draft.images.append(try BuildPolicy(KritisObject(document, kind: kind), draft))
  }

  private init(_ object: KritisObject, _ draft: RulebookDraft) throws(DocumentError) {
    let spec = object.spec
    try spec.onlyKeys(["attestationAuthorityName", "privateKeySecretName", "buildRequirements"])
    _ = try spec["attestationAuthorityName"]?.authority(of: object, in: draft)
    _ = try spec["privateKeySecretName"]?.filledString()
    let requirements = try spec.required("buildRequirements")
    try requirements.onlyKeys(["builtFrom"])
    let pattern = try requirements.required("builtFrom")
    let text = try pattern.filledString()
    builtFrom = try pattern.reading { () throws(AttestationError) in try IdentityPattern(text) }
    guard !builtFrom.matches("") else {
      throw pattern.error("it matches even no source at all", remedy: "Write the repositories that are meant.")
    }
    name = object.title
    scope = .namespaces([object.namespace])
    exempt = draft.kritis.exempt
  }
}

extension BuildClaim {
  /// Why its sources do not all match `pattern`, or are unknown.
  fileprivate func lacksSource(matching pattern: IdentityPattern) -> [Reason] {
    let remedy = "Build it from a repository that \(printable(pattern.description)) matches."
    guard !sources.isEmpty else {
      return [Reason(code: "unknown-source", problem: "The provenance names no source repository.", remedy: remedy)]
    }
    guard let stray = sources.first(where: { source in !source.names.contains(where: pattern.matches) }) else { return [] }
    return [
      Reason(
        code: "untrusted-source", problem: "It was built from \(printable(stray.uri)), which the policy does not name.",
        remedy: remedy)
    ]
  }
}

extension BuildClaim.Material {
  /// How people write the repository: with and without scheme, `.git`, and the commit behind a colon. None for a place that
  /// could be read in two ways.
  fileprivate var names: [String] {
    guard let repository = SourceRepository(uri) else { return [] }
    let plain = ["\(repository)", "https://\(repository)", "https://\(repository).git"]
    guard let commit, !commit.isEmpty, commit.utf8.allSatisfy(Self.isPlain) else { return plain }
    return plain + plain.map { "\($0):\(commit)" }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._".utf8.contains(byte)
  }
}
