import Images
import Schemas

/// Creates those of `notes` that do not exist yet and leaves the others as they are.
///
/// Who records findings calls this first: a note ("this CVE exists") is shared by all images that it occurs in, so most
/// of them are there already.
///
/// - Parameters:
///   - notes: by id; any number of them.
///   - width: how many are looked up at once.
/// - Throws: what the store throws; a note that another writer creates in between is no error.
package func createMissing(
  _ notes: [String: Note], in project: ProjectName, of store: any MetadataStore, width: Int = 8
) async throws {
  var missing = try await lookUp(notes, in: project, of: store, width: width)
  while !missing.isEmpty {
    let batch = Array(missing.prefix(Stamps.batchLimit))
    do {
      try await store.create(Dictionary(uniqueKeysWithValues: batch), in: project)
      missing.removeFirst(batch.count)
    } catch let error as MetadataError {
      // Somebody was faster with one of them: look again, as long as that makes the rest smaller.
      let before = missing.count
      missing = try await lookUp(Dictionary(uniqueKeysWithValues: missing), in: project, of: store, width: width)
      guard case .alreadyExists = error, missing.count < before else { throw error }
    }
  }
}

private func lookUp(
  _ notes: [String: Note], in project: ProjectName, of store: any MetadataStore, width: Int
) async throws -> [(String, Note)] {
  try await mapAtOnce(notes.sorted { $0.key < $1.key }, width: width) { id, note -> (String, Note)? in
    do {
      _ = try await store.note(NoteName(project: project, id: id))
      return nil
    } catch MetadataError.notFound {
      return (id, note)
    }
  }.compactMap { $0 }
}

extension MetadataWriter {
  /// Creates any number of occurrences, in batches that are each all or none, in order.
  ///
  /// - Returns: the occurrences as stored, in the order given.
  /// - Throws: what `create` throws; the batches before the one that failed stay.
  @discardableResult
  package func createInBatches(_ occurrences: [Occurrence], in project: ProjectName) async throws -> [Occurrence] {
    var stored: [Occurrence] = []
    for start in stride(from: 0, to: occurrences.count, by: Stamps.batchLimit) {
      let batch = occurrences[start..<min(start + Stamps.batchLimit, occurrences.count)]
      stored += try await create(Array(batch), in: project)
    }
    return stored
  }
}
