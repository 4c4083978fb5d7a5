import CPostgres
import Foundation
import Images

/// A libpq connection string that libpq can read, and what we add to it.
struct PostgresAddress: Sendable {
  private let text: Redacted<String>
  private let isLocal: Bool

  /// - Throws: `StoreError.malformedDatabase`, without the words of libpq: they may quote the password.
  init(_ text: Redacted<String>) throws(StoreError) {
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text.revealed, &complaint) else {
      PQfreemem(complaint)
      throw .malformedDatabase(because: "libpq cannot read it, or does not know one of its options")
    }
    defer { PQconninfoFree(options) }
    var said: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { said[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    let environment = ProcessInfo.processInfo.environment
    let hosts = said["hostaddr"] ?? said["host"] ?? environment["PGHOSTADDR"] ?? environment["PGHOST"] ?? ""
    let usesService = (said["service"] ?? environment["PGSERVICE"]) != nil
    isLocal = !usesService && hosts.split(separator: ",").allSatisfy(Self.isLocal)
    self.text = text
  }

  private static func isLocal(_ host: Substring) -> Bool {
    host.hasPrefix("/") || host.hasPrefix("@") || ["localhost", "127.0.0.1", "::1"].contains(host)
  }

  /// Keywords and values for `PQconnectStartParams` with `expand_dbname`. What stands before the address, it may override.
  func parameters(deadline: Duration) -> [(keyword: String, value: String)] {
    var before = [
      ("fallback_application_name", "pratique"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
      ("keepalives_count", "3"), ("tcp_user_timeout", "\(deadline.milliseconds)"),
    ]
    if !isLocal { before.append(("sslmode", ProcessInfo.processInfo.environment["PGSSLMODE"] ?? "verify-full")) }
    return before + [("dbname", text.revealed), ("client_encoding", "UTF8")]
  }
}

extension Duration {
  /// Rounded up, so that a positive duration is never 0.
  var milliseconds: Int64 {
    let whole = components.seconds.multipliedReportingOverflow(by: 1000)
    let part = (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return whole.overflow ? .max / 2 : whole.partialValue + part
  }
}
