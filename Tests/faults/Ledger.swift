import Metadata
import Schemas
import Synchronization

/// What writers were told and what the store holds, one batch at a time.
final class Ledger: Sendable {
  /// Batch `number` of a writer; each of its occurrences says `writer/number/index/size`.
  struct Batch: Hashable, Sendable {
    let writer: Int
    let number: Int
    let size: Int
  }

  private struct Books {
    var acknowledged: Set<Batch> = []
    var found: [Batch: [Int: Int]] = [:]
    var strangers = 0
  }

  struct Audit: Sendable {
    let acknowledged: Int
    let present: Int
    /// Acknowledged and not there whole.
    let lost: Int
    /// There in part.
    let torn: Int
    /// An occurrence there more than once.
    let doubled: Int
    /// Occurrences that no writer wrote.
    let strangers: Int

    var isClean: Bool { lost == 0 && torn == 0 && doubled == 0 && strangers == 0 }
  }

  private let books = Mutex(Books())

  func acknowledge(_ batch: Batch) { books.withLock { _ = $0.acknowledged.insert(batch) } }

  /// Takes in one occurrence that the store gave.
  func find(_ occurrence: Occurrence) {
    let parts = occurrence.compliance.nonComplianceReason.split(separator: "/").compactMap { Int($0) }
    books.withLock { books in
      guard parts.count == 4 else {
        books.strangers += 1
        return
      }
      books.found[Batch(writer: parts[0], number: parts[1], size: parts[3]), default: [:]][parts[2], default: 0] += 1
    }
  }

  /// Forgets what was found, for another count from the beginning.
  func beginCount() { books.withLock { ($0.found, $0.strangers) = ([:], 0) } }

  func audit() -> Audit {
    books.withLock { books in
      Audit(
        acknowledged: books.acknowledged.count, present: books.found.count,
        lost: books.acknowledged.count { books.found[$0]?.count != $0.size },
        torn: books.found.count { $0.value.count != $0.key.size },
        doubled: books.found.count { $0.value.values.contains { $0 > 1 } }, strangers: books.strangers)
    }
  }
}
