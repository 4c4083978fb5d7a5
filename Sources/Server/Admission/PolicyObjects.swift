package import Images
package import Policies
import Synchronization

/// Policies that are objects of the cluster, each as the text of a document, as the cluster tells them.
///
/// Nothing that the cluster told is forgotten: what is not held, because it is too large or there is too much, stands as an
/// object with a fault, and so keeps out what it could be about.
package final class PolicyObjects: Sendable {
  /// A tenant must not fill the gate's memory.
  package struct Limits: Sendable {
    package var objects = 10_000
    /// Of all texts together.
    package var bytes = 64 << 20
    package var objectBytes = 256 << 10
    /// Objects beyond those that are held of which the names are.
    package var names = 50_000

    package init() {}
  }

  private let limits: Limits
  private let shelf: Mutex<PolicyShelf>

  /// - Parameter kinds: by any name; nothing counts before all of them have been listed once.
  package init(kinds: [String], limits: Limits = Limits()) {
    self.limits = limits
    shelf = Mutex(PolicyShelf(kinds))
  }

  /// All that there are, and what stands for those that are not held, in the order of their names; nil while not all are known.
  package var all: [PolicyObject]? {
    let (limit, bytes) = (limits.objects, limits.bytes)
    return shelf.withLock { $0.isComplete ? $0.all(limitObjects: limit, limitBytes: bytes) : nil }
  }

  /// How many objects are known of and not held; those beyond names count as one.
  package var excess: Int { shelf.withLock { $0.excess } }

  /// Whether there is room again for objects that are not held, so that a list of the kind would be of use.
  package func isWanting(_ kind: String) -> Bool {
    shelf.withLock { $0.hasExcess(kind) && $0.count < limits.objects && $0.bytes < limits.bytes }
  }

  /// An object is there, as it is now.
  ///
  /// - Parameters:
  ///   - type: what its list says that it is, where the object does not.
  ///   - kind: by the name that it was given.
  package func put(
    _ object: JSONNode, as type: (apiVersion: String, kind: String)? = nil, of kind: String, generation: Int
  ) {
    let policy = policy(object, as: type, of: kind)
    let weight = policy.text.text.utf8.count
    shelf.withLock { shelf in
      shelf.remove(policy.id, of: kind)
      if shelf.count < limits.objects, shelf.bytes + weight <= limits.bytes {
        shelf.hold(policy, of: kind, generation: generation)
      } else {
        shelf.note(policy, of: kind, generation: generation, atMost: limits.names)
      }
    }
  }

  /// An object is no more.
  package func remove(_ object: JSONNode, of kind: String) {
    let id = Place(object).id(of: kind)
    shelf.withLock { $0.remove(id, of: kind) }
  }

  /// What was put only in generations before this one is no more.
  ///
  /// - Parameter isTruncated: whether there was more than was listed.
  package func complete(_ kind: String, generation: Int, isTruncated: Bool = false) {
    shelf.withLock { $0.complete(kind, generation: generation, isTruncated: isTruncated) }
  }

  /// There is no such kind in the cluster. Whoever has it listed takes what it would say for in force, so nothing is let in.
  package func absent(_ kind: String, generation: Int) {
    shelf.withLock { shelf in
      shelf.complete(kind, generation: generation, isTruncated: false)
      shelf.isAbsent(kind)
    }
  }

  private struct Place {
    let namespace: String?
    let name: String

    init(_ object: JSONNode) {
      name = object["metadata"]?["name"]?.string ?? ""
      let namespace = object["metadata"]?["namespace"]?.string ?? ""
      self.namespace = namespace.isEmpty ? nil : namespace
    }

    func id(of kind: String) -> String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }
  }

  private func policy(_ object: JSONNode, as type: (apiVersion: String, kind: String)?, of kind: String) -> PolicyObject {
    let place = Place(object)
    let id = place.id(of: kind)
    guard let text = PolicyText(object: object, apiVersion: type?.apiVersion, kind: type?.kind) else {
      return PolicyObject(unread: id, in: place.namespace, because: "it has no name or no kind")
    }
    guard text.text.utf8.count <= limits.objectBytes else {
      return PolicyObject(unread: id, in: place.namespace, because: "it is larger than \(limits.objectBytes) bytes")
    }
    return PolicyObject(id: id, namespace: place.namespace, text: text)
  }
}
