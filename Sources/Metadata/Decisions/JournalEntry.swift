package import Images

/// One entry of the journal, tied to the one before it.
package struct JournalEntry: Equatable, Sendable {
  /// 1 for the first; no number is left out or used twice.
  package let sequence: Int64
  /// Hash of the entry before it; `genesis` for the first.
  package let previous: Digest
  /// The canonical bytes of the content: JSON.
  package let bytes: [UInt8]
  /// As it was stored; right only if it is `hash(of:)` of the rest.
  package let hash: Digest

  package init(sequence: Int64, previous: Digest, bytes: [UInt8], hash: Digest) {
    (self.sequence, self.previous, self.bytes, self.hash) = (sequence, previous, bytes, hash)
  }

  /// Ties `bytes` to the entry before it.
  package init(after head: JournalHead, bytes: [UInt8]) {
    sequence = head.sequence + 1
    previous = head.hash
    self.bytes = bytes
    hash = Self.hash(of: bytes, sequence: head.sequence + 1, after: head.hash)
  }

  /// What stands before the first entry: the hash of nothing.
  package static let genesis = Digest(sha256Of: [UInt8]())

  /// SHA-256 over three lines: the hash before, the sequence, the content.
  package static func hash(of bytes: [UInt8], sequence: Int64, after previous: Digest) -> Digest {
    var text = Array("\(previous)\n\(sequence)\n".utf8)
    text.append(contentsOf: bytes)
    return Digest(sha256Of: text)
  }

  /// Nil when the bytes cannot be read.
  package var content: JournalContent? { JournalContent(bytes) }
}

/// Where the journal ends.
package struct JournalHead: Hashable, Sendable {
  /// Of the last entry; 0 when there is none.
  package let sequence: Int64
  package let hash: Digest

  package init(sequence: Int64, hash: Digest) { (self.sequence, self.hash) = (sequence, hash) }

  package static let empty = JournalHead(sequence: 0, hash: JournalEntry.genesis)
}

/// Stands in for the entries before it that were removed because of their age or number.
package struct JournalCheckpoint: Equatable, Sendable {
  package let atSeconds: Int64
  /// Sequence of the last entry that was removed.
  package let through: Int64
  /// The hash of that entry, to which the first that is left is tied.
  package let hash: String

  package init(atSeconds: Int64, through: Int64, hash: String) {
    (self.atSeconds, self.through, self.hash) = (atSeconds, through, hash)
  }
}

/// What an entry of the journal says.
package enum JournalContent: Equatable, Sendable {
  case decision(DecisionRecord)
  case request(BreakGlassRequest)
  case approval(BreakGlassApproval)
  case review(BreakGlassReview)
  case checkpoint(JournalCheckpoint)

  /// The sorts of entries.
  package enum Kind: String, CaseIterable, Sendable {
    case decision
    case request = "break-glass-request"
    case approval = "break-glass-approval"
    case review = "break-glass-review"
    case checkpoint
  }

  /// Longest content that is read, in bytes.
  package static let limitBytes = 16 << 20

  package var kind: Kind {
    switch self {
    case .decision: .decision
    case .request: .request
    case .approval: .approval
    case .review: .review
    case .checkpoint: .checkpoint
    }
  }

  /// Seconds since 1970 UTC.
  package var atSeconds: Int64 {
    switch self {
    case .decision(let decision): decision.atSeconds
    case .request(let request): request.atSeconds
    case .approval(let approval): approval.atSeconds
    case .review(let review): review.atSeconds
    case .checkpoint(let checkpoint): checkpoint.atSeconds
    }
  }

  /// What entries are found by: the uid of a decision, the id of a request for it and its approval, the sequence of the
  /// decision for a review.
  package var id: String {
    switch self {
    case .decision(let decision): decision.request.uid
    case .request(let request): request.id
    case .approval(let approval): approval.request
    case .review(let review): "\(review.decision)"
    case .checkpoint: ""
    }
  }

  package var namespace: String {
    switch self {
    case .decision(let decision): decision.request.namespace
    case .request(let request): request.namespace
    case .approval, .review, .checkpoint: ""
    }
  }

  /// Who did it.
  package var user: String {
    switch self {
    case .decision(let decision): decision.request.user
    case .request(let request): request.user
    case .approval(let approval): approval.user
    case .review(let review): review.user
    case .checkpoint: ""
    }
  }

  /// Of a decision; empty for anything else.
  package var verdict: String { if case .decision(let decision) = self { decision.verdict } else { "" } }

  /// The canonical bytes, which are what is hashed.
  package var bytes: [UInt8] {
    let json =
      switch self {
      case .decision(let decision): decision.json
      case .request(let request): request.json
      case .approval(let approval): approval.json
      case .review(let review): review.json
      case .checkpoint(let checkpoint):
        [
          "atSeconds": .number(checkpoint.atSeconds), "through": .number(checkpoint.through),
          "hash": .text(checkpoint.hash),
        ] as JSONValue
      }
    let whole: JSONValue = ["kind": .text(kind.rawValue), "is": json]
    return whole.bytes
  }

  /// Nil for bytes that are no such content.
  package init?(_ bytes: [UInt8]) {
    guard let root = try? JSONDocument(parsing: bytes, atMost: Self.limitBytes, depth: 110).root,
      let kind = root["kind"]?.string.flatMap(Kind.init), let node = root["is"]
    else { return nil }
    self =
      switch kind {
      case .decision: .decision(DecisionRecord(node))
      case .request: .request(BreakGlassRequest(node))
      case .approval: .approval(BreakGlassApproval(node))
      case .review: .review(BreakGlassReview(node))
      case .checkpoint:
        .checkpoint(
          JournalCheckpoint(
            atSeconds: node.number("atSeconds") ?? 0, through: node.number("through") ?? 0, hash: node.text("hash")))
      }
  }
}
