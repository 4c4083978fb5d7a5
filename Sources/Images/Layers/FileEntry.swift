/// One path of an image as a process inside would see it: the last layer that speaks of it wins.
package struct FileEntry: Hashable, Sendable {
  /// What stands at the path.
  package enum Kind: Hashable, Sendable {
    case file, directory
    case symbolicLink(target: String)
    case device, fifo
  }

  /// Normal form: starts with `/`, no `.`, `..` or doubled slashes.
  package let path: String
  package let kind: Kind
  /// The low twelve bits: set-user-id 0o4000, set-group-id 0o2000, sticky 0o1000, then rwx.
  package let mode: UInt16
  package let userID: UInt32
  package let groupID: UInt32
  package let sizeBytes: Int64
  /// Which layer it comes from, counted from 0 at the lowest.
  package let layer: Int

  package init(
    path: String, kind: Kind, mode: UInt16, userID: UInt32 = 0, groupID: UInt32 = 0, sizeBytes: Int64 = 0, layer: Int
  ) {
    self.path = path
    self.kind = kind
    self.mode = mode
    self.userID = userID
    self.groupID = groupID
    self.sizeBytes = sizeBytes
    self.layer = layer
  }
}
