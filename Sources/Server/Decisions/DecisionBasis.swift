import Images
package import Metadata
import Policies

/// What an answer rests on, for the record.
package struct DecisionBasis: Sendable {
  let review: WorkloadReview
  let evidence: Evidence
  /// What follows from causes.
  let causes: CauseAnswers
  var glass: DecisionRecord.Glass?
  /// Whether it is on record already, because that had to be before the answer.
  var isRecorded = false
}

/// A decision on its way to its record: nothing in it is written out yet, because that is not done while somebody waits.
struct DecisionDraft: Sendable {
  let request: AdmissionRequest
  let answer: AdmissionAnswer
  let isMutation: Bool
  /// Seconds since 1970 UTC.
  let atSeconds: Int64
  let took: Duration

  /// Whether there is something to put on record: what makes no image run and breaks no rule is not.
  var isDecision: Bool {
    !request.isDryRun && answer.basis?.isRecorded != true
      && (answer.verdict != .allowed || answer.basis != nil || !answer.codes.isEmpty)
  }

  /// About what it holds in memory.
  var bytes: Int {
    4_096 + (request.object?.rawBytes.count ?? 0) + (request.oldObject?.rawBytes.count ?? 0)
  }

  func record(_ settings: DecisionSettings) -> DecisionRecord {
    var record = DecisionRecord()
    record.atSeconds = atSeconds
    record.gate = settings.gate
    var asked = DecisionRecord.Request()
    asked.uid = request.uid
    asked.user = request.requester.username
    asked.groups = request.requester.groups
    asked.operation = request.operation.rawValue
    asked.resource = request.resource
    asked.namespace = request.namespace
    asked.name = request.name
    asked.webhook = isMutation ? "mutate" : "validate"
    record.request = asked
    record.policy = answer.policy
    record.verdict = answer.verdict.rawValue
    record.codes = answer.codes
    record.warnings = answer.warnings
    record.microseconds = took.components.seconds &* 1_000_000 &+ took.components.attoseconds / 1_000_000_000_000
    guard let basis = answer.basis else {
      record.object = DecisionRecord.Object(request.object, atMost: 0)
      record.message = bounded(answer.message, AdmissionAnswer.limitMessageBytes)
      return record
    }
    record.take(basis.review, objectAtMost: settings.limitObjectBytes)
    record.take(answer.decision, evidence: basis.evidence)
    record.causes = basis.causes
    record.glass = basis.glass
    return record
  }
}

/// How decisions are put on record.
package struct DecisionSettings: Sendable {
  /// Name of this replica.
  package var gate = ""
  /// Of a larger object only the digest is kept, and its request cannot be replayed.
  package var limitObjectBytes = 64 << 10
  /// Decisions that wait to be written; one more is counted as not recorded.
  package var limitWaiting = 10_000
  /// What they may hold in memory together, about.
  package var limitWaitingBytes = 32 << 20
  package var retention = JournalRetention()

  package init() {}
}
