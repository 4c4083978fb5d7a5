import Foundation
import Images
import Policies

extension ClusterSettings {
  /// Reads the current context of a kubeconfig: a token, a token's file or a client certificate. Programs that hand out
  /// credentials are not run, and a certificate is never taken on trust.
  ///
  /// - Throws: `ClusterError.unconfigured`.
  ///
  /// Source: k8s.io/client-go/tools/clientcmd/api/v1, Config.
  package init(kubeconfig path: String) throws(ClusterError) {
    let text = String(decoding: try Self.read(path), as: UTF8.self)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do throws(DocumentError) {
      let document = try DocumentNode(parsing: text, file: path)
      let context = try Self.named(try document.required("current-context").string(), "contexts", "context", in: document)
      let cluster = try Self.named(try context.required("cluster").string(), "clusters", "cluster", in: document)
      let user = try Self.named(try context.required("user").string(), "users", "user", in: document)
      self = try Self.settings(cluster, user, namespace: try context["namespace"]?.string() ?? "default", folder)
    } catch {
      throw .unconfigured(because: error.problem)
    }
  }

  private static func settings(
    _ cluster: DocumentNode, _ user: DocumentNode, namespace: String, _ folder: String
  ) throws(DocumentError) -> ClusterSettings {
    if let node = cluster["insecure-skip-tls-verify"], try node.bool() {
      throw node.error("the API server's certificate would not be checked", remedy: "Give certificate-authority.")
    }
    if let node = cluster["proxy-url"] {
      throw node.error("no proxy is used", remedy: "Give a server that can be reached without.")
    }
    return ClusterSettings(
      server: try cluster.required("server").string(),
      authorities: try bytes("certificate-authority", in: cluster, folder), credential: try credential(user, folder),
      namespace: namespace)
  }

  private static func credential(_ user: DocumentNode, _ folder: String) throws(DocumentError) -> Credential {
    if let node = user["exec"] ?? user["auth-provider"] {
      throw node.error("it would run a program", remedy: "Give a token, tokenFile or client certificate.")
    }
    // Passed over in silence, they would make us somebody else than is written.
    for key in ["as", "as-uid", "as-groups", "as-user-extra", "username", "password"] {
      guard let node = user[key] else { continue }
      throw node.error("\(key) is not heeded", remedy: "Give a token, tokenFile or client certificate.")
    }
    if let token = user["token"] { return .token(Redacted(try token.string())) }
    if let file = user["tokenFile"] { return .tokenFile(absolute(try file.string(), folder)) }
    guard let chain = try bytes("client-certificate", in: user, folder), let key = try bytes("client-key", in: user, folder)
    else { return .nobody }
    return .certificate(chain: chain, key: Redacted(key))
  }

  /// What stands in `key-data` as base64, or else in the file that `key` names.
  private static func bytes(_ key: String, in node: DocumentNode, _ folder: String) throws(DocumentError) -> [UInt8]? {
    if let data = node["\(key)-data"] {
      guard let bytes = Data(base64Encoded: try data.string()) else {
        throw data.error("it is not base64", remedy: "Write the PEM file as base64.")
      }
      return [UInt8](bytes)
    }
    guard let file = node[key] else { return nil }
    do throws(ClusterError) {
      return try read(absolute(try path(file), folder))
    } catch {
      throw file.error("the file cannot be read", remedy: "Check the path.")
    }
  }

  private static func path(_ node: DocumentNode) throws(ClusterError) -> String {
    do throws(DocumentError) { return try node.string() } catch { throw .unconfigured(because: error.problem) }
  }

  private static func absolute(_ path: String, _ folder: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

  private static func named(
    _ name: String, _ list: String, _ key: String, in document: DocumentNode
  ) throws(DocumentError) -> DocumentNode {
    let all = try document.required(list)
    for element in try all.elements() where try element.required("name").string() == name { return try element.required(key) }
    throw all.error("there is no \(printable(name))", remedy: "Name one that is there.")
  }
}
