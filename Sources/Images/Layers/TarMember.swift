/// One member of a tar archive: its header, with what pax and GNU headers before it change.
package struct TarMember: Hashable, Sendable {
  /// What the member makes.
  package enum Kind: Hashable, Sendable {
    case file, directory, device, fifo
    case symbolicLink(target: String)
    /// `target` names a member as `name` does.
    case hardLink(target: String)
    /// A type flag that no runtime unpacks.
    case other(UInt8)
  }

  /// As written; bytes that are not UTF-8 are replaced.
  package var name: String
  package var kind: Kind
  /// The low twelve bits.
  package var mode: UInt16
  package var userID: UInt32
  package var groupID: UInt32
  /// Of the contents; 0 for everything that has none.
  package var sizeBytes: Int64
  /// Where the contents start, counted from the first byte of the archive.
  package var contentsOffset: Int64
}

/// Who listens to a `TarParser`.
package protocol TarVisitor {
  /// A header was read. Answers whether the contents are wanted.
  mutating func begin(_ member: TarMember) throws(ImageError) -> Bool
  /// The next bytes of contents that were wanted.
  mutating func contents(_ bytes: Span<UInt8>) throws(ImageError)
  /// All bytes of contents that were wanted have come; also called for empty ones.
  mutating func end() throws(ImageError)
}
