/// Finds the two records that one request leaves where both webhooks are asked: of `mutate`, and then of `validate`, which
/// judges what will be stored. The latter counts.
///
/// Each call of a webhook has a uid of its own, so they are known by who asked for what, about which images, in the time that
/// a webhook may take. Memory is bounded: a record that waits too long counts by itself.
///
/// Source: Kubernetes, admission.k8s.io/v1, `AdmissionRequest.uid`.
package struct RequestPairs {
  /// The longest `timeoutSeconds` of a webhook.
  package static let windowSeconds: Int64 = 30
  private static let limit = 500

  private struct Open {
    let key: [String]
    let atSeconds: Int64
    /// Of `mutate`, and held back; nil for one of `validate`, which counts already.
    let held: DecisionRecord?
  }

  private var open: [Open] = []
  /// Records that did not count, because another of the same request did.
  package private(set) var repeated = 0

  package init() {}

  /// Takes the next record of the journal.
  ///
  /// - Returns: the records that are now known to count.
  package mutating func take(_ record: DecisionRecord) -> [DecisionRecord] {
    let start = record.atSeconds - Self.windowSeconds
    var counting = open.filter { $0.atSeconds < start }.compactMap(\.held)
    open.removeAll { $0.atSeconds < start }
    // What `mutate` keeps out, `validate` is never asked about.
    let isHeld = record.request.webhook == "mutate" && record.isLetIn
    guard isHeld || record.request.webhook == "validate" else { return counting + [record] }
    let key = record.requestKey
    if !isHeld { counting.append(record) }
    // Replicas may write into one journal, so either can come first.
    if let index = open.firstIndex(where: { ($0.held == nil) == isHeld && $0.key == key }) {
      open.remove(at: index)
      repeated += 1
      return counting
    }
    if open.count >= Self.limit, let first = open.removeFirst().held { counting.append(first) }
    open.append(Open(key: key, atSeconds: record.atSeconds, held: isHeld ? record : nil))
    return counting
  }

  /// Those that are held back when there are no more records.
  package mutating func rest() -> [DecisionRecord] {
    defer { open = [] }
    return open.compactMap(\.held)
  }
}

extension DecisionRecord {
  /// Whether the request went on.
  fileprivate var isLetIn: Bool { verdict == "allowed" || verdict == "broken-glass" }

  /// What both records of a request have in common. A name does not belong to it: the API server may make one in between.
  fileprivate var requestKey: [String] {
    [request.user, request.namespace, request.operation, request.resource, request.kind] + images.map { $0.pinned ?? $0.written }
  }
}
