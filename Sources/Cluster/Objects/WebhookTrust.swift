import Foundation
package import Images

/// Keeps the certificates by which the API server knows the gate in the webhook configurations of that name.
package struct WebhookTrust: Sendable {
  private let client: ClusterClient
  private let configurations: [String]
  private let service: (namespace: String, name: String)

  /// - Parameters:
  ///   - configurations: names of ValidatingWebhookConfigurations and MutatingWebhookConfigurations.
  ///   - service: only webhooks that call it are touched.
  package init(_ client: ClusterClient, configurations: [String], namespace: String, service: String) {
    self.client = client
    self.configurations = configurations
    self.service = (namespace, service)
  }

  /// Writes `bundle` where anything else stands.
  ///
  /// - Parameter bundle: PEM.
  /// - Returns: how many configurations were changed.
  /// - Throws: `ClusterError`; a configuration that is absent is no fault, nor one that somebody else is changing.
  package func keep(_ bundle: [UInt8]) async throws -> Int {
    var changed = 0
    for kind in [ResourceKind.validatingWebhooks, .mutatingWebhooks] {
      for name in configurations {
        let object = ObjectName(kind, name)
        guard let found = try await client.get(object),
          let patch = Self.patch(of: found, to: bundle, namespace: service.namespace, service: service.name)
        else { continue }
        do {
          _ = try await client.patch(object, patch, as: .json)
          changed += 1
        } catch ClusterError.conflict {
          continue
        } catch ClusterError.refused(422, _) {
          continue  // A test of the patch failed: it has changed since; the next turn reads it again.
        }
      }
    }
    return changed
  }

  /// The JSON patch that gives every webhook of our service the bundle; nil when all have it.
  ///
  /// It holds only for the version that was read, so that no index can have come to mean another webhook.
  package static func patch(
    of configuration: JSONNode, to bundle: [UInt8], namespace: String, service: String
  ) -> JSONValue? {
    let wanted = Data(bundle).base64EncodedString()
    var operations: [JSONValue] = []
    for (index, webhook) in (configuration["webhooks"]?.elements ?? []).enumerated() {
      let client = webhook["clientConfig"]
      guard client?["service"]?["name"]?.string == service, client?["service"]?["namespace"]?.string == namespace,
        client?["caBundle"]?.string != wanted
      else { continue }
      operations.append(["op": "add", "path": .text("/webhooks/\(index)/clientConfig/caBundle"), "value": .text(wanted)])
    }
    guard !operations.isEmpty, let version = configuration["metadata"]?["resourceVersion"]?.string else { return nil }
    return .array([["op": "test", "path": "/metadata/resourceVersion", "value": .text(version)]] + operations)
  }
}
