import Images

/// Whether the image was built from a commit on the default branch that is signed, merged after review and green.
///
/// Either a forge is asked, or what a trusted builder wrote into the provenance is believed. The builder's words are texts
/// by the names `commit.onDefaultBranch`, `commit.signed`, `commit.merged` (`true`), `commit.approvals` (a number) and
/// `commit.checks` (`success`): labels of the source context, `environment` in SLSA 0.2, `internalParameters` in SLSA 1.0,
/// all of which are the builder's to fill and not the build's.
///
/// Source: Voucher, `approved`.
struct Approved: ImageCheck {
  static let name = "approved"
  let needs: Set<CheckNeed>
  private let asksForge: Bool
  private let builders: Set<String>
  private let approvals: Int

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("evidence", "builders", "approvals")
    asksForge = try settings.required("evidence").choice(["forge", "provenance"]) == "forge"
    builders = try settings.required("builders").builders()
    approvals = try settings["approvals"]?.int(in: 1...100) ?? 1
    needs = asksForge ? [.occurrences, .commits] : [.occurrences]
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    var silent: CheckVerdict?
    let verdict = subject.judgedBuild { claim in
      let distrust = claim.lacksBuilder(of: builders)
      guard distrust.isEmpty else { return distrust }
      guard let commit = claim.sourceCommit else {
        return [
          Reason(
            code: "unknown-commit", problem: "The provenance does not name one source repository with one commit.",
            remedy: "Build it from one commit, and record which.")
        ]
      }
      guard asksForge else { return lacks(CommitFacts(writtenIn: claim.facts), commit) }
      switch subject.commits[commit] ?? .notRead {
      case .found(let facts): return lacks(facts, commit)
      case .refused(let reason): return [reason]
      case .missing(let reason, let lack):
        silent = .undecided(reason, lack)
        return [reason]
      }
    } evidence: { claim in
      claim.evidence + ["The commit is on the default branch, signed, merged after \(approvals) or more approvals, and green."]
    }
    return verdict.isPassed ? verdict : silent ?? verdict
  }

  private func lacks(_ facts: CommitFacts, _ commit: SourceCommit) -> [Reason] {
    let name = "\(commit.hash.prefix(12)) of \(commit.repository)"
    var reasons: [Reason] = []
    func demand(_ holds: Bool, _ code: String, _ problem: String, _ remedy: String) {
      if !holds { reasons.append(Reason(code: code, problem: "The commit \(name) \(problem).", remedy: remedy)) }
    }
    demand(
      facts.isOnDefaultBranch, "not-on-default-branch", "is not on the default branch", "Merge it, and build the default branch.")
    demand(facts.isSigned, "unsigned-commit", "is not signed", "Sign commits with a key that the forge knows.")
    demand(facts.isMerged, "not-merged-by-review", "was not merged by a change request", "Open a change request and merge that.")
    demand(
      facts.approvals >= approvals, "too-few-approvals", "has \(facts.approvals) of \(approvals) approvals",
      "Have the change request approved before it is merged.")
    demand(facts.hasGreenChecks, "checks-not-green", "has checks that did not succeed", "Mend what the checks found.")
    return reasons
  }
}

extension CommitFacts {
  /// Only the exact words count; everything else claims nothing.
  fileprivate init(writtenIn facts: [String: String]) {
    self.init()
    isOnDefaultBranch = facts["commit.onDefaultBranch"] == "true"
    isSigned = facts["commit.signed"] == "true"
    isMerged = facts["commit.merged"] == "true"
    approvals = facts["commit.approvals"].flatMap { Int($0) } ?? 0
    hasGreenChecks = facts["commit.checks"] == "success"
  }
}
