/// Something an old record says that the new one does not.
package struct Loss: Hashable, Sendable, CustomStringConvertible {
  /// Where it stood, `vulnerabilityDetails.packageIssue[0].affectedLocation.arch`.
  package let path: String
  /// What stood there, as text, at most 120 characters of it.
  package let what: String
  /// Why it could not be carried over.
  package let why: String

  package var description: String { "\(path) (\(what)): \(why)" }
}

/// An old record in today's words, with what did not fit into them.
package struct Converted<Item: Sendable & Equatable>: Equatable, Sendable {
  package let item: Item
  /// In the order of the old record, its own members before those of its parts.
  package let losses: [Loss]

  package init(item: Item, losses: [Loss]) {
    self.item = item
    self.losses = losses
  }
}
