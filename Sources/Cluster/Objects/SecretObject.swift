import Foundation
package import Images

/// A Secret that replicas share: read and replaced as a whole, never over somebody else's change.
package struct SecretObject: Sendable {
  /// What was read.
  package struct State: Sendable {
    package let values: [String: Redacted<[UInt8]>]
    package let version: String
  }

  private let client: ClusterClient
  private let name: ObjectName

  package init(_ client: ClusterClient, namespace: String, name: String) {
    self.client = client
    self.name = ObjectName(.secrets, in: namespace, name)
  }

  /// - Returns: nil when there is none.
  package func read() async throws -> State? {
    guard let object = try await client.get(name) else { return nil }
    let members = object["data"]?.members ?? []
    let values = members.compactMap { member in
      member.value.string.flatMap { Data(base64Encoded: $0) }.map { (member.key, Redacted([UInt8]($0))) }
    }
    return State(
      values: Dictionary(values) { $1 }, version: object["metadata"]?["resourceVersion"]?.string ?? "")
  }

  /// - Parameter version: that is replaced; nil makes the Secret.
  /// - Returns: whether it was written; false when somebody else was faster.
  package func write(_ values: [String: Redacted<[UInt8]>], over version: String?) async throws -> Bool {
    var metadata: [(String, JSONValue)] = [("name", .text(name.name)), ("namespace", .text(name.namespace ?? ""))]
    if let version { metadata.append(("resourceVersion", .text(version))) }
    let data = values.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.text(Data($0.value.revealed).base64EncodedString())) }
    let object: JSONValue = [
      "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": .object(metadata),
      "data": .object(data),
    ]
    do {
      _ =
        version == nil
        ? try await client.create(object, .secrets, in: name.namespace) : try await client.replace(name, by: object)
      return true
    } catch ClusterError.conflict {
      return false
    }
  }
}
