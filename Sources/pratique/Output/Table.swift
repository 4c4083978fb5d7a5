/// Rows in aligned columns; the last column is never cut or padded.
struct Table {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: String...) { self.header = header }

  mutating func add(_ row: String...) { rows.append(row) }

  /// The table as text without a final newline; empty without rows.
  var text: String {
    guard !rows.isEmpty else { return "" }
    let all = [header.map { $0.uppercased() }] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
      }.joined()
    }.joined(separator: "\n")
  }
}
