import Policies

/// The objects of the cluster that are held, and the names of those for which there was no room.
struct PolicyShelf {
  private struct Kind {
    var isComplete = false
    /// Whether the cluster does not know the kind.
    var isAbsent = false
    var held: [String: (object: PolicyObject, generation: Int)] = [:]
    /// Each with its namespace.
    var excess: [String: (namespace: String?, generation: Int)] = [:]
    /// The generation in which there was more than names are held of; nil when there is none.
    var overflow: Int?
  }

  private var kinds: [String: Kind]
  /// Of what is held.
  private(set) var count = 0
  private(set) var bytes = 0
  private var names = 0

  init(_ kinds: [String]) { self.kinds = Dictionary(kinds.map { ($0, Kind()) }) { $1 } }

  var isComplete: Bool { kinds.values.allSatisfy(\.isComplete) }
  var excess: Int { names + kinds.values.count { $0.overflow != nil } }

  func hasExcess(_ kind: String) -> Bool { kinds[kind].map { !$0.excess.isEmpty || $0.overflow != nil } ?? false }

  mutating func hold(_ object: PolicyObject, of kind: String, generation: Int) {
    guard kinds[kind] != nil else { return }
    kinds[kind]?.held[object.id] = (object, generation)
    count += 1
    bytes += object.text.text.utf8.count
  }

  /// Holds the name alone, and when there are too many of these that there is more.
  mutating func note(_ object: PolicyObject, of kind: String, generation: Int, atMost limit: Int) {
    guard kinds[kind] != nil else { return }
    guard names < limit else {
      kinds[kind]?.overflow = generation
      return
    }
    kinds[kind]?.excess[object.id] = (object.namespace, generation)
    names += 1
  }

  mutating func remove(_ id: String, of kind: String) {
    if let old = kinds[kind]?.held.removeValue(forKey: id) {
      count -= 1
      bytes -= old.object.text.text.utf8.count
    }
    if kinds[kind]?.excess.removeValue(forKey: id) != nil { names -= 1 }
  }

  mutating func complete(_ kind: String, generation: Int, isTruncated: Bool) {
    guard let state = kinds[kind] else { return }
    for (id, entry) in state.held where entry.generation < generation { remove(id, of: kind) }
    for (id, entry) in state.excess where entry.generation < generation { remove(id, of: kind) }
    let isOver = isTruncated || (state.overflow ?? generation - 1) >= generation
    kinds[kind]?.overflow = isOver ? generation : nil
    kinds[kind]?.isComplete = true
    kinds[kind]?.isAbsent = false
  }

  mutating func isAbsent(_ kind: String) { kinds[kind]?.isAbsent = true }

  private static let define = "Apply its definition, or take the kind out of kubernetes.policyObjects."

  /// What is held, and one object with a fault for each namespace in which something is not; for the whole cluster where it is
  /// not even known in which.
  func all(limitObjects: Int, limitBytes: Int) -> [PolicyObject] {
    let reason = "it is one of more than \(limitObjects) policy objects, or than \(limitBytes) bytes of them, which are not held"
    return kinds.sorted { $0.key < $1.key }.flatMap { name, kind in
      let held = kind.held.values.map(\.object).sorted { $0.id < $1.id }
      let lacking = Dictionary(grouping: kind.excess, by: \.value.namespace).compactMap { namespace, objects in
        objects.map(\.key).min().map { PolicyObject(unread: $0, in: namespace, because: reason) }
      }
      let beyond = kind.overflow.map { _ in
        PolicyObject(unread: name, in: nil, because: "there are more objects of the kind than names are held of")
      }
      let absent =
        kind.isAbsent
        ? PolicyObject(unread: name, in: nil, because: "there is no such kind in the cluster", do: Self.define) : nil
      return held + lacking.sorted { $0.id < $1.id } + [beyond, absent].compactMap { $0 }
    }
  }
}
