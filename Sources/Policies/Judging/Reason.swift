package import Images

/// Why something may not run, in the words its deployer will read.
package struct Reason: Hashable, Sendable {
  /// What it is about, for those who make exceptions.
  package enum Subject: Hashable, Sendable {
    /// By the id of its note: `CVE-2024-3094`.
    case vulnerability(String)
    /// Of pod security: every control that is violated, and the values that it objects to.
    case controls([ViolatedControl])
  }

  /// A fixed kebab-case name: a metric label, never a value from outside.
  package let code: String
  /// What is wrong, with the facts, in one sentence.
  package let problem: String
  /// What to do next, a command where there is one; starts with a verb.
  package let remedy: String
  /// Nil where no exception can be made.
  package let about: Subject?

  package init(code: String, problem: String, remedy: String, about: Subject? = nil) {
    self.code = code
    self.problem = problem
    self.remedy = remedy
    self.about = about
  }

  /// The reason that an error gives.
  package init(_ problem: some Problem) {
    self.init(code: problem.code, problem: problem.problem, remedy: problem.remedy)
  }
}

/// At least one reason. A denial that cannot say why cannot be built.
package struct Denial: Hashable, Sendable {
  package let first: Reason
  package let rest: [Reason]

  package init(_ first: Reason, _ rest: Reason...) {
    self.first = first
    self.rest = rest
  }

  /// Nil when there is no reason to deny.
  package init?(_ reasons: [Reason]) {
    guard let first = reasons.first else { return nil }
    self.first = first
    rest = Array(reasons.dropFirst())
  }

  package var all: [Reason] { [first] + rest }
}
