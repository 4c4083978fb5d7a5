package import Images

/// An image as the audit looks at it.
package struct AuditSubject: Sendable {
  package let image: PinnedReference
  package let configuration: ImageConfiguration
  /// Read with `auditReads`.
  package let files: ImageFiles
  /// Digests of the layers as they lie in the registry, lowest first.
  package let layers: [Digest]

  package init(image: PinnedReference, configuration: ImageConfiguration, files: ImageFiles, layers: [Digest]) {
    self.image = image
    self.configuration = configuration
    self.files = files
    self.layers = layers
  }

  /// What was read under `repository`.
  package init(_ contents: ImageContents, in repository: Repository) {
    self.init(
      image: PinnedReference(repository: repository, digest: contents.digest), configuration: contents.configuration,
      files: contents.files, layers: contents.layers.map(\.descriptor.digest))
  }
}

/// What an audit goes by.
package struct AuditSettings: Hashable, Sendable {
  /// Where images may come from; empty trusts every repository.
  package var trustedRepositories: [TrustedRepository] = []
  /// How old the newest record of the release's feeds may be; nil for no limit.
  package var feedAgeLimitDays: Int?

  package init() {}
}
