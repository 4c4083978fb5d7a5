package import Images

/// How registries are asked. The defaults suit public registries.
package struct RegistrySettings: Sendable {
  /// Hosts as image references write them, `registry.example.test:5000`; nil allows every host whose address may be dialled.
  package var allowedHosts: Set<String>?
  /// Keyed as `allowedHosts`.
  package var hosts: [String: HostSettings] = [:]
  /// For one answer with its body, blobs apart.
  package var requestDeadline = Duration.seconds(30)
  /// For one blob, down or up.
  package var blobDeadline = Duration.seconds(1800)
  /// Between two pieces of a body.
  package var idleDeadline = Duration.seconds(30)

  package init() {}
}

/// What is particular about one registry.
package struct HostSettings: Sendable {
  /// `address:port` to dial instead of the name's own address; it may be on this machine. TLS still expects the name.
  package var connect: String?
  /// Speak plain HTTP; only ever done when the address dialled is loopback.
  package var usesPlainHTTP = false
  /// A PEM file of certificates to trust beside the system's.
  package var caFile: String?
  package var credential: Credential?
  /// Hosts other than the registry itself that may hand out its tokens, and so see its credential.
  package var tokenHosts: Set<String> = []

  package init(
    connect: String? = nil, usesPlainHTTP: Bool = false, caFile: String? = nil, credential: Credential? = nil,
    tokenHosts: Set<String> = []
  ) {
    self.connect = connect
    self.usesPlainHTTP = usesPlainHTTP
    self.caFile = caFile
    self.credential = credential
    self.tokenHosts = tokenHosts
  }
}

/// A user and password for one registry.
package struct Credential: Sendable {
  package let user: String
  package let password: Redacted<String>

  package init(user: String, password: Redacted<String>) {
    self.user = user
    self.password = password
  }
}
