/// What a check makes of an image. Only `passed` is ever vouched for.
package enum CheckVerdict: Hashable, Sendable {
  /// With what it rests on, in sentences for people.
  case passed(evidence: [String])
  case failed(Denial)
  /// Nobody can tell, because something is missing; it is no yes and no no.
  case undecided(Reason, Lack)

  /// What is missing where there is no verdict.
  package enum Lack: String, Hashable, Sendable {
    /// A server did not answer; asking again may help.
    case answer
    /// Nobody has recorded it yet; asking again helps only once somebody does.
    case record
  }

  /// Passed when there is no reason against it.
  init(_ reasons: [Reason], evidence: @autoclosure () -> [String]) {
    if let denial = Denial(reasons) { self = .failed(denial) } else { self = .passed(evidence: evidence()) }
  }

  package var isPassed: Bool { if case .passed = self { true } else { false } }

  /// `passed`, `failed` or `undecided`; a metric label.
  package var code: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .undecided: "undecided"
    }
  }

  /// Why it is not passed; empty when it is.
  package var reasons: [Reason] {
    switch self {
    case .passed: []
    case .failed(let denial): denial.all
    case .undecided(let reason, _): [reason]
    }
  }
}
