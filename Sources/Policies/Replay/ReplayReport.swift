import Images
package import Metadata

/// What another policy would have made of recorded requests, added up one by one: it grows with the number of owners whose
/// requests change, not with the number of requests.
package struct ReplayReport: Sendable {
  /// Why a record was not judged again.
  package enum Skip: String, CaseIterable, Sendable {
    /// No policy had a say: the request was exempt, malformed, or changed no image.
    case notJudged = "not-judged"
    /// Its object was too large to be kept.
    case objectNotKept = "object-not-kept"
    /// Its object cannot be read by this build.
    case unreadable
    /// Both webhooks were asked; the record of the other counts.
    case askedTwice = "asked-twice"
  }

  /// What would change for one owner in one namespace.
  package struct Change: Hashable, Sendable {
    package let namespace: String
    package let owner: String
    package fileprivate(set) var toDenied = 0
    package fileprivate(set) var toAllowed = 0
    /// Of the denials that would be new.
    package fileprivate(set) var codes: [String: Int] = [:]
    /// Uids of a few of the requests, the first ones.
    package fileprivate(set) var examples: [String] = []
  }

  /// Owners that are told apart; what is over goes by the name of `-`.
  private static let limitOwners = 10_000
  private static let limitExamples = 3
  private static let limitEvidence = 100

  package private(set) var judged = 0
  package private(set) var toDenied = 0
  package private(set) var toAllowed = 0
  package private(set) var skipped: [Skip: Int] = [:]
  /// Requests about whose images something else is on record now.
  package private(set) var evidenceChanged = 0
  /// What that is, for the first of them: one sentence an image and attestor.
  package private(set) var evidence: [String] = []
  private var changes: [[String]: Change] = [:]

  package init() {}

  /// Those with most new denials first.
  package var byOwner: [Change] {
    changes.values.sorted {
      ($1.toDenied, $1.toAllowed, $0.namespace, $0.owner) < ($0.toDenied, $0.toAllowed, $1.namespace, $1.owner)
    }
  }

  /// Counts records that are not judged again.
  package mutating func skip(_ why: Skip, _ count: Int = 1) { if count > 0 { skipped[why, default: 0] += count } }

  /// Counts a record that was judged again.
  ///
  /// - Parameters:
  ///   - decision: what comes of it now.
  ///   - evidence: what that rests on.
  package mutating func add(_ record: DecisionRecord, _ decision: Decision, evidence: Evidence, owner: String) {
    judged += 1
    compare(record, evidence)
    guard record.isAllowedByPolicy != decision.isAllowed else { return }
    var key = [record.request.namespace, owner]
    if changes[key] == nil, changes.count >= Self.limitOwners { key = ["-", "-"] }
    var change = changes[key] ?? Change(namespace: key[0], owner: key[1])
    if decision.isAllowed {
      change.toAllowed += 1
      toAllowed += 1
    } else {
      change.toDenied += 1
      toDenied += 1
      for code in decision.codes { change.codes[code, default: 0] += 1 }
    }
    if change.examples.count < Self.limitExamples { change.examples.append(record.request.uid) }
    changes[key] = change
  }

  private mutating func compare(_ record: DecisionRecord, _ evidence: Evidence) {
    var sentences: Set<String> = []
    for image in record.images {
      guard let pinned = image.pinned.flatMap({ try? PinnedReference(parsing: $0) }) else { continue }
      for asked in image.asked {
        guard let answer = evidence.answers[pinned]?[asked.attestor] else { continue }
        let now = DecisionRecord.Asked(asked.attestor, answer)
        guard Set(now.counted) != Set(asked.counted) || now.unavailable != asked.unavailable else { continue }
        sentences.insert("\(pinned): \(asked.attestor) had \(asked.summary), and has \(now.summary)")
      }
    }
    guard !sentences.isEmpty else { return }
    evidenceChanged += 1
    for sentence in sentences.sorted() where self.evidence.count < Self.limitEvidence && !self.evidence.contains(sentence) {
      self.evidence.append(sentence)
    }
  }
}

extension DecisionRecord {
  /// Whom a request belongs to: the value of a label or annotation of its object, else the user.
  ///
  /// - Parameter keys: the first that the object has counts.
  package func owner(by keys: [String], of review: WorkloadReview) -> String {
    let metadata = review.object?["metadata"]
    for key in keys {
      for place in ["labels", "annotations"] {
        if let value = metadata?[place]?[key]?.string, !value.isEmpty { return value }
      }
    }
    return request.user
  }
}

extension DecisionRecord.Asked {
  fileprivate var summary: String {
    if let unavailable { return "no answer (\(unavailable))" }
    return counted.isEmpty
      ? "no attestation that counts" : counted.map { "\($0.occurrence) by \($0.key)" }.joined(separator: ", ")
  }
}
