import Foundation
package import Images
import Policies

/// What a caller is told, in the shape that Voucher's client reads.
///
/// Source: Voucher, `Response` and `CheckResult`; `details` is free there, and holds the verdict with its reasons here.
package struct VoucherAnswer: Encodable, Sendable {
  struct Line: Encodable, Sendable {
    let name: String
    let success: Bool
    let attested: Bool
    let err: String
    let details: Details
  }

  struct Details: Encodable, Sendable {
    let verdict: String
    let evidence: [String]
    let reasons: [Cause]
  }

  struct Cause: Encodable, Sendable {
    let code: String
    let problem: String
    let remedy: String
  }

  let image: String
  let success: Bool
  let results: [Line]

  /// - Parameter results: none counts as no success.
  package init(_ image: PinnedReference, _ results: [CheckResult]) {
    self.image = "\(image)"
    success = !results.isEmpty && results.allSatisfy(\.verdict.isPassed)
    self.results = results.map(Line.init)
  }

  /// One line of JSON.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
  }
}

extension VoucherAnswer.Line {
  init(_ result: CheckResult) {
    let reasons = result.verdict.reasons + [result.obstacle].compactMap(\.self)
    name = result.name
    success = result.verdict.isPassed
    attested = result.isAttested
    err = reasons.map(\.problem).joined(separator: " ")
    details = VoucherAnswer.Details(
      verdict: result.verdict.code, evidence: result.evidence,
      reasons: reasons.map { VoucherAnswer.Cause(code: $0.code, problem: $0.problem, remedy: $0.remedy) })
  }
}

extension CheckResult {
  /// What the verdict rests on; empty when it is not passed.
  package var evidence: [String] {
    if case .passed(let evidence) = verdict { evidence } else { [] }
  }
}
