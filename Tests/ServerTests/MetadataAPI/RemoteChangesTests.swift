import Contracts
import Images
import Metadata
import Schemas
import Server
import Store
import Testing

@Suite("Another server's changes", .timeLimit(.minutes(2)))
struct RemoteChangesTests {
  @Test("are read from where somebody stopped, deletions among them")
  func follow() async throws {
    try await servingMetadata { address, store in
      let remote = try RemoteMetadata(RemoteSettings(baseURL: address))
      #expect(try await remote.lastPosition() == 0)
      let empty = try await remote.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 10)
      #expect(empty == ChangeBatch(changes: [], position: 0, isLast: true))
      let name = try await attested(store)
      let last = try await store.lastPosition()
      #expect(try await remote.lastPosition() == last)
      let told = try await remote.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1000)
      let here = try await store.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1000)
      #expect(told.changes == here.changes && told.position == last)
      #expect(try await remote.changes(in: nil, matching: OccurrenceFilter(), after: last, atMost: 10).isLast)

      // Fewer than the server tells: the rest comes the next time.
      let first = try await remote.changes(in: nil, matching: OccurrenceFilter(), after: 0, atMost: 1)
      #expect(first.changes.count == 1 && first.position == first.changes[0].position && !first.isLast)

      try await store.delete(OccurrenceName(parsing: name), etag: nil)
      let deletion = try await remote.changes(in: nil, matching: OccurrenceFilter(), after: last, atMost: 10)
      #expect(deletion.changes.map(\.isDeletion) == [true] && deletion.changes[0].name == name)
      await #expect(throws: MetadataError.self) {
        try await remote.changes(in: nil, matching: OccurrenceFilter(), after: 1_000_000, atMost: 10)
      }
      await remote.close()
    }
  }

  @Test("are outOfBounds beyond the last, and unavailable when nobody is there")
  func faults() async throws {
    try await servingMetadata { address, _ in
      let remote = try RemoteMetadata(RemoteSettings(baseURL: address))
      do {
        _ = try await remote.changes(in: nil, matching: OccurrenceFilter(), after: 99, atMost: 10)
        Issue.record("a position that the store has not reached was taken")
      } catch MetadataError.outOfBounds {}
      await remote.close()
    }
    let nobody = try RemoteMetadata(RemoteSettings(baseURL: "http://127.0.0.1:9", deadline: .seconds(5)))
    await #expect(throws: MetadataError.self) { try await nobody.lastPosition() }
    await nobody.close()
  }
}
