import Foundation
import Images

/// What an Event is about.
///
/// Source: core/v1, ObjectReference.
package struct EventSubject: Hashable, Sendable {
  package let apiVersion: String
  package let kind: String
  package let namespace: String
  package let name: String
  package let uid: String

  package init(apiVersion: String, kind: String, namespace: String, name: String, uid: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }
}

extension ClusterClient {
  /// Makes an Event of type Warning.
  ///
  /// - Parameters:
  ///   - reason: one word, UpperCamelCase.
  ///   - note: for people; what is over 1,024 bytes is cut.
  ///   - instance: which replica tells.
  ///
  /// Source: events.k8s.io/v1, Event.
  package func warn(about subject: EventSubject, reason: String, note: String, instance: String) async throws {
    let event: JSONValue = [
      "apiVersion": "events.k8s.io/v1", "kind": "Event",
      "metadata": ["generateName": "pratique-", "namespace": .text(subject.namespace)],
      "eventTime": .text(microTime(Int64(Date().timeIntervalSince1970 * 1_000_000))),
      "reportingController": "pratique.dev/gate", "reportingInstance": .text(String(instance.prefix(128))),
      "action": "Validated", "reason": .text(reason), "type": "Warning",
      "regarding": [
        "apiVersion": .text(subject.apiVersion), "kind": .text(subject.kind), "namespace": .text(subject.namespace),
        "name": .text(subject.name), "uid": .text(subject.uid),
      ],
      "note": .text(Self.cut(note, 1_024)),
    ]
    _ = try await create(event, .events, in: subject.namespace)
  }

  /// The beginning of `text`, in whole characters.
  private static func cut(_ text: String, _ limitBytes: Int) -> String {
    var (cut, bytes) = (String.UnicodeScalarView(), 0)
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      guard bytes <= limitBytes else { break }
      cut.append(scalar)
    }
    return String(cut)
  }
}
