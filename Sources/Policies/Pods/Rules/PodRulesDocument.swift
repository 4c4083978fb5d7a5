import Images

/// Some rules beyond the standards, each with what follows when it does not hold.
struct PodRules: WorkloadPolicy {
  struct Chosen: Sendable {
    let rule: PodRule
    let enforcement: Enforcement
    let values: [String]
  }

  let name: String
  let scope: PolicyScope
  let chosen: [Chosen]

  /// One judgement for all rules of one enforcement, so that an exception covers all of them or nothing.
  func judgements(of review: WorkloadReview, evidence: Evidence, at nowSeconds: Int64) -> [Judgement] {
    guard let part = review.object.flatMap({ PodPart(in: $0) }) else { return [] }
    let pod = PodFields(part)
    let chosen = chosen(for: review, pod)
    if chosen.isEmpty { return [] }
    return Enforcement.allCases.compactMap { enforcement in
      let rules = chosen.filter { $0.enforcement == enforcement }
      guard !rules.isEmpty else { return nil }
      let reasons = rules.compactMap { chosen -> Reason? in
        let subject = PodRule.Subject(pod: pod, review: review, values: chosen.values)
        return chosen.rule.violation(subject).map { .broken(chosen.rule, $0) }
      }
      return Judgement(
        policy: name, rule: rules.map(\.rule.id).joined(separator: ","), reasons: reasons, enforcement: enforcement)
    }
  }

  /// All of them; where a pod changes in nothing that bears on what it may do, those about resources if these change, as a
  /// resize does it.
  private func chosen(for review: WorkloadReview, _ pod: PodFields) -> [Chosen] {
    guard review.isInsignificantUpdate else { return chosen }
    guard let old = review.oldObject.flatMap({ PodPart(in: $0) }), Self.resources(of: PodFields(old)) != Self.resources(of: pod)
    else { return [] }
    return chosen.filter { chosen in PodRule.resources.contains { $0.id == chosen.rule.id } }
  }

  private static func resources(of pod: PodFields) -> [[UInt8]] {
    pod.containers.map { Array($0.node["resources"]?.rawBytes ?? []) }
  }
}

/// `kind: PodRules` of ours.
enum PodRulesDocument: PolicyDocument {
  static let title = "PodRules of pratique.dev/v1"

  static func isMeant(by document: DocumentNode) -> Bool {
    PratiqueDocument.isMeant(by: document, kind: "PodRules")
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let common = try PratiqueDocument(document)
    try common.spec.onlyKeys(["namespaces", "rules"])
    let rules = try common.spec.required("rules")
    var chosen: [PodRules.Chosen] = []
    for (id, node) in try rules.entries() {
      guard let rule = PodRule.named(id) else {
        throw node.error(
          "there is no rule \"\(id)\"", remedy: "Use one of: \(PodRule.all.map(\.id).joined(separator: ", ")).")
      }
      chosen.append(try PodRules.Chosen(rule, node))
    }
    guard !chosen.isEmpty else { throw rules.error("there is no rule", remedy: "Name at least one.") }
    draft.workloads.append(PodRules(name: "PodRules \(common.name)", scope: try common.spec.scope(), chosen: chosen))
  }
}

extension PodRules.Chosen {
  /// `block`, or `{enforcement: block, values: [/srv]}`.
  fileprivate init(_ rule: PodRule, _ node: DocumentNode) throws(DocumentError) {
    self.rule = rule
    guard node.isMapping else {
      enforcement = try node.enforcement()
      values = []
      return
    }
    try node.onlyKeys(rule.takesValues ? ["enforcement", "values"] : ["enforcement"])
    enforcement = try node.required("enforcement").enforcement()
    values = try node["values"]?.words() ?? []
    if let wrong = values.first(where: { !rule.isValue($0) }), let values = node["values"] {
      throw values.error("\(printable(wrong)) is no value for \(rule.id)", remedy: "Write it as a pod has it.")
    }
  }
}

extension Reason {
  fileprivate static func broken(_ rule: PodRule, _ violation: ControlViolation) -> Reason {
    Reason(
      code: "pod-rule", problem: "\(violation.reason): \(violation.detail).",
      remedy: "Change the pod as it says, or ask for an exception.",
      about: .controls([ViolatedControl(id: rule.id, violation: violation)]))
  }
}
