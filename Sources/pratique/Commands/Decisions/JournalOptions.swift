import ArgumentParser
import Attestations
import Foundation
import Images
import Metadata
import Store

/// Where decisions are on record: a gate's own file, or the store.
struct JournalOptions: ParsableArguments {
  @Option(help: "The gate's own file of decisions (default: PRATIQUE_DECISIONS); without it the store is asked.")
  var file: String?
  @OptionGroup var store: StoreOptions

  /// Runs `work` with the journal that the options name, and closes it.
  func withJournal<Result>(_ work: (any DecisionJournal) async throws -> Result) async throws -> Result {
    let journal = try await open()
    do {
      let result = try await work(journal)
      await journal.close()
      return result
    } catch {
      await journal.close()
      throw error
    }
  }

  private func open() async throws -> SQLStore { try await Self.open(file, store) }

  /// - Parameter file: of a gate; nil for the one that the environment names, or else the store.
  fileprivate static func open(_ file: String?, _ store: StoreOptions) async throws -> SQLStore {
    guard let file = file ?? ProcessInfo.processInfo.environment["PRATIQUE_DECISIONS"] else {
      guard store.metadata == nil else {
        throw DoorError.usage(
          "Decisions are read from the store itself, not through a metadata server.",
          remedy: "Name the gate's file with --file, or the store with --data or --postgres.")
      }
      return try await StoreOptions.open(data: store.data, postgres: store.postgres)
    }
    guard FileManager.default.fileExists(atPath: file) else {
      throw DoorError.unreadable(path: file, because: "there is no such file")
    }
    return try SQLiteStore(path: file)
  }
}

/// Where the decisions of all replicas are on record: a file each, or the store.
struct JournalsOptions: ParsableArguments {
  /// Each is open while they are read.
  private static let limitFiles = 64

  @Option(
    name: .customLong("file"),
    help: "A gate's own file of decisions; once for each replica (default: PRATIQUE_DECISIONS); without it the store is asked.")
  var files: [String] = []
  @OptionGroup var store: StoreOptions

  func validate() throws {
    guard files.count <= Self.limitFiles else { throw ValidationError("Give at most \(Self.limitFiles) files.") }
    guard Set(files).count == files.count else { throw ValidationError("A file stands twice.") }
  }

  /// Runs `work` with the journals that the options name, and closes them.
  func withJournals<Result>(_ work: (JournalMerge) async throws -> Result) async throws -> Result {
    var journals: [SQLStore] = []
    do {
      let named: [String?] = files.isEmpty ? [nil] : files
      for file in named { journals.append(try await JournalOptions.open(file, store)) }
      let result = try await work(JournalMerge(journals))
      for journal in journals { await journal.close() }
      return result
    } catch {
      for journal in journals { await journal.close() }
      throw error
    }
  }
}

extension DecisionJournalReader {
  /// The decision of that uid or sequence, or the only one whose uid starts so; of several with one uid the last.
  ///
  /// - Throws: `DoorError.usage` where none or more than one is meant, or it cannot be read.
  func decision(named id: String) async throws -> (entry: JournalEntry, record: DecisionRecord) {
    var query = JournalQuery()
    (query.kinds, query.idPrefix, query.isNewestFirst, query.limit) = ([.decision], id, true, 20)
    var found = try await entries(query)
    if found.isEmpty, let sequence = Int64(id), sequence > 0 {
      var query = JournalQuery()
      (query.kinds, query.after, query.limit) = ([.decision], sequence - 1, 1)
      found = try await entries(query).filter { $0.sequence == sequence }
    }
    let uids = Set(found.compactMap { $0.content?.id })
    guard uids.count <= 1 || uids.contains(id) else {
      throw DoorError.usage(
        "More than one decision starts with \"\(printable(id))\": \(uids.sorted().prefix(5).map { printable($0) }.joined(separator: ", ")).",
        remedy: "Give more of the uid.")
    }
    let entry = found.first { $0.content?.id == id } ?? found.first
    guard let entry, case .decision(let record) = entry.content else {
      throw DoorError.usage(
        "No decision \"\(printable(id))\" is on record here.",
        remedy: "Run `pratique decisions list` to see what is, and name the gate's file with --file.")
    }
    return (entry, record)
  }
}

/// A moment as people write it: how long ago, `90m`, `36h`, `7d`, or RFC 3339.
///
/// - Throws: `DoorError.usage`.
func secondsAgo(_ text: String, now: Int64) throws -> Int64 {
  if let seconds = secondsSince1970(rfc3339: text) { return seconds }
  return now - (try lasting(text))
}

/// A time as people write it, in seconds: `90m`, `36h`, `7d`.
///
/// - Throws: `DoorError.usage`.
func lasting(_ text: String) throws -> Int64 {
  let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
  guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (1...100_000).contains(count) else {
    throw DoorError.usage(
      "\"\(printable(text))\" is no time.", remedy: "Write 90m, 36h, 7d, or 2026-05-04T12:00:00Z where a moment is meant.")
  }
  return count * unit
}
