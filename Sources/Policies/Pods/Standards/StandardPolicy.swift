import Images

/// A standard demanded by a document of our own, for Pods and for all that make them.
///
/// Kubernetes enforces on Pods alone, so that a Deployment is let in whose Pods are not; here both are judged unless the
/// document says otherwise. Beside Kubernetes' controls it demands that a profile that is set has an effect.
struct StandardPolicy: WorkloadPolicy {
  let name: String
  let scope: PolicyScope
  let level: PodSecurityLevel
  let enforcement: Enforcement
  /// For objects that make Pods; nil where these are left alone.
  let controllers: Enforcement?

  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let object = review.object, let part = PodPart(in: object) else { return [] }
    guard let enforcement = review.workload.kind == "Pod" ? enforcement : controllers else { return [] }
    let violations = violations(in: part)
    if review.isInsignificantUpdate, let old = review.oldObject.flatMap({ PodPart(in: $0) }),
      Set(violations).isSubset(of: self.violations(in: old))
    {
      return []
    }
    let reason = Reason.podSecurity(level, violations, isMild: enforcement != .block)
    return [
      Judgement(policy: name, rule: "\(level)", reasons: [reason].compactMap { $0 }, enforcement: enforcement)
    ]
  }

  private func violations(in part: PodPart) -> [ViolatedControl] {
    let pod = PodFields(part)
    var violations = level.violations(in: pod)
    if let hollow = PodSecurityControl.effectiveProfile.check(atMinor: 0)?(pod) {
      violations.append(ViolatedControl(id: PodSecurityControl.effectiveProfile.id, violation: hollow))
    }
    return violations
  }
}

/// `kind: PodSecurity` of ours.
enum StandardDocument: PolicyDocument {
  static let title = "a PodSecurity of pratique.dev/v1"

  static func isMeant(by document: DocumentNode) -> Bool {
    PratiqueDocument.isMeant(by: document, kind: "PodSecurity")
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let common = try PratiqueDocument(document)
    let spec = common.spec
    try spec.onlyKeys(["standard", "version", "enforcement", "controllers", "namespaces"])
    let word = try spec.required("standard").choice(["baseline", "restricted"])
    let enforcement = try spec["enforcement"]?.enforcement() ?? .block
    draft.workloads.append(
      StandardPolicy(
        name: "PodSecurity \(common.name)", scope: try spec.scope(),
        level: PodSecurityLevel(PodSecurityStandard(rawValue: word) ?? .restricted, try spec.version()),
        enforcement: enforcement, controllers: try spec.controllers(like: enforcement)))
  }
}

extension DocumentNode {
  fileprivate func version() throws(DocumentError) -> PodSecurityVersion {
    guard let node = self["version"] else { return .latest }
    guard let version = PodSecurityVersion(try node.string()) else {
      throw node.error("this is no version of the standards", remedy: "Write latest, or v1.x.")
    }
    return version
  }

  fileprivate func controllers(like pods: Enforcement) throws(DocumentError) -> Enforcement? {
    guard let node = self["controllers"] else { return pods }
    return try node.string() == "ignore" ? nil : try node.enforcement()
  }
}
