import Foundation
import GRDB

/// A connection to an SQLite file, for as long as one transaction.
struct SQLiteSession: SQLSession {
  let database: Database
  let prepared: PreparedTexts
  let onStatement: (@Sendable (String) -> Void)?

  func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [[SQLValue]] {
    try translating {
      let cursor = try Row.fetchCursor(statement(sql), arguments: StatementArguments(arguments))
      var rows: [[SQLValue]] = []
      while let row = try cursor.next() {
        rows.append(try (0..<row.count).map { try SQLValue(row[$0] as DatabaseValue) })
      }
      return rows
    }
  }

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    try translating {
      try statement(sql).execute(arguments: StatementArguments(arguments))
      return database.changesCount
    }
  }

  func insert(into table: String, _ columns: [String], _ rows: [[SQLValue]]) throws {
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    try translating {
      let insertion = try statement("INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))")
      for row in rows { try insertion.execute(arguments: StatementArguments(row)) }
    }
  }

  func nested<Answer>(_ work: () throws -> Answer) throws -> Answer {
    try execute("SAVEPOINT nested", [])
    do {
      let answer = try work()
      try execute("RELEASE nested", [])
      return answer
    } catch {
      // A full disk may have undone the whole transaction already.
      if database.isInsideTransaction {
        try execute("ROLLBACK TO nested", [])
        try execute("RELEASE nested", [])
      }
      throw error
    }
  }

  private func translating<Answer>(_ work: () throws -> Answer) throws -> Answer {
    do {
      return try work()
    } catch let error as DatabaseError {
      throw SQLError(error)
    }
  }

  private func statement(_ sql: String) throws -> Statement {
    onStatement?(sql)
    return try prepared.keeps(sql) ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
  }
}

extension SQLValue: DatabaseValueConvertible {
  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let value): value.databaseValue
    case .text(let value): value.databaseValue
    // Data without bytes has no address, which would be bound as null; the beginning of some has one.
    case .blob(let bytes): bytes.isEmpty ? Data([0]).prefix(0).databaseValue : Data(bytes).databaseValue
    }
  }

  static func fromDatabaseValue(_ value: DatabaseValue) -> SQLValue? { try? SQLValue(value) }

  fileprivate init(_ value: DatabaseValue) throws {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob([UInt8](data))
    case .double: throw SQLError.failed("a column holds a number with a fraction")
    }
  }
}
