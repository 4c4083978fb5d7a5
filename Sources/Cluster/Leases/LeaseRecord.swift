import Foundation
import Images

/// Who leads, as the object in the cluster says it.
///
/// Source: coordination.k8s.io/v1, LeaseSpec.
package struct LeaseRecord: Hashable, Sendable {
  /// Empty when nobody leads.
  package var holder: String
  /// How often another came to lead.
  package var transitions: Int
  /// In microseconds since 1970 UTC, by the holder's clock: shown to people, never compared with another clock.
  package var acquiredMicroseconds: Int64
  package var renewedMicroseconds: Int64
  /// Of the object; empty when there is none yet.
  package var version: String

  package init(
    holder: String, transitions: Int, acquiredMicroseconds: Int64, renewedMicroseconds: Int64, version: String = ""
  ) {
    self.holder = holder
    self.transitions = transitions
    self.acquiredMicroseconds = acquiredMicroseconds
    self.renewedMicroseconds = renewedMicroseconds
    self.version = version
  }

  /// Reads a Lease.
  init(_ object: JSONNode) {
    let spec = object["spec"]
    self.init(
      holder: spec?["holderIdentity"]?.string ?? "", transitions: spec?["leaseTransitions"]?.int ?? 0,
      acquiredMicroseconds: Self.microseconds(spec?["acquireTime"]?.string),
      renewedMicroseconds: Self.microseconds(spec?["renewTime"]?.string),
      version: object["metadata"]?["resourceVersion"]?.string ?? "")
  }

  /// The object to write; with its version, so that only what was read is replaced.
  func object(named name: ObjectName, seconds: Int64) -> JSONValue {
    var metadata: [(String, JSONValue)] = [("name", .text(name.name)), ("namespace", .text(name.namespace ?? ""))]
    if !version.isEmpty { metadata.append(("resourceVersion", .text(version))) }
    return [
      "apiVersion": .text(name.kind.apiVersion), "kind": "Lease", "metadata": .object(metadata),
      "spec": [
        "holderIdentity": .text(holder), "leaseDurationSeconds": .number(seconds),
        "leaseTransitions": .number(Int64(transitions)),
        "acquireTime": .text(microTime(acquiredMicroseconds)), "renewTime": .text(microTime(renewedMicroseconds)),
      ],
    ]
  }

  private static func microseconds(_ text: String?) -> Int64 {
    let date = text.flatMap { try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
    return date.map { Int64($0.timeIntervalSince1970 * 1_000_000) } ?? 0
  }
}

/// A time as Kubernetes writes and wants it: always with six digits after the point.
///
/// Source: k8s.io/apimachinery/pkg/apis/meta/v1, RFC3339Micro.
func microTime(_ microseconds: Int64) -> String {
  let whole = Date(timeIntervalSince1970: Double(microseconds / 1_000_000)).formatted(.iso8601)
  let fraction = String(microseconds % 1_000_000)
  return "\(whole.dropLast()).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)Z"
}
