package import Images

/// What came of a run: the stages that were done, and the one that failed if one did.
///
/// What the stages recorded stays in the registry and the store; this only tells of it.
package struct RunReport: Sendable {
  /// A stage that was done, and what is there since.
  package struct Done: Hashable, Sendable {
    package let stage: Stage
    package let summary: String
  }

  /// In the order of `Stage`.
  package private(set) var done: [Done] = []
  /// Nil when every stage was done.
  package internal(set) var failure: StageFailure?
  /// Nil when there is no image.
  package internal(set) var image: PinnedReference?
  /// Names of the attestations that were made, in the order of the attestors.
  package internal(set) var attestations: [String] = []

  /// Runs one stage and notes what came of it.
  mutating func step<Result: StageResult>(
    _ stage: Stage, _ progress: any PipelineProgress, _ work: () async throws -> Result
  ) async throws -> Result {
    progress.started(stage)
    do {
      let result = try await work()
      done.append(Done(stage: stage, summary: result.summary))
      progress.finished(stage, result.summary)
      return result
    } catch let cancelled as CancellationError {
      throw cancelled
    } catch {
      throw StageFailure(stage: stage, cause: error)
    }
  }
}

/// Why a run ended early.
package struct StageFailure: Problem {
  package let stage: Stage
  package let cause: any Problem

  init(stage: Stage, cause: any Error) {
    self.stage = stage
    self.cause = cause as? any Problem ?? Unforeseen(text: printable("\(cause)"))
  }

  /// Whether the image was judged and found wanting; otherwise it could not be judged.
  package var isVerdict: Bool {
    if case .denied? = cause as? PipelineError { true } else { false }
  }

  package var code: String { cause.code }
  package var problem: String { "The stage \(stage.rawValue) failed. \(cause.problem)" }
  package var remedy: String { cause.remedy }
  /// As every problem says itself; what ends in a list goes on in a line of its own.
  package var description: String { "\(problem)\(problem.hasSuffix("\n") ? "" : " ")\(remedy) [\(code)]" }
}

/// An error that no module of the house made.
private struct Unforeseen: Problem {
  let text: String

  var code: String { "unforeseen" }
  var problem: String { "Something unforeseen happened: \(text)." }
  var remedy: String { "Run it again; if it repeats, report it with the log." }
}
