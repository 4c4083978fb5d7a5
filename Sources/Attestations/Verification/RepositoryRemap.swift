import Images

/// Says that images deployed below one place were signed below another: a mirror.
///
/// Source: containers/image, policy.json, `remapIdentity`.
package struct RepositoryRemap: Hashable, Sendable {
  /// A host, or a host and leading path segments, always whole: `mirror.example.test/hub`.
  package let deployed: String
  /// What stands in its place in what was signed.
  package let signed: String

  /// - Throws: `AttestationError.malformedRemap` for text that ends no repository name, as a wildcard, a tag or a slash.
  package init(deployed: String, signed: String) throws(AttestationError) {
    for place in [deployed, signed] where (try? Repository(parsing: "\(place)/x"))?.description != "\(place)/x" {
      throw .malformedRemap(place)
    }
    self.deployed = deployed
    self.signed = signed
  }

  /// What an image in `repository` is called in what was signed; nil when it is not below `deployed`.
  func signedName(of repository: Repository) -> Repository? {
    let name = repository.description
    guard name == deployed || name.hasPrefix(deployed + "/") else { return nil }
    return try? Repository(parsing: signed + name.dropFirst(deployed.count))
  }
}
