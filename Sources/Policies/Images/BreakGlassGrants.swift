import Images
package import Metadata

/// What is to be let in against the policies.
package struct BreakGlassUse: Sendable {
  package let user: String
  package let namespace: String
  package let workload: String
  package let decision: Decision
  /// Seconds since 1970 UTC.
  package let atSeconds: Int64

  package init(user: String, namespace: String, workload: String, decision: Decision, atSeconds: Int64) {
    self.user = user
    self.namespace = namespace
    self.workload = workload
    self.decision = decision
    self.atSeconds = atSeconds
  }

  /// The images that are kept out, pinned where that could be told.
  var images: Set<String> {
    Set(
      decision.images.filter { $0.judgements.contains { $0.denial != nil } }
        .map { $0.image?.description ?? $0.use.image })
  }

  /// What the workload itself is kept out for.
  var codes: Set<String> { Set(decision.workload.flatMap { $0.denial?.all ?? [] }.map { "\($0.code) \($0.problem)" }) }
}

extension BreakGlass {
  /// The request that covers `use`, approved by a second person and still in force.
  ///
  /// - Parameters:
  ///   - requests: in any order.
  ///   - approvals: of these requests or others.
  package func approved(
    _ use: BreakGlassUse, requests: [BreakGlassRequest], approvals: [BreakGlassApproval]
  ) -> BreakGlassRequest? {
    requests.first { request in
      request.user == use.user && request.namespace == use.namespace && request.untilSeconds > use.atSeconds
        && (request.workload.isEmpty || request.workload == use.workload)
        && (request.images.isEmpty || use.images.isSubset(of: Self.names(of: request)))
        && approvals.contains { counts($0, for: request, at: use.atSeconds) }
    }
  }

  /// Nobody approves their own request, and an approval from tomorrow is none.
  private func counts(_ approval: BreakGlassApproval, for request: BreakGlassRequest, at seconds: Int64) -> Bool {
    approval.request == request.id && !approval.isOwn(of: request) && !approval.user.isBlank
      && approval.atSeconds <= seconds && (approvers.isEmpty || approvers.contains(approval.user))
  }

  private static func names(of request: BreakGlassRequest) -> Set<String> {
    Set(request.images + request.images.compactMap { (try? PinnedReference(parsing: $0))?.description })
  }

  /// Whether somebody broke the glass for this before, and it still counts: the same images in the same namespace, and
  /// nothing else against the workload. What a controller repeated covers as much as what it repeated, and as long.
  package func covers(_ use: BreakGlassUse, by earlier: DecisionRecord) -> Bool {
    guard let glass = earlier.glass, glass.untilSeconds > use.atSeconds, earlier.request.namespace == use.namespace else {
      return false
    }
    let images = Set(earlier.images.map { $0.pinned ?? $0.written })
    let codes = Set(earlier.workload.filter { $0.verdict == "denied" }.flatMap(\.causes).map { "\($0.code) \($0.problem)" })
    return use.images.isSubset(of: images) && use.codes.isSubset(of: codes)
  }
}

extension Reason {
  /// Nobody approved it, or not in time.
  package static func breakGlassUnapproved(_ use: BreakGlassUse) -> Reason {
    Reason(
      code: "break-glass-unapproved",
      problem: "No second person has approved that \(printable(use.user)) may break glass for it.",
      remedy:
        "Run `pratique break-glass request --namespace \(printable(use.namespace)) --reason …`, and have somebody approve it.")
  }

  /// A controller makes what nobody let in, or what was let in for a time that is over.
  package static let breakGlassOver = Reason(
    code: "break-glass-over", problem: "Nobody broke the glass for this, or the time it was broken for is over.",
    remedy: "Have its images attested, or deploy the workload again as somebody who may break glass.")
}
