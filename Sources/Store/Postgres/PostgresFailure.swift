/// Why a connection did not do what it was told.
struct PostgresFailure: Error {
  enum Kind {
    /// The connection is gone.
    case lost
    /// The server did not answer in time.
    case late
    /// The server answered with an error.
    case refused
  }

  let kind: Kind
  /// Five characters. Source: PostgreSQL 15, appendix A.
  let state: String
  /// On one line, at most 300 characters; neither the statement nor its arguments.
  let message: String

  private init(_ kind: Kind, _ state: String, _ message: String) {
    self.kind = kind
    self.state = state
    let line = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    self.message = line.count > 300 ? "\(line.prefix(299))…" : line
  }

  static func lost(_ message: String) -> PostgresFailure { PostgresFailure(.lost, "08006", message) }
  static func late(_ message: String) -> PostgresFailure { PostgresFailure(.late, "08006", message) }
  static func refused(_ state: String, _ message: String) -> PostgresFailure { PostgresFailure(.refused, state, message) }

  /// The server is going down or ends this session.
  var endsConnection: Bool { kind != .refused || state.hasPrefix("57P") || state.hasPrefix("08") || state == "25P03" }

  /// The transaction met another one and would pass if it ran again.
  var isConflict: Bool { state == "40001" || state == "40P01" }

  /// The prepared statements of this connection are no longer what they were; a new connection has none.
  var isStale: Bool { state == "26000" || (state == "0A000" && message.contains("cached plan")) }

  var error: SQLError {
    switch state {
    case "23505": .unique(message)
    case "53100", "53200": .full(message)
    case "25006": .readOnly(message)
    case "53300", "57014", "55P03": .unavailable(message)
    case _ where endsConnection || isConflict: .unavailable(message)
    default: .failed(message)
    }
  }
}
