package import Images
import Synchronization

/// What runs in the cluster: pods by shape and owner, in bounded memory.
package final class RunningPods: Sendable {
  /// A shape with its place, to be judged.
  struct Numbered: Sendable {
    let number: Int
    let shape: PodShape
  }

  /// What a shape is a shape of.
  struct Crowd: Sendable {
    let namespace: String
    /// Pods by owner.
    let owners: [PodOwner: Int]
  }

  private struct Pod {
    let shape: Int
    let owner: PodOwner
    var generation: Int
    var marks: PodMarks.Seen
  }

  private struct Shape {
    let shape: PodShape
    let fingerprint: Digest
    var owners: [PodOwner: Int] = [:]
  }

  private struct Held {
    var pods: [String: Pod] = [:]
    var shapes: [Int: Shape] = [:]
    var numbers: [Digest: Int] = [:]
    var next = 0
    var fresh: Set<Int> = []
    /// The last generation in which there was no room for a pod; nil when all were held.
    var leftOut: Int?
    var isTruncated = false
  }

  /// Pods held at most; that there are more is told.
  private let limitPods: Int
  private let held = Mutex(Held())

  package init(limitPods: Int = 200_000) { self.limitPods = limitPods }

  /// Pods, shapes among them, and whether there are more than are held.
  package var counts: (pods: Int, shapes: Int, isTruncated: Bool) {
    held.withLock { ($0.pods.count, $0.shapes.count, $0.isTruncated || $0.leftOut != nil) }
  }

  /// A pod is there, as it is now.
  package func put(_ pod: JSONNode, generation: Int) {
    guard let key = Self.key(pod) else { return }
    guard let shape = PodShape(pod) else { return forget(key) }
    let owner = PodOwner(of: pod, namespace: shape.namespace, name: pod["metadata"]?["name"]?.string ?? "")
    let (fingerprint, marks) = (shape.fingerprint, PodMarks.Seen(pod))
    held.withLock { held in
      if let old = held.pods[key], old.owner == owner, held.shapes[old.shape]?.fingerprint == fingerprint {
        held.pods[key]?.generation = generation
        held.pods[key]?.marks = marks
        return
      }
      Self.forget(key, in: &held)
      guard held.pods.count < limitPods else {
        held.leftOut = generation
        return
      }
      let number = Self.number(of: shape, fingerprint, in: &held)
      held.shapes[number]?.owners[owner, default: 0] += 1
      let known = held.shapes[number].flatMap { shape in shape.owners.index(forKey: owner).map { shape.owners[$0].key } }
      // The texts of an owner are held once, not once a pod.
      held.pods[key] = Pod(shape: number, owner: known ?? owner, generation: generation, marks: marks)
    }
  }

  /// A pod is no more.
  package func remove(_ pod: JSONNode) {
    if let key = Self.key(pod) { forget(key) }
  }

  /// What was put only in generations before this one is no more.
  package func complete(generation: Int, isTruncated: Bool) {
    held.withLock { held in
      for (key, pod) in held.pods where pod.generation < generation { Self.forget(key, in: &held) }
      held.isTruncated = isTruncated
      if let leftOut = held.leftOut, leftOut < generation { held.leftOut = nil }
    }
  }

  /// All shapes, in the order in which they came to be known.
  func all() -> [Numbered] {
    held.withLock { held in
      held.fresh = []
      return held.shapes.sorted { $0.key < $1.key }.map { Numbered(number: $0.key, shape: $0.value.shape) }
    }
  }

  /// Shapes that came to be known since the last call of this or of `all`.
  func fresh() -> [Numbered] {
    held.withLock { held in
      defer { held.fresh = [] }
      return held.fresh.sorted().compactMap { number in
        held.shapes[number].map { Numbered(number: number, shape: $0.shape) }
      }
    }
  }

  /// The pods of a namespace by what is alike in them, those of the first names first, and how many there are.
  package func alike(in namespace: String, atMost limit: Int) -> (
    alike: [(name: String, count: Int, object: [UInt8])], total: Int
  ) {
    let prefix = "\(namespace)/"
    return held.withLock { held in
      var found: [Int: (name: String, count: Int)] = [:]
      for (key, pod) in held.pods where key.hasPrefix(prefix) {
        let name = String(key.dropFirst(prefix.count))
        let known = found[pod.shape] ?? (name, 0)
        found[pod.shape] = (min(known.name, name), known.count + 1)
      }
      let first = found.sorted { $0.value.name < $1.value.name }.prefix(limit)
      return (
        first.compactMap { number, seen in held.shapes[number].map { (seen.name, seen.count, $0.shape.object) } },
        found.values.reduce(0) { $0 + $1.count }
      )
    }
  }

  /// Whose the shapes are that are still there.
  func crowds(of numbers: some Sequence<Int>) -> [Int: Crowd] {
    held.withLock { held in
      var found: [Int: Crowd] = [:]
      for number in numbers {
        guard let shape = held.shapes[number] else { continue }
        found[number] = Crowd(namespace: shape.shape.namespace, owners: shape.owners)
      }
      return found
    }
  }

  /// Whether there is room again for pods that are not held, so that a list of all would be of use.
  package var isWanting: Bool { held.withLock { $0.leftOut != nil && $0.pods.count < limitPods } }

  /// Pods whose marks are not those that `wanted` says for their shape, at most `limit`.
  ///
  /// - Parameters:
  ///   - tried: pods to leave out, each `NAMESPACE/NAME`.
  ///   - wanted: nil leaves the pods of a shape alone.
  func unmarked(
    atMost limit: Int, besides tried: Set<String> = [], _ wanted: (Int) -> PodMarks.Seen?
  ) -> [(namespace: String, name: String, shape: Int)] {
    held.withLock { held in
      var found: [(namespace: String, name: String, shape: Int)] = []
      for (key, pod) in held.pods {
        guard found.count < limit else { break }
        guard let want = wanted(pod.shape), want != pod.marks, !tried.contains(key), let slash = key.firstIndex(of: "/") else {
          continue
        }
        found.append((String(key[..<slash]), String(key[key.index(after: slash)...]), pod.shape))
      }
      return found
    }
  }

  private func forget(_ key: String) { held.withLock { Self.forget(key, in: &$0) } }

  private static func key(_ pod: JSONNode) -> String? {
    guard let namespace = pod["metadata"]?["namespace"]?.string, let name = pod["metadata"]?["name"]?.string else { return nil }
    return "\(namespace)/\(name)"
  }

  private static func number(of shape: PodShape, _ fingerprint: Digest, in held: inout Held) -> Int {
    if let known = held.numbers[fingerprint] { return known }
    let number = held.next
    held.next += 1
    held.numbers[fingerprint] = number
    held.shapes[number] = Shape(shape: shape, fingerprint: fingerprint)
    held.fresh.insert(number)
    return number
  }

  private static func forget(_ key: String, in held: inout Held) {
    guard let pod = held.pods.removeValue(forKey: key) else { return }
    let count = (held.shapes[pod.shape]?.owners[pod.owner] ?? 1) - 1
    held.shapes[pod.shape]?.owners[pod.owner] = count > 0 ? count : nil
    guard let shape = held.shapes[pod.shape], shape.owners.isEmpty else { return }
    held.shapes[pod.shape] = nil
    held.numbers[shape.fingerprint] = nil
    held.fresh.remove(pod.shape)
  }
}
