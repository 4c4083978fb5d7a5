// Reading rows and writing values. A column that is not of the type that the migrations gave it is the database's fault.

extension [SQLValue] {
  func integer(_ column: Int) throws -> Int64 {
    guard case .integer(let value) = self[column] else { throw SQLError.failed("column \(column) holds no number") }
    return value
  }

  func text(_ column: Int) throws -> String {
    guard case .text(let value) = self[column] else { throw SQLError.failed("column \(column) holds no text") }
    return value
  }

  func blob(_ column: Int) throws -> [UInt8] {
    guard case .blob(let value) = self[column] else { throw SQLError.failed("column \(column) holds no bytes") }
    return value
  }
}

extension [[SQLValue]] {
  func only() throws -> [SQLValue] {
    guard let row = first, count == 1 else { throw SQLError.failed("\(count) rows were found where one belongs") }
    return row
  }
}

extension SQLValue {
  /// Text for a column. Neither engine can compare text past a NUL, and one cannot hold it; nothing but hostile input has
  /// one, so it is shown by the replacement character, the same in columns and in what is compared with them.
  init(column text: String) {
    self = .text(
      text.utf8.contains(0) ? String(decoding: text.utf8.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }, as: UTF8.self) : text)
  }
}
