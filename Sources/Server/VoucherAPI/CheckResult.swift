package import Policies

/// What came of one check of one image.
package struct CheckResult: Hashable, Sendable {
  /// The check's.
  package let name: String
  package let verdict: CheckVerdict
  /// Whether the check's key vouches for it in the store, by this run or an earlier one; of a verification, whether its
  /// attestor does, with as many keys as it wants.
  package let isAttested: Bool
  /// Why it passed and nobody vouches all the same; nil where nobody was meant to.
  package let obstacle: Reason?
  private let mayPass: Bool

  /// - Parameter mayPass: whether the obstacle may be gone when it is tried again.
  package init(
    name: String, verdict: CheckVerdict, isAttested: Bool = false, obstacle: Reason? = nil, mayPass: Bool = false
  ) {
    self.name = name
    self.verdict = verdict
    self.isAttested = isAttested
    self.obstacle = obstacle
    self.mayPass = mayPass
  }

  /// Whether the same question may have another answer once some server is back.
  package var mayChange: Bool {
    if case .undecided(_, .answer) = verdict { return true }
    return obstacle != nil && mayPass
  }
}
