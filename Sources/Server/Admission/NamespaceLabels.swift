package import Images
import Synchronization

/// The labels of all namespaces, as the cluster tells them.
package final class NamespaceLabels: Sendable {
  private struct Held {
    var labels: [String: (labels: [String: String], generation: Int)] = [:]
    var changes = 0
  }

  /// More than a cluster is made for; those beyond are not known.
  private static let limit = 50_000
  private let held = Mutex(Held())

  package init() {}

  /// Nil for a namespace that is not known.
  package subscript(namespace: String) -> [String: String]? { held.withLock { $0.labels[namespace]?.labels } }

  /// Grows with every change of any label.
  package var changes: Int { held.withLock { $0.changes } }

  /// A namespace is there, with its labels as they are now.
  package func put(_ namespace: JSONNode, generation: Int) {
    guard let name = namespace["metadata"]?["name"]?.string else { return }
    let members = namespace["metadata"]?["labels"]?.members ?? []
    let labels = Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { $1 }
    held.withLock { held in
      let old = held.labels[name]
      guard old != nil || held.labels.count < Self.limit else { return }
      held.labels[name] = (labels, generation)
      if old?.labels != labels { held.changes += 1 }
    }
  }

  /// A namespace is no more.
  package func remove(_ namespace: JSONNode) {
    guard let name = namespace["metadata"]?["name"]?.string else { return }
    held.withLock { held in if held.labels.removeValue(forKey: name) != nil { held.changes += 1 } }
  }

  /// What was put only in generations before this one is no more.
  package func complete(generation: Int) {
    held.withLock { held in
      let count = held.labels.count
      held.labels = held.labels.filter { $0.value.generation >= generation }
      if held.labels.count != count { held.changes += 1 }
    }
  }
}
