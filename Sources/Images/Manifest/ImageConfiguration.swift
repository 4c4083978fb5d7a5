/// What an image says of itself: who runs in it, what, and which layers it is made of.
///
/// Source: OCI image-spec 1.1, config.md; Docker image-spec v1.2 reads the same.
package struct ImageConfiguration: Hashable, Sendable {
  package var os: String
  package var architecture: String
  /// `user`, `uid`, `user:group` as written; empty means root.
  package var user: String
  package var entrypoint: [String]
  package var command: [String]
  package var environment: [String]
  package var labels: [String: String]
  /// Digests of the uncompressed layers, lowest first.
  package var diffIDs: [Digest]
  /// RFC 3339 text as written; nil when absent.
  package var created: String?

  package init(
    os: String = "linux", architecture: String = "amd64", user: String = "", entrypoint: [String] = [],
    command: [String] = [], environment: [String] = [], labels: [String: String] = [:], diffIDs: [Digest] = [],
    created: String? = nil
  ) {
    self.os = os
    self.architecture = architecture
    self.user = user
    self.entrypoint = entrypoint
    self.command = command
    self.environment = environment
    self.labels = labels
    self.diffIDs = diffIDs
    self.created = created
  }
}
