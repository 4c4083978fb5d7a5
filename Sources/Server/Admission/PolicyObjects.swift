package import Images
package import Policies
import Synchronization

/// Policies that are objects of the cluster, each as the text of a document, as the cluster tells them.
package final class PolicyObjects: Sendable {
  private struct Kind {
    var isComplete = false
    var objects: [String: (text: PolicyText, generation: Int)] = [:]
  }

  private struct Held {
    var kinds: [String: Kind]
  }

  /// More are not held: a tenant must not fill the gate's memory.
  private static let limitObjects = 10_000
  private static let limitObjectBytes = 256 << 10
  private let held: Mutex<Held>

  /// - Parameter kinds: by any name; nothing counts before all of them have been listed once.
  package init(kinds: [String]) {
    held = Mutex(Held(kinds: Dictionary(kinds.map { ($0, Kind()) }) { $1 }))
  }

  /// In the order of their names; nil while not all of them are known.
  package var texts: [PolicyText]? {
    held.withLock { held in
      guard held.kinds.values.allSatisfy(\.isComplete) else { return nil }
      return held.kinds.sorted { $0.key < $1.key }.flatMap { _, state in
        state.objects.sorted { $0.key < $1.key }.map(\.value.text)
      }
    }
  }

  /// An object is there, as it is now.
  package func put(_ object: JSONNode, of kind: String, generation: Int) {
    guard let name = Self.name(object), let text = Self.text(object) else { return }
    held.withLock { held in
      let count = held.kinds.values.reduce(0) { $0 + $1.objects.count }
      let isKnown = held.kinds[kind]?.objects[name] != nil
      guard isKnown || count < Self.limitObjects else { return }
      held.kinds[kind]?.objects[name] = (text, generation)
    }
  }

  /// An object is no more.
  package func remove(_ object: JSONNode, of kind: String) {
    guard let name = Self.name(object) else { return }
    held.withLock { $0.kinds[kind]?.objects[name] = nil }
  }

  /// What was put only in generations before this one is no more.
  package func complete(_ kind: String, generation: Int) {
    held.withLock { held in
      guard var state = held.kinds[kind] else { return }
      state.objects = state.objects.filter { $0.value.generation >= generation }
      state.isComplete = true
      held.kinds[kind] = state
    }
  }

  private static func name(_ object: JSONNode) -> String? {
    object["metadata"]?["name"]?.string.map { "\(object["metadata"]?["namespace"]?.string ?? "")/\($0)" }
  }

  /// One that is too large is kept as one that cannot be read, which shuts its namespace.
  private static func text(_ object: JSONNode) -> PolicyText? {
    guard let text = PolicyText(object: object) else { return nil }
    guard text.text.utf8.count > limitObjectBytes else { return text }
    let place = ["name", "namespace"].compactMap { key in
      object["metadata"]?[key]?.string.map { (key, JSONValue.text($0)) }
    }
    let kind = ["apiVersion", "kind"].compactMap { key in object[key]?.string.map { (key, JSONValue.text($0)) } }
    let short = JSONValue.object(kind + [("metadata", .object(place)), ("spec", .text("larger than \(limitObjectBytes) bytes"))])
    return PolicyText(String(decoding: short.bytes, as: UTF8.self), file: text.file)
  }
}
