/// Policies by where and to what they apply, so that a review costs what matches it and not what there is.
struct PolicyIndex<Policy: Sendable>: Sendable {
  /// Nil stands for any.
  private struct Key: Hashable {
    let namespace: String?
    let resource: String?
  }

  /// In the order given.
  let all: [Policy]
  /// Places in `all`, ascending, and what stands there.
  private let entries: [Key: (places: [Int], policies: [Policy])]
  /// Whether all apply everywhere and to everything.
  private let isPlain: Bool

  init(_ policies: [Policy], scope: (Policy) -> PolicyScope, resources: (Policy) -> Set<String>? = { _ in nil }) {
    all = policies
    var places: [Key: [Int]] = [:]
    for (index, policy) in policies.enumerated() {
      let namespaces: [String?] =
        switch scope(policy) {
        case .everywhere: [nil]
        case .namespaces(let names): Array(names)
        }
      let resources: [String?] = resources(policy).map { Array($0) } ?? [nil]
      for namespace in namespaces {
        for resource in resources { places[Key(namespace: namespace, resource: resource), default: []].append(index) }
      }
    }
    entries = places.mapValues { places in (places, places.map { policies[$0] }) }
    isPlain = places.keys.allSatisfy { $0.namespace == nil && $0.resource == nil }
  }

  /// Those that apply to `resource` in `namespace`, in the order given.
  subscript(namespace: String, resource: String) -> [Policy] {
    if isPlain { return all }
    var found: [(places: [Int], policies: [Policy])] = []
    for namespace in [namespace, nil] {
      for resource in [resource, nil] {
        if let entry = entries[Key(namespace: namespace, resource: resource)] { found.append(entry) }
      }
    }
    if found.count < 2 { return found.first?.policies ?? [] }
    return found.flatMap(\.places).sorted().map { all[$0] }
  }
}
