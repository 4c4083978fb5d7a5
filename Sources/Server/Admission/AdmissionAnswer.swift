import FoundationEssentials
import Images
package import Policies

/// What the API server is told.
///
/// Source: k8s.io/api/admission/v1, AdmissionResponse.
package struct AdmissionAnswer: Sendable {
  /// Kubernetes shows all of the message to whoever ran kubectl: enough for a few images, not for a flood.
  package static let limitMessageBytes = 2_000
  /// Of all warnings; where they are more, each longer than `limitWarningBytes` is cut, as the API server does it.
  package static let limitWarningsBytes = 4_000
  package static let limitWarningBytes = 256

  /// What came of the request, as metrics and the decision log name it.
  package enum Verdict: String, CaseIterable, Sendable {
    case allowed, denied
    /// Denied by the policy, let in by somebody who may.
    case brokenGlass = "broken-glass"
    /// The request could not be judged, and so is denied.
    case refused
  }

  package let verdict: Verdict
  /// Codes of the reasons; empty when it was plainly allowed.
  package let codes: [String]
  /// In one line; empty when it was plainly allowed.
  package let message: String
  package let warnings: [String]
  /// In the order of the object; empty where nothing was judged.
  package let decision: Decision
  /// JSON patch operations, as JSON; nil when nothing is to be changed.
  package let patch: [UInt8]?
  /// Of the rulebook that decided; empty when there was none.
  package let policy: String
  /// What the decision rests on; nil where nothing was judged.
  package var basis: DecisionBasis?

  package init(
    _ verdict: Verdict, codes: [String] = [], message: String = "", warnings: [String] = [],
    decision: Decision = Decision(images: []), patch: [UInt8]? = nil, policy: String = "", basis: DecisionBasis? = nil
  ) {
    self.verdict = verdict
    self.codes = codes
    self.message = message
    self.warnings = warnings
    self.decision = decision
    self.patch = patch
    self.policy = policy
    self.basis = basis
  }

  /// A denial for one reason that no image has.
  package static func denied(_ reason: Reason, policy: String = "") -> AdmissionAnswer {
    AdmissionAnswer(
      .denied, codes: [reason.code], message: "\(reason.problem) \(reason.remedy) [\(reason.code)]", policy: policy)
  }

  /// What is let in and only recorded, in one line: the audit log of the API server is where it is looked for.
  private var audited: String {
    guard decision.mildModes.contains(Enforcement.audit.mode) else { return "" }
    return decision.judgements.compactMap { judgement in
      guard case .wouldBeDenied(let denial, .audit) = judgement.verdict else { return nil }
      return denial.all.map(\.problem).joined(separator: " ")
    }.joined(separator: " ")
  }

  package var isAllowed: Bool { verdict == .allowed || verdict == .brokenGlass }

  /// The AdmissionReview to send.
  package func review(uid: String, version: AdmissionRequest.Version = .v1) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(320 + message.utf8.count + (patch?.count ?? 0) * 2)
    func put(_ text: StaticString) { text.withUTF8Buffer { out.append(contentsOf: $0) } }
    put(#"{"apiVersion":""#)
    out.append(contentsOf: version.rawValue.utf8)
    put(#"","kind":"AdmissionReview","response":{"uid":"#)
    appendQuoted(uid, to: &out)
    put(#","allowed":"#)
    if isAllowed {
      put("true")
    } else {
      put(#"false,"status":{"status":"Failure","reason":"Forbidden","code":403,"message":"#)
      appendQuoted(bounded(message, Self.limitMessageBytes), to: &out)
      put("}")
    }
    if !policy.isEmpty {
      put(#","auditAnnotations":{"policy":"#)
      appendQuoted(policy, to: &out)
      put(#","verdict":"#)
      appendQuoted(([verdict.rawValue] + codes).joined(separator: " "), to: &out)
      let audited = audited
      if !audited.isEmpty {
        put(#","audit-violations":"#)
        appendQuoted(bounded(audited, Self.limitMessageBytes), to: &out)
      }
      put("}")
    }
    if !warnings.isEmpty {
      put(#","warnings":["#)
      let first = warnings.prefix(10)
      let isLong = first.reduce(0) { $0 + $1.utf8.count } > Self.limitWarningsBytes
      for (index, warning) in first.enumerated() {
        if index > 0 { put(",") }
        appendQuoted(bounded(warning, isLong ? Self.limitWarningBytes : Self.limitWarningsBytes), to: &out)
      }
      put("]")
    }
    if let patch {
      put(#","patchType":"JSONPatch","patch":"#)
      appendQuoted(Data(patch).base64EncodedString(), to: &out)
    }
    put("}}")
    return out
  }
}

/// `text` in at most `limitBytes` printable ASCII characters; what is cut is shown by an ellipsis.
func bounded(_ text: String, _ limitBytes: Int) -> String {
  if text.utf8.count <= limitBytes, text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text }
  var safe: [UInt8] = []
  for scalar in text.unicodeScalars {
    switch scalar {
    case "…": safe.append(contentsOf: Array("...".utf8))
    case " "..."~": safe.append(UInt8(truncatingIfNeeded: scalar.value))
    default: safe.append(UInt8(ascii: "?"))
    }
    if safe.count > limitBytes { return String(decoding: safe.prefix(limitBytes - 3), as: UTF8.self) + "..." }
  }
  return String(decoding: safe, as: UTF8.self)
}
