/// A statement with `?` for its arguments, as PostgreSQL wants it: `$1`, `$2` and so on.
struct PostgresText {
  /// One number for everybody who changes the shape of this database; held until the end of the transaction.
  static let migrationLock = "SELECT pg_advisory_xact_lock(7251936041)::text"

  private(set) var numbered = ""
  /// More than one statement.
  private(set) var isScript = false
  /// It may have to look at every row that there is, or to wait for somebody who does.
  let changesShape: Bool

  /// What stands in quotes or in a comment is left as it is.
  init(_ sql: String) {
    let first = sql.split(whereSeparator: \.isWhitespace).first?.uppercased() ?? ""
    changesShape = ["CREATE", "ALTER", "DROP"].contains(first) || sql == Self.migrationLock
    var bytes: [UInt8] = []
    var count = 0
    var hasEnded = false
    var rest = Array(sql.utf8)[...]
    while let byte = rest.first {
      if let length = Self.opaqueLength(rest) {
        bytes += rest.prefix(length)
        rest = rest.dropFirst(length)
        continue
      }
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: ";"): hasEnded = true
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"): break
      default: isScript = isScript || hasEnded
      }
      if byte == UInt8(ascii: "?") {
        count += 1
        bytes += "$\(count)".utf8
      } else {
        bytes.append(byte)
      }
    }
    numbered = String(decoding: bytes, as: UTF8.self)
  }

  /// How many bytes of `text` are one quoted word or comment; nil when it does not begin with one.
  private static func opaqueLength(_ text: ArraySlice<UInt8>) -> Int? {
    switch text.first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      text.dropFirst().firstIndex(of: text[text.startIndex]).map { $0 - text.startIndex + 1 } ?? text.count
    case UInt8(ascii: "-") where text.starts(with: "--".utf8):
      text.firstIndex(of: UInt8(ascii: "\n")).map { $0 - text.startIndex } ?? text.count
    default: nil
    }
  }
}
