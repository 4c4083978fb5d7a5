/// What an event reaches: images, and where they run.
package protocol ImpactReader: Sendable {
  /// Images that occurrences with `fact` are about, in the order of their resource URI without its scheme, by bytes; the
  /// answer comes from one index.
  ///
  /// - Parameters:
  ///   - project: whose occurrences are asked; nil for all projects. Deployments are looked for in the same ones.
  ///   - page: its token is the last resource given, as `PageRequest.resource()` reads it.
  /// - Throws: `MetadataError.malformedPageToken`, `.outOfBounds`, `.unavailable`.
  func images(with fact: Fact, in project: ProjectName?, page: PageRequest) async throws -> Page<ImageFacts>
}

/// One image with the occurrences that were asked for.
package struct ImageFacts: Equatable, Sendable {
  /// Most occurrences, and most deployments, that are told of one image.
  package static let limit = 1000

  /// With scheme, as the occurrences have it.
  package let resourceURI: String
  /// The occurrences with the fact, oldest first; at most 1,000.
  package let occurrences: [Occurrence]
  /// The image's DEPLOYMENT occurrences, oldest first, also of deployments that ended; at most 1,000.
  package let deployments: [Occurrence]

  package init(resourceURI: String, occurrences: [Occurrence], deployments: [Occurrence]) {
    self.resourceURI = resourceURI
    self.occurrences = occurrences
    self.deployments = deployments
  }
}
