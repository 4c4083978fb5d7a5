/// Which page of a list is asked for.
package struct PageRequest: Hashable, Sendable {
  /// How many at most, 1 to 1,000.
  package let size: Int
  /// Where the page before ended; nil for the first.
  package let token: String?

  package init(size: Int = 1000, token: String? = nil) {
    self.size = size
    self.token = token
  }
}

/// One page of a list.
package struct Page<Item: Sendable>: Sendable {
  package let items: [Item]
  /// What to ask for next; nil on the last page.
  package let nextToken: String?

  package init(items: [Item], nextToken: String?) {
    self.items = items
    self.nextToken = nextToken
  }

  /// - Parameter next: as the API has it; empty where there is no other page.
  package init(_ items: [Item], next: String) { self.init(items: items, nextToken: next.isEmpty ? nil : next) }
}

// Stores page by key: a token is the position of the last row given, never an offset, so rows that come and go between
// two pages make none skipped or repeated. Positions only grow and are never given out twice.

extension PageRequest {
  /// The position after which a store goes on; 0 for the first page.
  ///
  /// - Throws: `MetadataError.malformedPageToken`, `.outOfBounds` for a size outside 1 to 1,000.
  package func position() throws(MetadataError) -> Int64 {
    try checkSize()
    guard let token else { return 0 }
    guard let position = Int64(token), position > 0, String(position) == token else { throw .malformedPageToken }
    return position
  }

  /// The resource, without scheme, after which a list of images goes on; nil for the first page.
  ///
  /// - Throws: `MetadataError.malformedPageToken`, `.outOfBounds` for a size outside 1 to 1,000.
  package func resource() throws(MetadataError) -> String? {
    try checkSize()
    guard let token else { return nil }
    guard (1...2048).contains(token.utf8.count), token.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw .malformedPageToken
    }
    return token
  }

  /// - Throws: `MetadataError.outOfBounds` for a size outside 1 to 1,000.
  package func checkSize() throws(MetadataError) {
    guard (1...1000).contains(size) else { throw .outOfBounds(what: "The page size", got: size, bounds: "1 to 1000") }
  }
}

extension Page {
  /// Makes a page of at most `size` from rows in order of position, of which one more than `size` was fetched if there
  /// is one.
  package init(rows: [(position: Int64, item: Item)], size: Int) {
    let given = rows.prefix(size)
    self.init(
      items: given.map(\.item), nextToken: rows.count > size ? given.last.map { String($0.position) } : nil)
  }
}
