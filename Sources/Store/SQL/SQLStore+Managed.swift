package import Metadata
import SwiftProtobuf

extension SQLStore: ManagedStore {
  /// Point read; see `ManagedStore`.
  package func managed(_ name: ManagedName) async throws -> ManagedDocument {
    guard let found = try await read({ try Self.find(name, $0) }) else { throw MetadataError.notFound(name.description) }
    return found
  }

  /// One range of one index; see `ManagedStore`.
  package func managed(in collection: String, page: PageRequest) async throws -> Page<ManagedDocument> {
    let after = try page.resource() ?? ""
    let rows = try await read {
      try $0.rows(
        "SELECT name, seconds, nanos, revision, bytes FROM managed WHERE collection = ? AND name > ? ORDER BY name LIMIT ?",
        [.text(collection), .text(after), .integer(Int64(page.size + 1))])
    }
    let documents = try rows.map { try Self.document(ManagedName(parsing: $0.text(0)), $0.dropFirst()) }
    let given = documents.prefix(page.size)
    return Page(
      items: Array(given), nextToken: documents.count > page.size ? given.last?.name.description : nil)
  }

  /// One step; see `ManagedStore`.
  package func put(
    _ bytes: [UInt8], as name: ManagedName, over state: ManagedState
  ) async throws -> ManagedDocument {
    try checkSize(ofManaged: bytes)
    return try await change(rows: 1 + bytes.count >> 12) { [stamps] session, first in
      try state.check(Self.find(name, session), name)
      try ProjectRow.ensure([(first, name.project)], session)
      let document = ManagedDocument(name: name, bytes: bytes, updateTime: stamps.now(), revision: first)
      try session.execute("DELETE FROM managed WHERE name = ?", [.text(name.description)])
      try session.insert(
        into: "managed", ["name", "project", "collection", "seconds", "nanos", "revision", "bytes"],
        [
          [
            .text(name.description), .text(name.project.id), .text(name.collection), .integer(document.updateTime.seconds),
            .integer(Int64(document.updateTime.nanos)), .integer(first), .blob(bytes),
          ]
        ])
      return document
    }
  }

  /// One step, with the access policy; see `ManagedStore`.
  package func remove(_ name: ManagedName, etag: String?) async throws {
    try await change(positions: 0) { session, _ in
      try ManagedState.present(etag: etag).check(Self.find(name, session), name)
      let key = [SQLValue.text(name.description)]
      try session.execute("DELETE FROM managed WHERE name = ?", key)
      try session.execute("DELETE FROM accessPolicy WHERE resource = ?", key)
    }
  }

  private static func find(_ name: ManagedName, _ session: any SQLSession) throws -> ManagedDocument? {
    let rows = try session.rows(
      "SELECT seconds, nanos, revision, bytes FROM managed WHERE name = ?", [.text(name.description)])
    return try rows.first.map { try document(name, $0[...]) }
  }

  private static func document(_ name: ManagedName, _ row: ArraySlice<SQLValue>) throws -> ManagedDocument {
    let row = Array(row)
    let time = Google_Protobuf_Timestamp(seconds: try row.integer(0), nanos: Int32(clamping: try row.integer(1)))
    return ManagedDocument(name: name, bytes: try row.blob(3), updateTime: time, revision: try row.integer(2))
  }
}
