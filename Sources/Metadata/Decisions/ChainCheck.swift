import Images

/// Walks a journal from its first entry to its last, and tells everything that was altered, taken out, put in or moved.
///
/// It proves that entries are those that were hashed. Whoever may write to the journal can make another one that holds
/// together; what tells the two apart is a head that was noted somewhere else.
package struct ChainCheck: Sendable {
  /// One thing that is wrong.
  package enum Fault: Hashable, Sendable {
    /// The entry is not the one that was hashed: its content, its place or its hash was changed.
    case altered(Int64)
    case missing(from: Int64, through: Int64)
    /// It is tied to another entry than the one before it.
    case untied(Int64)
    /// The first entry is not the first that was written, and no checkpoint says what was before it.
    case noBeginning(Int64)
    /// It ends before, or with another hash than, the end that was noted.
    case noEnd(noted: Int64, found: Int64)

    /// In a sentence for people.
    package var sentence: String {
      switch self {
      case .altered(let sequence): "Entry \(sequence) was altered, or stands in another's place."
      case .missing(let from, let through) where from == through: "Entry \(from) is missing."
      case .missing(let from, let through): "Entries \(from) to \(through) are missing."
      case .untied(let sequence): "Entry \(sequence) does not follow the one before it."
      case .noBeginning(let sequence): "The journal begins at \(sequence), and no checkpoint says what was before."
      case .noEnd(let noted, let found): "The journal ends at \(found) where \(noted) was noted."
      }
    }
  }

  package private(set) var count = 0
  package private(set) var faults: [Fault] = []
  private var last: JournalHead?
  private var beginning: JournalHead?
  private var checkpoints: [JournalHead] = []

  /// Most faults that are told.
  package static let limitFaults = 1_000

  package init() {}

  /// Looks at the next entry in the order of sequences.
  package mutating func take(_ entry: JournalEntry) {
    count += 1
    if JournalEntry.hash(of: entry.bytes, sequence: entry.sequence, after: entry.previous) != entry.hash {
      add(.altered(entry.sequence))
    }
    if let last {
      if entry.sequence != last.sequence + 1 {
        add(.missing(from: last.sequence + 1, through: entry.sequence - 1))
      } else if entry.previous != last.hash {
        add(.untied(entry.sequence))
      }
    } else {
      beginning = JournalHead(sequence: entry.sequence - 1, hash: entry.previous)
    }
    last = JournalHead(sequence: entry.sequence, hash: entry.hash)
    guard Self.isCheckpoint(entry), case .checkpoint(let checkpoint) = entry.content,
      let hash = try? Digest(parsing: checkpoint.hash)
    else { return }
    checkpoints = [JournalHead(sequence: checkpoint.through, hash: hash)]
  }

  /// Compares the ends, once every entry was taken.
  ///
  /// - Parameter noted: the end as it was noted, beside the journal or somewhere else.
  package mutating func finish(_ noted: JournalHead) {
    let found = last ?? .empty
    if found != noted { add(.noEnd(noted: noted.sequence, found: found.sequence)) }
    guard let beginning, beginning != .empty, !checkpoints.contains(beginning) else { return }
    add(.noBeginning(beginning.sequence + 1))
  }

  /// Where it ends, as its entries have it.
  package var end: JournalHead { last ?? .empty }

  private mutating func add(_ fault: Fault) { if faults.count < Self.limitFaults { faults.append(fault) } }

  /// Most entries are none, and reading them all would take most of the time.
  private static func isCheckpoint(_ entry: JournalEntry) -> Bool {
    entry.bytes.starts(with: Array(#"{"kind":"checkpoint""#.utf8))
  }
}
