import Images
package import SwiftProtobuf

/// Something that is managed, as it is kept. What its bytes mean is the business of whoever keeps it.
package struct ManagedDocument: Hashable, Sendable {
  package let name: ManagedName
  package let bytes: [UInt8]
  /// UTC.
  package let updateTime: Google_Protobuf_Timestamp
  /// Grows with every change of the store.
  package let revision: Int64
  /// What tells two states apart: it changes with every change, also with one that changes nothing.
  package let etag: String

  package init(name: ManagedName, bytes: [UInt8], updateTime: Google_Protobuf_Timestamp, revision: Int64) {
    self.name = name
    self.bytes = bytes
    self.updateTime = updateTime
    self.revision = revision
    let text = Array("\(name) \(revision) ".utf8)
    etag = String(Digest(sha256Of: text + bytes).hex.prefix(24))
  }
}

/// What must be there before something is put in its place.
package enum ManagedState: Hashable, Sendable {
  case anything
  case nothing
  /// Nil for whatever is there.
  case present(etag: String?)
}

/// Keeps policies and attestors: each a document under its name, changed as a whole.
package protocol ManagedStore: Sendable {
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func managed(_ name: ManagedName) async throws -> ManagedDocument
  /// By name, all that `collection` lists.
  ///
  /// - Throws: `MetadataError.malformedPageToken`, `.outOfBounds`, `.unavailable`.
  func managed(in collection: String, page: PageRequest) async throws -> Page<ManagedDocument>
  /// Puts a document under its name, as one step; its project comes into being with it.
  ///
  /// - Parameter bytes: at most 256 KiB.
  /// - Throws: `MetadataError.alreadyExists`, `.notFound`, `.outdated` when `state` is another, `.outOfBounds`,
  ///   `.unavailable`; then nothing is changed.
  func put(_ bytes: [UInt8], as name: ManagedName, over state: ManagedState) async throws -> ManagedDocument
  /// Takes it away, and its access policy with it.
  ///
  /// - Parameter etag: of the state that is meant; nil for whatever is there.
  /// - Throws: `MetadataError.notFound`, `.outdated`, `.unavailable`.
  func remove(_ name: ManagedName, etag: String?) async throws
}

/// - Throws: `MetadataError.outOfBounds` for a managed document over 256 KiB.
package func checkSize(ofManaged bytes: [UInt8]) throws(MetadataError) {
  let limitBytes = 256 << 10
  guard bytes.count <= limitBytes else {
    throw .outOfBounds(what: "The size of the document in bytes", got: bytes.count, bounds: "at most \(limitBytes)")
  }
}

extension ManagedState {
  /// Whether something may be put over `current`.
  ///
  /// - Throws: as `ManagedStore.put` does.
  package func check(_ current: ManagedDocument?, _ name: ManagedName) throws(MetadataError) {
    switch (self, current) {
    case (.anything, _), (.nothing, nil), (.present(nil), .some): return
    case (.nothing, .some): throw .alreadyExists(name.description)
    case (.present, nil): throw .notFound(name.description)
    case (.present(let etag), let current?):
      guard etag == current.etag else { throw .outdated(name.description) }
    }
  }
}
