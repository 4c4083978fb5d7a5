import CPostgres

/// Types of columns and parameters. Source: PostgreSQL 15, `pg_type.dat`.
enum PostgresType {
  static let unknown: UInt32 = 0
  static let boolean: UInt32 = 16
  static let bytes: UInt32 = 17
  static let integer: UInt32 = 20
  static let integers: Set<UInt32> = [20, 21, 23, 26]
  static let text: UInt32 = 25
  static let numeric: UInt32 = 1700
  static let texts: Set<UInt32> = [18, 19, 25, 705, 1042, 1043]
}

extension SQLValue {
  /// What the server is told that an argument is; it works out the type of a null itself.
  var postgresType: UInt32 {
    switch self {
    case .null: PostgresType.unknown
    case .integer: PostgresType.integer
    case .text: PostgresType.text
    case .blob: PostgresType.bytes
    }
  }

  /// Appends the binary form.
  ///
  /// - Returns: how many bytes; nil for null.
  func encode(into bytes: inout [UInt8]) -> Int? {
    let start = bytes.count
    switch self {
    case .null: return nil
    case .integer(let value): bytes.append(bigEndian: value)
    case .text(let value): bytes += value.utf8
    case .blob(let value): bytes += value
    }
    return bytes.count - start
  }

  /// Reads the binary form.
  init(postgresType type: UInt32, _ bytes: UnsafeRawBufferPointer) throws(PostgresFailure) {
    switch type {
    case PostgresType.boolean: self = .integer(bytes.first == 0 ? 0 : 1)
    case _ where PostgresType.integers.contains(type):
      let start: Int64 = type != 26 && bytes.first.map { $0 >= 0x80 } == true ? -1 : 0
      self = .integer(bytes.reduce(start) { $0 << 8 | Int64($1) })
    case PostgresType.numeric: self = .integer(try Self.whole(numeric: bytes))
    case PostgresType.bytes: self = .blob(Array(bytes))
    case _ where PostgresType.texts.contains(type): self = .text(String(decoding: bytes, as: UTF8.self))
    default: throw .refused("42846", "a column has the type \(type), which is not read here; cast it")
    }
  }

  /// A sum of whole numbers, which PostgreSQL gives as NUMERIC: count, weight, sign, scale, then digits to base 10,000.
  private static func whole(numeric bytes: UnsafeRawBufferPointer) throws(PostgresFailure) -> Int64 {
    let words = stride(from: 0, to: bytes.count - 1, by: 2).map { Int64(bytes[$0]) << 8 | Int64(bytes[$0 + 1]) }
    guard words.count >= 4, words[2] == 0 || words[2] == 0x4000, words[0] == 0 || words[1] < 5,
      words[0] <= words[1] + 1 || words[0] == 0
    else { throw .refused("22003", "a number is no whole number of 64 bits; cast it") }
    guard words[0] > 0 else { return 0 }
    var value: Int64 = 0
    for place in 0...Int(words[1]) {
      let digit = place + 4 < words.count ? words[place + 4] : 0
      let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10_000)
      let (sum, overflows) = shifted.addingReportingOverflow(digit)
      guard !tooLarge, !overflows else { throw .refused("22003", "a number is no whole number of 64 bits; cast it") }
      value = sum
    }
    return words[2] == 0 ? value : -value
  }
}

extension [UInt8] {
  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}

/// Arguments in the form in which libpq takes them.
struct PostgresArguments {
  private var bytes: [UInt8] = []
  private var places: [(offset: Int, length: Int)?] = []

  init(_ values: [SQLValue]) {
    places.reserveCapacity(values.count)
    for value in values {
      let offset = bytes.count
      places.append(value.encode(into: &bytes).map { (offset, $0) })
    }
    // So that a value without bytes has an address, too.
    bytes.append(0)
  }

  /// Count, values, lengths and formats; the addresses are good inside `body` only.
  func pass(
    to body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Int32
  ) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.bindMemory(to: CChar.self).baseAddress
      let values = places.map { place in place.flatMap { start?.advanced(by: $0.offset) } }
      let lengths = places.map { Int32($0?.length ?? 0) }
      let formats = places.map { _ in Int32(1) }
      return body(Int32(places.count), values, lengths, formats)
    }
  }
}

/// What the server said to one command.
enum PostgresAnswer {
  /// - tag: `INSERT 0 1`, `COMMIT`; touched: how many rows.
  case done(rows: [[SQLValue]], tag: String, touched: Int)
  case refused(PostgresFailure)
  /// It was not run, because one before it was refused.
  case skipped
  /// The server has seen everything up to here.
  case synced
  case wantsCopy

  /// - Parameter result: is freed.
  init(_ result: OpaquePointer) {
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
      let touched = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
      let tag = PQcmdStatus(result).map { String(cString: $0) } ?? ""
      do throws(PostgresFailure) {
        self = .done(rows: try Self.rows(result), tag: tag, touched: touched)
      } catch {
        self = .refused(error)
      }
    case PGRES_PIPELINE_SYNC: self = .synced
    case PGRES_PIPELINE_ABORTED: self = .skipped
    case PGRES_COPY_IN: self = .wantsCopy
    default:
      func field(_ letter: UInt8) -> String? { PQresultErrorField(result, Int32(letter)).map { String(cString: $0) } }
      let message = field(UInt8(ascii: "M")) ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
      self = .refused(.refused(field(UInt8(ascii: "C")) ?? "08006", message))
    }
  }

  private static func rows(_ result: OpaquePointer) throws(PostgresFailure) -> [[SQLValue]] {
    let types = (0..<PQnfields(result)).map { PQftype(result, $0) }
    var rows: [[SQLValue]] = []
    rows.reserveCapacity(Int(PQntuples(result)))
    for row in 0..<PQntuples(result) {
      var values: [SQLValue] = []
      values.reserveCapacity(types.count)
      for (column, type) in types.enumerated() {
        let column = Int32(column)
        guard PQgetisnull(result, row, column) == 0 else {
          values.append(.null)
          continue
        }
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        values.append(try SQLValue(postgresType: type, bytes))
      }
      rows.append(values)
    }
    return rows
  }
}
