package import Attestations
package import Images

/// A policy, the attestors it asks, and the digest that names the two together in every decision.
package struct Rulebook: Sendable {
  package let policy: Policy
  package let attestors: Attestors
  /// Of the text of both documents: whoever has the files can tell which rules a decision was made by.
  package let digest: Digest

  package init(policy: Policy, attestors: Attestors, digest: Digest) {
    self.policy = policy
    self.attestors = attestors
    self.digest = digest
  }

  /// Reads both documents.
  ///
  /// - Throws: `DocumentError`, also for an attestor that the policy demands and that does not exist.
  package init(
    policy policyText: String, file policyFile: String, attestors attestorsText: String, file attestorsFile: String
  ) throws(DocumentError) {
    attestors = try Attestors(DocumentNode(parsing: attestorsText, file: attestorsFile))
    policy = try Policy(DocumentNode(parsing: policyText, file: policyFile), attestors: attestors.names)
    digest = Digest(sha256Of: Array("\(policyText.utf8.count) \(policyText)\(attestorsText)".utf8))
  }
}
