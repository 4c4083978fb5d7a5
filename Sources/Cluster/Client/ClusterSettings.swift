import Foundation
package import Images

/// Where the API server is, how it is known, and who we are to it.
package struct ClusterSettings: Sendable {
  /// Who we are to the API server.
  package enum Credential: Sendable {
    case nobody
    case token(Redacted<String>)
    /// Read again for every request: the kubelet replaces it long before it expires.
    case tokenFile(String)
    /// PEM, the leaf first, and its key.
    case certificate(chain: [UInt8], key: Redacted<[UInt8]>)
  }

  /// `https://HOST:PORT`.
  package var server: String
  /// PEM of who may vouch for its certificate; nil for the system's.
  package var authorities: [UInt8]?
  package var credential: Credential
  /// That this program runs in.
  package var namespace: String
  /// For one answer; watches have their own.
  package var deadline: Duration = .seconds(10)
  /// Longest answer that is read, in bytes: a page of a list is asked for anew in halves.
  package var limitAnswerBytes = 32 << 20
  /// Longest object that is read from a watch, in bytes: etcd keeps a megabyte and a half, and a server that escapes what it
  /// writes makes six bytes of one.
  package var limitObjectBytes = 12 << 20
  /// Objects a page.
  package var limitPage = 500
  /// Objects of one list; the rest is left out, and said to be.
  package var limitObjects = 250_000
  /// How long the API server is asked to keep a watch open. Less than `limitSilence`: bookmarks are promised to nobody, and a
  /// kind of which nothing has changed since the API server began has none.
  package var watchSeconds = 90
  /// How long nothing may come before the connection is taken for broken.
  package var limitSilence: Duration = .seconds(120)

  package init(server: String, authorities: [UInt8]?, credential: Credential, namespace: String = "default") {
    self.server = server
    self.authorities = authorities
    self.credential = credential
    self.namespace = namespace
  }

  /// What the kubelet tells every pod that has a service account.
  ///
  /// - Parameters:
  ///   - environment: of the process.
  ///   - folder: where the service account is mounted.
  /// - Throws: `ClusterError.unconfigured` outside a cluster.
  ///
  /// Source: kubernetes.io/docs/tasks/run-application/access-api-from-pod.
  package init(
    inClusterWith environment: [String: String], folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) throws(ClusterError) {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else {
      throw .unconfigured(because: "KUBERNETES_SERVICE_HOST is not set")
    }
    let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
    let authorities = try Self.read("\(folder)/ca.crt")
    _ = try Self.read("\(folder)/token")
    let namespace = String(decoding: try Self.read("\(folder)/namespace"), as: UTF8.self)
    self.init(
      server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)", authorities: authorities,
      credential: .tokenFile("\(folder)/token"), namespace: namespace.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The bytes of a file of at most a megabyte.
  static func read(_ path: String) throws(ClusterError) -> [UInt8] {
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      data = try file.read(upToCount: (1 << 20) + 1) ?? Data()
    } catch {
      throw .unconfigured(because: "\(path) is missing or may not be read")
    }
    guard !data.isEmpty, data.count <= 1 << 20 else { throw .unconfigured(because: "\(path) is empty or too long") }
    return [UInt8](data)
  }
}
