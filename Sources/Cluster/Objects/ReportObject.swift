import Images
import Synchronization

/// The one ConfigMap that a leader writes its report to.
///
/// A leader that takes over writes first of all. Whoever led before then names a version that is no more, so nothing it
/// still has under way can replace what the new leader says.
package final class ReportObject: Sendable {
  private let client: ClusterClient
  private let name: ObjectName
  private let version = Mutex<String?>(nil)

  package init(_ client: ClusterClient, namespace: String, name: String) {
    self.client = client
    self.name = ObjectName(.configMaps, in: namespace, name)
  }

  /// Reads what is there and replaces it by `report`, whoever wrote it; for a leader that has just begun.
  package func takeOver(_ report: [UInt8]) async throws {
    let found = try await client.get(name)
    version.withLock { $0 = found?["metadata"]?["resourceVersion"]?.string }
    try await write(report)
  }

  /// Replaces what this leader wrote before.
  ///
  /// - Throws: `ClusterError.conflict` when somebody else has written since.
  package func write(_ report: [UInt8]) async throws {
    let over = version.withLock { $0 }
    var metadata: [(String, JSONValue)] = [("name", .text(name.name)), ("namespace", .text(name.namespace ?? ""))]
    if let over { metadata.append(("resourceVersion", .text(over))) }
    let object: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(metadata),
      "data": ["report.json": .text(String(decoding: report, as: UTF8.self))],
    ]
    let written =
      over == nil
      ? try await client.create(object, .configMaps, in: name.namespace) : try await client.replace(name, by: object)
    version.withLock { $0 = written["metadata"]?["resourceVersion"]?.string }
  }
}
