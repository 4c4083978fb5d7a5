/// Finds the two records that one request leaves where both webhooks are asked: of `mutate`, and then of `validate`, which
/// judges what will be stored. The latter counts.
///
/// Each call of a webhook has a uid of its own, so they are known by who asked for what, about which images, in the time that
/// a webhook may take. A call that is on record twice, because the API server asked another replica again or journals overlap,
/// has one uid and counts once. Memory is bounded: a record that waits too long counts by itself.
///
/// Source: Kubernetes, admission.k8s.io/v1, `AdmissionRequest.uid`.
package struct RequestPairs {
  /// The longest `timeoutSeconds` of a webhook.
  package static let windowSeconds: Int64 = 30
  /// Records that wait, of which those of `mutate` are held as a whole.
  private static let limitOpen = 10_000
  private static let limitHeld = 2_000
  private static let limitCalls = 20_000

  /// What both records of a request have in common.
  private struct Key: Hashable {
    let parts: [String]
    let isMutation: Bool
  }

  private struct Open {
    let key: Key
    let atSeconds: Int64
    /// Of `mutate`, and held back; nil for one of `validate`, which counts already.
    let held: DecisionRecord?
  }

  /// By a number that grows.
  private var open: [Int: Open] = [:]
  private var numbers: [Key: [Int]] = [:]
  private var (first, next) = (0, 0)
  private var held = 0
  private var calls = RecentCalls(limit: RequestPairs.limitCalls)
  /// Records that did not count, because another of the same request did.
  package private(set) var repeated = 0

  package init() {}

  /// Takes the next record.
  ///
  /// - Returns: the records that are now known to count.
  package mutating func take(_ record: DecisionRecord) -> [DecisionRecord] {
    var counting = expired(before: record.atSeconds - Self.windowSeconds)
    let (webhook, uid) = (record.request.webhook, record.request.uid)
    guard uid.isEmpty || calls.add("\(webhook) \(uid)") else {
      repeated += 1
      return counting
    }
    // What `mutate` keeps out, `validate` is never asked about.
    let isHeld = webhook == "mutate" && record.isLetIn
    guard isHeld || webhook == "validate" else { return counting + [record] }
    if !isHeld { counting.append(record) }
    let key = Key(parts: record.requestKey, isMutation: isHeld)
    // Replicas may write into one journal, so either can come first.
    if remove(Key(parts: key.parts, isMutation: !isHeld), near: record.atSeconds) != nil {
      repeated += 1
      return counting
    }
    add(Open(key: key, atSeconds: record.atSeconds, held: isHeld ? record : nil))
    while held > Self.limitHeld || open.count > Self.limitOpen { counting += oldest() }
    return counting
  }

  /// Those that are held back when there are no more records.
  package mutating func rest() -> [DecisionRecord] {
    var counting: [DecisionRecord] = []
    while !open.isEmpty { counting += oldest() }
    return counting
  }

  private mutating func add(_ entry: Open) {
    open[next] = entry
    numbers[entry.key, default: []].append(next)
    if entry.held != nil { held += 1 }
    next += 1
  }

  private mutating func remove(_ key: Key, near seconds: Int64) -> Open? {
    guard
      let number = numbers[key]?.first(where: { open[$0].map { abs($0.atSeconds - seconds) <= Self.windowSeconds } ?? false })
    else { return nil }
    return remove(number)
  }

  private mutating func remove(_ number: Int) -> Open? {
    guard let entry = open.removeValue(forKey: number) else { return nil }
    numbers[entry.key]?.removeAll { $0 == number }
    if numbers[entry.key]?.isEmpty == true { numbers[entry.key] = nil }
    if entry.held != nil { held -= 1 }
    return entry
  }

  /// Removes the one that waits longest.
  private mutating func oldest() -> [DecisionRecord] {
    while first < next {
      defer { first += 1 }
      if let entry = remove(first) { return entry.held.map { [$0] } ?? [] }
    }
    return []
  }

  private mutating func expired(before start: Int64) -> [DecisionRecord] {
    var counting: [DecisionRecord] = []
    while first < next {
      if let entry = open[first] {
        guard entry.atSeconds < start else { break }
        counting += oldest()
      } else {
        first += 1
      }
    }
    return counting
  }
}

/// Calls of webhooks that were seen lately. The older half is forgotten when the younger one is full.
private struct RecentCalls {
  private var young: Set<String> = []
  private var old: Set<String> = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// - Returns: whether it was not there.
  mutating func add(_ call: String) -> Bool {
    guard !young.contains(call), !old.contains(call) else { return false }
    if young.count >= limit / 2 { (old, young) = (young, []) }
    young.insert(call)
    return true
  }
}

extension DecisionRecord {
  /// Whether the request went on.
  fileprivate var isLetIn: Bool { verdict == "allowed" || verdict == "broken-glass" }

  /// A name does not belong to it: the API server may make one in between.
  fileprivate var requestKey: [String] {
    [request.user, request.namespace, request.operation, request.resource, request.kind] + images.map { $0.pinned ?? $0.written }
  }
}
