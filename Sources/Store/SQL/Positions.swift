/// Where rows stand in the order of all changes.
///
/// Positions come from one row of one table, and taking them is the first statement of every transaction that writes. The
/// lock on that row makes transactions commit in the order of their positions, on every engine and with any number of
/// replicas. A sequence would not: a transaction with a lower position could commit after one with a higher, and whoever
/// had read past it (a page, the change feed) would never see it.
enum Positions {
  /// Takes `count` positions, and the lock, until the transaction ends.
  ///
  /// - Returns: the first of them.
  static func take(_ count: Int, _ session: any SQLSession) throws -> Int64 {
    let rows = try session.rows(
      "UPDATE counter SET value = value + ? WHERE name = 'position' RETURNING value", [.integer(Int64(count))])
    return try rows.only().integer(0) - Int64(count) + 1
  }

  /// The last position that was taken; 0 when none was.
  static func last(_ session: any SQLSession) throws -> Int64 {
    try session.rows("SELECT value FROM counter WHERE name = 'position'", []).only().integer(0)
  }
}
