package import Images

/// How another metadata server is reached.
package struct RemoteSettings: Sendable {
  /// `https://HOST[:PORT]`; plain `http` for loopback only, because the token would be read on the way.
  package var baseURL: String
  /// Sent as a bearer token; nil where everybody may do everything.
  package var token: Redacted<String>?
  /// PEM file of the certificates that the server's must come from; nil for those of the system.
  package var authoritiesFile: String?
  /// For each call, from connecting to the last byte.
  package var deadline: Duration
  /// A longer answer is refused.
  package var answerLimitBytes: Int

  package init(
    baseURL: String, token: Redacted<String>? = nil, authoritiesFile: String? = nil, deadline: Duration = .seconds(10),
    answerLimitBytes: Int = 32 << 20
  ) {
    self.baseURL = baseURL
    self.token = token
    self.authoritiesFile = authoritiesFile
    self.deadline = deadline
    self.answerLimitBytes = answerLimitBytes
  }
}
