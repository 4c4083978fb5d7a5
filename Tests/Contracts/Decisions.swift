package import Metadata

/// Entries of a journal, for tests.
package enum Decisions {
  /// A decision about one image, with something in every field.
  package static func record(
    _ uid: String, at seconds: Int64, namespace: String = "prod", user: String = "alice", verdict: String = "denied"
  ) -> DecisionRecord {
    var record = DecisionRecord()
    record.atSeconds = seconds
    (record.gate, record.cluster, record.trustDomain) = ("gate-0", "eu.prod", "cluster.local")
    (record.request.uid, record.request.user, record.request.groups) = (uid, user, ["devs", "eu"])
    (record.request.operation, record.request.resource, record.request.kind) = ("CREATE", "pods", "v1 Pod")
    (record.request.namespace, record.request.name, record.request.webhook) = (namespace, "web", "validate")
    record.object = .kept(Array(#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a \u0022b\""}}"#.utf8))
    record.oldObject = .digest("sha256:ab", bytes: 9)
    record.namespaceLabels = ["a": "b"]
    record.answers = ["unsigned": "warn"]
    record.requiresDigest = false
    (record.policy, record.verdict, record.codes) = ("sha256:cd", verdict, ["attestation-missing"])
    record.images = [image]
    record.lookups = ["r.test/a:1": .digest("sha256:ef"), "r.test/b:1": .failed(cause)]
    record.workload = [judged]
    (record.message, record.warnings, record.microseconds) = ("line\nbreak", ["careful"], 123)
    return record
  }

  private static let cause = DecisionRecord.Cause(code: "c", problem: "It is \"so\".", remedy: "Mend it.")

  private static let counted = DecisionRecord.Counted(
    attestor: "projects/p/attestors/qa", key: "k", occurrence: "projects/p/occurrences/1", atSeconds: 7)

  private static var judged: DecisionRecord.Judged {
    var judged = DecisionRecord.Judged()
    (judged.policy, judged.rule, judged.verdict) = ("projects/p/policy", "defaultAdmissionRule", "denied")
    (judged.demanded, judged.counted, judged.evidence) = ([counted.attestor], [counted], ["fresh"])
    judged.causes = [cause]
    return judged
  }

  private static var image: DecisionRecord.Image {
    var image = DecisionRecord.Image()
    (image.written, image.field, image.kind, image.name) = ("r.test/a:1", "spec.containers[0]", "container", "c")
    (image.pinned, image.unfit, image.judged) = ("r.test/a@sha256:ef", cause, [judged])
    var asked = DecisionRecord.Asked(attestor: counted.attestor)
    asked.counted = [counted]
    asked.refused = [DecisionRecord.Refused(occurrence: "projects/p/occurrences/2", code: "bad-signature", problem: "No.")]
    asked.unavailable = "down"
    image.asked = [asked]
    return image
  }

  package static func decision(
    _ uid: String, at seconds: Int64, namespace: String = "prod", user: String = "alice", verdict: String = "denied"
  ) -> JournalContent {
    .decision(record(uid, at: seconds, namespace: namespace, user: user, verdict: verdict))
  }

  /// A use of break-glass.
  package static func broken(_ uid: String, at seconds: Int64, until: Int64 = 1 << 40) -> JournalContent {
    var record = record(uid, at: seconds, verdict: "broken-glass")
    var glass = DecisionRecord.Glass()
    (glass.reason, glass.marker, glass.untilSeconds, glass.approval) = ("incident 42", "x.test/reason", until, "bg-1")
    record.glass = glass
    return .decision(record)
  }

  package static func request(_ id: String, user: String = "alice", until: Int64 = 1 << 40) -> BreakGlassRequest {
    var request = BreakGlassRequest()
    (request.atSeconds, request.id, request.user, request.namespace) = (1, id, user, "prod")
    (request.workload, request.images, request.reason) = ("web", ["r.test/a@sha256:ef"], "incident 42")
    request.untilSeconds = until
    return request
  }

  package static func approval(of id: String, by user: String = "bob") -> BreakGlassApproval {
    var approval = BreakGlassApproval()
    (approval.atSeconds, approval.request, approval.user, approval.note) = (2, id, user, "seen")
    return approval
  }

  package static func review(of sequence: Int64, at seconds: Int64) -> JournalContent {
    var review = BreakGlassReview()
    (review.atSeconds, review.decision, review.user, review.note) = (seconds, sequence, "bob", "fine")
    return .review(review)
  }

  /// Every kind of entry.
  package static let oneOfEach: [JournalContent] = [
    broken("u-1", at: 1), .request(request("bg-1")), .approval(approval(of: "bg-1")), review(of: 1, at: 4),
    .checkpoint(JournalCheckpoint(atSeconds: 5, through: 9, hash: "sha256:ab")),
  ]

  /// Each finds something among thirty decisions of two namespaces, five users and three verdicts, and one of each kind.
  static let queries: [JournalQuery] = [
    query { _ in }, query { $0.kinds = [.decision] }, query { $0.kinds = [.request, .approval] }, query { $0.kinds = [.review] },
    query { ($0.after, $0.before) = (3, 20) }, query { ($0.sinceSeconds, $0.untilSeconds) = (5, 9) },
    query { ($0.namespace, $0.isNewestFirst) = ("ns-1", true) }, query { ($0.user, $0.verdict) = ("user-2", "denied") },
    query { ($0.kinds, $0.verdict) = ([.decision], "broken-glass") }, query { $0.idPrefix = "u-1" },
    query { ($0.idPrefix, $0.isNewestFirst) = ("u-2", true) }, query { ($0.isNewestFirst, $0.before) = (true, 8) },
  ]

  private static func query(_ change: (inout JournalQuery) -> Void) -> JournalQuery {
    var query = JournalQuery()
    change(&query)
    return query
  }
}
