import Foundation
import Images

/// Credentials as `docker login` and `podman login` leave them.
///
/// Source: docker/cli, config file `auths`.
package enum DockerConfiguration {
  /// 1 MiB; real ones are a few KiB.
  package static let limitBytes = 1 << 20

  /// Reads `config.json` or `auth.json`. Entries without a password (credential helpers, identity tokens) are left out.
  ///
  /// - Returns: keyed by host as image references write it; `docker.io` for all names of Docker Hub.
  /// - Throws: `RegistryError.unreadableFile` that says where, never what.
  package static func credentials(_ text: [UInt8], path: String) throws(RegistryError) -> [String: Credential] {
    guard let document = try? JSONDocument(parsing: text, atMost: limitBytes) else {
      throw .unreadableFile(path: path, because: "it is no JSON")
    }
    var found: [String: Credential] = [:]
    for (key, entry) in document.root["auths"]?.members ?? [] {
      found[host(key)] = try credential(entry, of: key, path: path)
    }
    return found
  }

  private static func credential(_ entry: JSONNode, of key: String, path: String) throws(RegistryError) -> Credential? {
    if let user = entry["username"]?.string, let password = entry["password"]?.string {
      return Credential(user: user, password: Redacted(password))
    }
    guard let packed = entry["auth"]?.string, !packed.isEmpty else { return nil }
    guard let data = Data(base64Encoded: packed), let text = String(validating: data, as: UTF8.self),
      let colon = text.firstIndex(of: ":")
    else { throw .unreadableFile(path: path, because: "the auth of \(key) is not base64 of user:password") }
    return Credential(user: String(text[..<colon]), password: Redacted(String(text[text.index(after: colon)...])))
  }

  /// Docker writes Docker Hub as `https://index.docker.io/v1/` and others as a host, sometimes with scheme and path.
  private static func host(_ key: String) -> String {
    var rest = key[...]
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    let host = String(rest.prefix { $0 != "/" })
    return ["index.docker.io", "registry-1.docker.io"].contains(host) ? "docker.io" : host
  }
}
