package import Images

/// A repository whose "not found" is an answer about the image, and not one of the registry about itself.
package struct ExaminedRepository: ImageSource {
  private let base: RegistryRepository

  package init(_ base: RegistryRepository) { self.base = base }

  package var origin: String { base.origin }

  /// - Throws: `ImageError.notFound` for a manifest that is not there.
  package func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest {
    try await answer { try await base.unverifiedManifest(name) }
  }

  /// - Throws: `ImageError.notFound` for a blob that is not there.
  package func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    try await answer { try await base.unverifiedBlob(descriptor) }
  }

  private func answer<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    do {
      return try await ask()
    } catch RegistryError.notFound(let what) {
      throw ImageError.notFound(what)
    }
  }
}
