/// A commit of a source repository.
package struct SourceCommit: Hashable, Sendable {
  package let repository: SourceRepository
  /// The hexadecimal hash.
  package let hash: String

  package init(repository: SourceRepository, hash: String) {
    self.repository = repository
    self.hash = hash
  }
}

/// What is known of how a commit came about. The zero value claims nothing.
package struct CommitFacts: Hashable, Sendable {
  package var isOnDefaultBranch = false
  /// By a signature that the forge or the builder has verified.
  package var isSigned = false
  /// By a change request that was merged.
  package var isMerged = false
  /// Of that change request, by others than its author.
  package var approvals = 0
  package var hasGreenChecks = false

  package init() {}
}

/// Knows commits: GitHub, GitLab and their like. Whoever asks one implements it.
package protocol Forge: Sendable {
  /// - Returns: nil for a repository or commit that the forge does not have.
  /// - Throws: when there is no answer. Heeds cancellation.
  func facts(about commit: SourceCommit) async throws -> CommitFacts?
}
