import Images

/// All that runs against the rules, in one bounded text: never an object a pod.
struct ViolationReport: Sendable {
  /// One owner of pods that would be kept out.
  struct Entry: Hashable, Sendable {
    let owner: PodOwner
    let pods: Int
    let violation: Violation
  }

  /// A ConfigMap holds a megabyte.
  static let limitBytes = 512 << 10
  static let limitEntries = 1_000

  /// By namespace, kind and name.
  let entries: [Entry]
  let pods: Int
  let shapes: Int
  let unknownShapes: Int
  /// Whether there are more pods than are held.
  let isTruncated: Bool
  /// Of the rulebook.
  let policy: String

  /// Pods that would be kept out.
  var violatingPods: Int { entries.reduce(0) { $0 + $1.pods } }

  init(_ findings: [Int: Finding], of pods: RunningPods, policy: String) {
    var violations: [Int: Violation] = [:]
    var unknown = 0
    for (number, finding) in findings {
      switch finding {
      case .violation(let violation): violations[number] = violation
      case .unknown: unknown += 1
      case .allowed: break
      }
    }
    let entries = pods.crowds(of: violations.keys).flatMap { number, crowd in
      crowd.owners.compactMap { owner, count in
        violations[number].map { Entry(owner: owner, pods: count, violation: $0) }
      }
    }
    self.entries = entries.sorted { Self.order($0) < Self.order($1) }
    (self.pods, shapes, isTruncated) = pods.counts
    unknownShapes = unknown
    self.policy = policy
  }

  private static func order(_ entry: Entry) -> (String, String, String) {
    (entry.owner.namespace, entry.owner.kind, entry.owner.name)
  }

  /// The report as JSON.
  ///
  /// - Parameter judgedAtSeconds: since 1970 UTC.
  func json(judgedAtSeconds: Int64) -> [UInt8] {
    var shown: [JSONValue] = []
    var bytes = 1_024
    for entry in entries.prefix(Self.limitEntries) {
      let value = Self.json(entry)
      bytes += value.bytes.count + 1
      guard bytes <= Self.limitBytes else { break }
      shown.append(value)
    }
    let report: JSONValue = [
      "judgedAtSeconds": .number(judgedAtSeconds), "policy": .text(policy), "pods": .number(Int64(pods)),
      "shapes": .number(Int64(shapes)), "shapesNotJudged": .number(Int64(unknownShapes)),
      "violatingPods": .number(Int64(violatingPods)), "violatingOwners": .number(Int64(Set(entries.map(\.owner)).count)),
      "podsAreMoreThanHeld": .bool(isTruncated),
      "entriesLeftOut": .number(Int64(entries.count - shown.count)), "violations": .array(shown),
    ]
    return report.bytes
  }

  private static func json(_ entry: Entry) -> JSONValue {
    [
      "namespace": .text(entry.owner.namespace), "kind": .text(entry.owner.kind), "name": .text(entry.owner.name),
      "pods": .number(Int64(entry.pods)), "images": .array(entry.violation.images.map { .text(String($0.prefix(512))) }),
      "codes": .array(entry.violation.codes.prefix(20).map { .text($0) }), "message": .text(entry.violation.message),
    ]
  }
}
