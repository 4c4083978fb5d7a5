import Images
import Schemas
package import SwiftProtobuf

/// What tells two states of a message apart: 24 hex digits of the hash of its bytes.
///
/// Source: RFC 9110 section 8.8.3; grafeas.v1 has no field for it, so it travels in the header `ETag`.
package func etag(of message: some Message) -> String {
  var options = BinaryEncodingOptions()
  options.useDeterministicOrdering = true
  var hash = ContentHash(.sha256)
  hash.update((try? message.serializedBytes(partial: true, options: options)) ?? [UInt8]())
  return String(hash.digest().hex.prefix(24))
}

/// How a stored message is to change.
package struct Update<Item: Message & Equatable & Sendable>: Sendable {
  /// The values to take.
  package let item: Item
  /// Paths of the fields to take, `vulnerability.package_issue` or `vulnerability.packageIssue`; empty, or `*`, takes every
  /// field that may change. A path that `item` does not set is cleared; a repeated field is replaced whole. What only the
  /// store sets (name, kind, times) stays as it is, named or not.
  package let paths: [String]
  /// What `etag(of:)` said of the message that the change was made on; nil changes whatever is there.
  package let etag: String?

  package init(_ item: Item, paths: [String] = [], etag: String? = nil) {
    self.item = item
    self.paths = paths
    self.etag = etag
  }
}

extension Update {
  /// - Throws: `MetadataError.outdated` when the update was made on another state than `current`.
  func checkEtag(_ current: Item, _ name: some CustomStringConvertible) throws(MetadataError) {
    if let etag, etag != Metadata.etag(of: current) { throw .outdated(name.description) }
  }

  /// The fields of `item` that the paths name, put into `current`; all of `item` without paths, or with the path `*`.
  func merged(into current: Item) throws(MetadataError) -> Item {
    if paths.isEmpty || paths.contains("*") { return item }
    return try FieldMask(paths, of: Item.protoMessageName).merge(item, into: current)
  }
}

extension Update<Note> {
  /// The note as it is to be kept.
  ///
  /// - Parameters:
  ///   - current: the note as it is kept now.
  ///   - time: the time of the update.
  /// - Throws: `MetadataError.outdated`, `.immutable`, `.invalid`.
  package func applied(
    to current: Note, named name: NoteName, at time: Google_Protobuf_Timestamp
  ) throws(MetadataError) -> Note {
    try checkEtag(current, name)
    var changed = try merged(into: current)
    guard changed.typeKind == current.typeKind else { throw .immutable(field: "type") }
    (changed.name, changed.kind, changed.createTime, changed.updateTime) = (current.name, current.kind, current.createTime, time)
    if !changed.faults.isEmpty { throw .invalid(what: "note", reasons: changed.faults) }
    return changed
  }
}

extension Update<Occurrence> {
  /// The occurrence as it is to be kept.
  ///
  /// - Parameters:
  ///   - current: the occurrence as it is kept now.
  ///   - time: the time of the update.
  /// - Throws: `MetadataError.outdated`, `.immutable`, `.invalid`.
  package func applied(
    to current: Occurrence, named name: OccurrenceName, at time: Google_Protobuf_Timestamp
  ) throws(MetadataError) -> Occurrence {
    try checkEtag(current, name)
    var changed = try merged(into: current)
    if changed.resourceUri.isEmpty { changed.resourceUri = current.resourceUri }
    if changed.noteName.isEmpty { changed.noteName = current.noteName }
    guard changed.resourceUri == current.resourceUri else { throw .immutable(field: "resource_uri") }
    guard changed.noteName == current.noteName else { throw .immutable(field: "note_name") }
    guard changed.detailsKind == current.detailsKind else { throw .immutable(field: "details") }
    (changed.name, changed.kind, changed.createTime, changed.updateTime) = (current.name, current.kind, current.createTime, time)
    if !changed.faults.isEmpty { throw .invalid(what: "occurrence", reasons: changed.faults) }
    return changed
  }
}
