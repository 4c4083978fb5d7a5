/// Finds many rows by project and id with few questions.
struct NameLookup {
  let table: String
  let columns: [String]

  /// - Parameter names: each once; any number of them.
  /// - Returns: the columns of those that are there, in no order that matters.
  func rows(_ names: [(project: String, id: String)], _ session: any SQLSession) throws -> [[SQLValue]] {
    var found: [[SQLValue]] = []
    var rest = names[...]
    while let last = rest.last {
      // Three sizes make three statements to prepare; a question that is not full repeats its last name.
      let size = rest.count > 8 ? 64 : rest.count > 1 ? 8 : 1
      var asked = Array(rest.prefix(size))
      while asked.count < size { asked.append(last) }
      let test = Array(repeating: "project = ? AND id = ?", count: size).joined(separator: " OR ")
      found += try session.rows(
        "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE \(test)",
        asked.flatMap { [.text($0.project), .text($0.id)] })
      rest = rest.dropFirst(size)
    }
    return found
  }
}
