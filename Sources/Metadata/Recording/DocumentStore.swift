package import Images

/// Keeps documents that occurrences point to, an SBOM for example, by their digest.
package protocol DocumentStore: Sendable {
  /// - Parameter document: at most 32 MiB.
  /// - Throws: `MetadataError.outOfBounds`, `.unavailable`.
  func keep(_ document: [UInt8], as digest: Digest, in project: ProjectName) async throws
  /// - Throws: `MetadataError.notFound`, `.unavailable`.
  func document(_ digest: Digest, in project: ProjectName) async throws -> [UInt8]
}

/// - Throws: `MetadataError.outOfBounds` for a document over 32 MiB.
package func checkSize(ofDocument document: [UInt8]) throws(MetadataError) {
  let limitBytes = 32 << 20
  guard document.count <= limitBytes else {
    throw .outOfBounds(what: "The size of the document in bytes", got: document.count, bounds: "at most \(limitBytes)")
  }
}
