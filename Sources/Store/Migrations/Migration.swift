/// One step of the database's shape. Append only: a migration that has been released is never edited.
struct Migration: Sendable {
  let number: Int
  let name: String
  /// Runs in the one transaction in which all that are missing run.
  let run: @Sendable (any SQLSession, SQLDialect) throws -> Void

  /// `0001-notes-and-occurrences`: what the database remembers it by.
  var identifier: String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + name
  }
}
