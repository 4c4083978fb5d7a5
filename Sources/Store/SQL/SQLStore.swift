package import Images
package import Metadata

/// Keeps metadata in an SQL database; which one is the engine's business.
///
/// What is said here once holds for every method: reads see one state of the database, writes are durable before they are
/// acknowledged, and writers who come at the same time share a transaction (`GroupCommit`).
package final class SQLStore: Sendable {
  let engine: any SQLEngine
  let commits: GroupCommit
  let stamps: Stamps

  /// The key that page tokens are sealed with; it is made with the database and stays in it, so tokens outlive a restart
  /// and hold for every replica.
  package let pageTokenKey: Redacted<[UInt8]>

  /// - Parameter pageTokenKey: as `Migrations.bringUpToDate` answered it.
  init(engine: any SQLEngine, stamps: Stamps, pageTokenKey: [UInt8]) {
    self.engine = engine
    self.stamps = stamps
    self.pageTokenKey = Redacted(pageTokenKey)
    commits = GroupCommit(engine)
  }

  /// Brings the database's shape up to date and goes to work on it.
  ///
  /// - Parameter place: what messages call the database.
  /// - Throws: `StoreError`.
  package convenience init(
    engine: any SQLEngine, stamps: Stamps = .system, place: String = "database"
  ) async throws(StoreError) {
    let dialect = engine.dialect
    let key: [UInt8]
    do {
      if let current = try await engine.read({ try Migrations.currentKey($0) }) {
        key = current
      } else {
        key = try await engine.write { try Migrations.bringUpToDate($0, dialect) }
      }
    } catch {
      throw Migrations.storeError(error, place)
    }
    self.init(engine: engine, stamps: stamps, pageTokenKey: key)
  }

  /// Ends the connections; nothing may be asked afterwards.
  package func close() async { await engine.close() }

  /// Reads, and says what went wrong in the words of metadata.
  func read<Answer: Sendable>(_ work: @escaping @Sendable (any SQLSession) throws -> Answer) async throws -> Answer {
    do {
      return try await engine.read(work)
    } catch let error as SQLError {
      throw MetadataError(error)
    }
  }

  /// Makes one change, as one step: no other writer comes in between.
  ///
  /// - Parameters:
  ///   - positions: how many positions the change uses; `work` is given the first.
  ///   - rows: about how many rows it writes.
  ///   - work: may run twice, when the transaction that it shared was undone for another's sake.
  func change<Answer: Sendable>(
    positions: Int = 1, rows: Int = 1, _ work: @escaping @Sendable (any SQLSession, _ first: Int64) throws -> Answer
  ) async throws -> Answer {
    let outcome = Outcome<Answer>()
    try await commit(.alone { outcome.set(try work($0, $1)) }, positions: positions, rows: rows)
    guard let answer = outcome.value else { throw MetadataError.unavailable("the database lost an answer") }
    return answer
  }

  func commit(_ work: QueuedWrite.Work, positions: Int, rows: Int) async throws {
    do {
      try await commits.perform(work, positions: positions, rows: rows)
    } catch let error as SQLError {
      throw MetadataError(error)
    }
  }
}

extension MetadataError {
  init(_ error: SQLError) {
    switch error {
    case .full(let reason): self = .storageFull(reason)
    case .readOnly(let reason): self = .unavailable("the database cannot be written to, only read: \(reason)")
    case .unavailable(let reason): self = .unavailable(reason)
    case .unique(let reason), .failed(let reason): self = .unavailable("the database says: \(reason)")
    }
  }
}
