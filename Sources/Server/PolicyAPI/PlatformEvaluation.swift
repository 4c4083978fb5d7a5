import Images
import Policies

/// The answer to an evaluation.
///
/// Source: binaryauthorization.v1 (REST), EvaluateGkePolicyResponse.
struct PlatformEvaluation: Encodable, Sendable {
  enum Verdict: String, Encodable, Sendable {
    case conformant = "CONFORMANT"
    case nonConformant = "NON_CONFORMANT"
    case error = "ERROR"

    /// Of all together: what does not conform weighs more than what could not be told.
    static func of(_ all: [Verdict]) -> Verdict {
      all.contains(.nonConformant) ? .nonConformant : all.contains(.error) ? .error : .conformant
    }
  }

  struct PodResult: Encodable, Sendable {
    let podName: String
    let kubernetesNamespace: String
    let kubernetesServiceAccount: String
    let verdict: Verdict
    let imageResults: [ImageResult]
  }

  struct AllowlistResult: Encodable, Sendable {
    let matchedPattern: String
  }

  struct ImageResult: Encodable, Sendable {
    let imageUri: String
    let verdict: Verdict
    let explanation: String
    var allowlistResult: AllowlistResult?
    var checkSetResult: CheckSetResult?
  }

  struct CheckSetResult: Encodable, Sendable {
    let displayName: String
    let index: Int
    let explanation: String
    var allowlistResult: AllowlistResult?
    var checkResults: CheckResults?
  }

  struct CheckResults: Encodable, Sendable {
    let results: [CheckResult]
  }

  struct CheckResult: Encodable, Sendable {
    let displayName: String
    let index: Int
    let type: String
    let explanation: String
    var allowlistResult: AllowlistResult?
    var evaluationResult: EvaluationResult?
  }

  struct EvaluationResult: Encodable, Sendable {
    let verdict: Verdict
  }

  let verdict: Verdict
  let results: [PodResult]

  init(_ review: WorkloadReview, images: [ImageResult]) {
    verdict = .of(images.map(\.verdict))
    let account = review.workload.images.first?.serviceAccount ?? "default"
    results = [
      PodResult(
        podName: review.workload.name ?? "", kubernetesNamespace: review.place.namespace,
        kubernetesServiceAccount: account, verdict: verdict, imageResults: images)
    ]
  }
}

extension PlatformEvaluation.ImageResult {
  /// - Parameter result: nil where the text names no image.
  init(_ use: Workload.ImageUse, _ result: PlatformResult?) {
    guard let result else {
      self.init(imageUri: printable(use.image), verdict: .error, explanation: "It names no image (\(use.field)).")
      return
    }
    let checks = result.checks.map { PlatformEvaluation.CheckResult($0) }
    let verdict = PlatformEvaluation.Verdict.of(checks.compactMap(\.evaluationResult?.verdict))
    let exempt = result.exemptBy.map { PlatformEvaluation.AllowlistResult(matchedPattern: $0) }
    self.init(
      imageUri: use.image, verdict: verdict,
      explanation: exempt.map { "It is exempt: it matches \($0.matchedPattern)." }
        ?? "Check set \(result.setIndex) (\(result.scope)) was evaluated.")
    if result.isExemptFromPolicy {
      allowlistResult = exempt
    } else {
      checkSetResult = PlatformEvaluation.CheckSetResult(
        displayName: result.setName, index: result.setIndex, explanation: result.scope, allowlistResult: exempt,
        checkResults: exempt == nil ? PlatformEvaluation.CheckResults(results: checks) : nil)
    }
  }
}

extension PlatformEvaluation.CheckResult {
  init(_ check: PlatformResult.Check) {
    self.init(
      displayName: check.displayName, index: check.index,
      type: check.field.prefix(1).uppercased() + check.field.dropFirst(), explanation: check.explanation)
    allowlistResult = check.exemptBy.map { PlatformEvaluation.AllowlistResult(matchedPattern: $0) }
    evaluationResult = check.verdict.map { verdict in
      switch verdict {
      case .passed: PlatformEvaluation.EvaluationResult(verdict: .conformant)
      case .failed: PlatformEvaluation.EvaluationResult(verdict: .nonConformant)
      case .undecided: PlatformEvaluation.EvaluationResult(verdict: .error)
      }
    }
  }
}
