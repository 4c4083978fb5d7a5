package import Metadata
import Schemas
import SwiftProtobuf

extension SQLStore: AccessPolicyStore {
  /// Point read; see `AccessPolicyStore`.
  package func policy(of resource: String) async throws -> AccessPolicy {
    try await read { try Self.policy(of: resource, $0) }
  }

  /// One step; see `AccessPolicyStore`.
  package func set(_ policy: AccessPolicy, of resource: String) async throws -> AccessPolicy {
    try await change(positions: 0) { session, _ in
      let kept = try policy.kept(inPlaceOf: Self.policy(of: resource, session), of: resource)
      let key = SQLValue(column: resource)
      try session.execute("DELETE FROM accessPolicy WHERE resource = ?", [key])
      try session.insert(
        into: "accessPolicy", ["resource", "etag", "message"],
        [[key, .text(String(decoding: kept.etag, as: UTF8.self)), .blob(kept.serializedBytes())]])
      return kept
    }
  }

  private static func policy(of resource: String, _ session: any SQLSession) throws -> AccessPolicy {
    let rows = try session.rows("SELECT message FROM accessPolicy WHERE resource = ?", [SQLValue(column: resource)])
    return try rows.first.map { try AccessPolicy(serializedBytes: $0.blob(0)) } ?? .unset
  }
}
