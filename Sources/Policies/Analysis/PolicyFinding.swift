package import Attestations
import Images

/// Something that is wrong or odd in a policy that can be read: it says what its author cannot have meant.
package struct PolicyFinding: Hashable, Sendable {
  /// How sure it is that it is a fault.
  package enum Severity: String, CaseIterable, Sendable {
    /// It can never do what it is there for.
    case error
    /// It does less, or more, than it seems to.
    case warning
    /// Good to know.
    case note
  }

  package let severity: Severity
  /// A fixed kebab-case name.
  package let code: String
  /// Name of the policy; of the attestor, where that is what it is about.
  package let policy: String
  /// Where in its document, `admissionWhitelistPatterns[1]`; empty for the whole.
  package let path: String
  /// In one sentence.
  package let problem: String
  /// Starts with a verb.
  package let remedy: String

  package init(
    _ severity: Severity, _ code: String, policy: String, path: String = "", _ problem: String, remedy: String
  ) {
    self.severity = severity
    self.code = code
    self.policy = policy
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }
}

/// What every kind of policy can tell of itself before it is enforced.
package protocol PolicyAnalysis: Sendable {
  /// In the order of its document.
  ///
  /// - Parameters:
  ///   - attestors: all that may vouch.
  ///   - nowSeconds: seconds since 1970 UTC.
  func findings(attestors: Attestors, at nowSeconds: Int64) -> [PolicyFinding]
  /// Full names of the attestors that it may ask; nil when that cannot be told beforehand.
  var askedAttestors: Set<String>? { get }
}

extension PolicyAnalysis {
  /// None.
  package func findings(attestors: Attestors, at nowSeconds: Int64) -> [PolicyFinding] { [] }
  /// It cannot be told.
  package var askedAttestors: Set<String>? { nil }
}

extension Rulebook {
  /// What all policies tell of themselves, and then what can be told only of all together.
  ///
  /// - Parameter nowSeconds: seconds since 1970 UTC; keys are in force or not at that moment.
  package func findings(at nowSeconds: Int64) -> [PolicyFinding] {
    let policies: [any PolicyAnalysis] = imagePolicies.map { $0 } + workloadPolicies.map { $0 }
    let asked = policies.map(\.askedAttestors)
    let all = asked.reduce(into: Set<String>()) { $0.formUnion($1 ?? []) }
    var found = policies.flatMap { $0.findings(attestors: attestors, at: nowSeconds) }
    for attestor in attestors.all {
      if all.contains(attestor.name) {
        found += attestor.findings(at: nowSeconds)
      } else if !asked.contains(nil) {
        found.append(
          PolicyFinding(
            .warning, "attestor-unused", policy: attestor.name, "No policy asks this attestor.",
            remedy: "Demand it in a rule, or remove it."))
      }
    }
    return found + exceptions.filter { $0.isExpired(at: nowSeconds) }.map(\.expired)
  }
}

extension Exception {
  fileprivate var expired: PolicyFinding {
    PolicyFinding(
      .warning, "exception-expired", policy: name, "It excuses nothing since \(rfc3339(expiresSeconds)).",
      remedy: "Remove it, or let \(printable(owner)) decide anew.")
  }
}

extension Attestor {
  /// What its keys are worth at a moment.
  fileprivate func findings(at nowSeconds: Int64) -> [PolicyFinding] {
    guard sigstore == nil else { return [] }
    let revoked = keys.filter { key in key.revocation.map { $0.atSeconds <= nowSeconds } ?? false }
    let good = keys.count { key in
      (key.notAfterSeconds ?? .max) >= nowSeconds && (key.revocation?.atSeconds ?? .max) > nowSeconds
    }
    if good >= threshold { return [] }
    let needs = "Of its \(keys.count) keys \(good) are in force and \(threshold) must sign"
    let isDead = keys.count - revoked.count(where: \.isCompromised) < threshold
    return [
      PolicyFinding(
        isDead ? .error : .warning, isDead ? "attestor-cannot-vouch" : "attestor-cannot-vouch-anew", policy: name,
        "\(needs), so \(isDead ? "nothing it asks for can be met" : "no new image can be attested").",
        remedy: "Run `pratique keys rotate`, or demand another attestor.")
    ]
  }
}

extension AttestorKey {
  fileprivate var isCompromised: Bool {
    if case .compromise? = revocation?.reason { true } else { false }
  }
}
