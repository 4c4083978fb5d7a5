import Foundation
import Images

/// The objects of a cluster with one order of changes, as etcd keeps them behind an API server.
struct ObjectStore: Sendable {
  /// What is asked for: `/api/v1/namespaces/shop/pods/web`.
  struct Path: Hashable, Sendable {
    let group: String
    let plural: String
    let namespace: String
    let name: String

    /// - Parameter path: without its query.
    init?(_ path: String) {
      var parts = path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
      guard parts.count >= 3, ["api", "apis"].contains(parts[0]) else { return nil }
      let depth = parts[0] == "api" ? 2 : 3
      group = parts.prefix(depth).joined(separator: "/")
      parts.removeFirst(depth)
      if parts.count >= 3, parts[0] == "namespaces" {
        namespace = parts[1]
        parts.removeFirst(2)
      } else {
        namespace = ""
      }
      guard let plural = parts.first else { return nil }
      self.plural = plural
      name = parts.count > 1 ? parts[1] : ""
    }

    init(group: String, plural: String, namespace: String, name: String) {
      self.group = group
      self.plural = plural
      self.namespace = namespace
      self.name = name
    }

    func covers(_ other: Path) -> Bool {
      group == other.group && plural == other.plural && (namespace.isEmpty || namespace == other.namespace)
    }
  }

  /// One change, as watches tell it.
  struct Change: Sendable {
    let version: Int
    let path: Path
    let type: String
    let object: Tree
  }

  /// What a write came to.
  enum Outcome { case done(Tree), refused(Int, String) }

  private(set) var version = 100
  /// Changes up to here are forgotten.
  private(set) var floor = 0
  private(set) var history: [Change] = []
  private var objects: [Path: Tree] = [:]
  private var snapshots: [Int: [Tree]] = [:]

  subscript(path: Path) -> Tree? { objects[path] }

  mutating func create(_ object: Tree, at collection: Path) -> Outcome {
    var object = object
    if object.meta("name").isEmpty { object.setMeta("name", object.meta("generateName") + String(version + 1)) }
    let path = Path(
      group: collection.group, plural: collection.plural,
      namespace: collection.namespace.isEmpty ? object.meta("namespace") : collection.namespace, name: object.meta("name"))
    guard objects[path] == nil else { return .refused(409, "AlreadyExists") }
    if !path.namespace.isEmpty { object.setMeta("namespace", path.namespace) }
    object.setMeta("uid", "uid-\(version + 1)")
    return .done(put(object, at: path, "ADDED"))
  }

  mutating func replace(_ path: Path, by object: Tree) -> Outcome {
    guard let old = objects[path] else { return .refused(404, "NotFound") }
    let expected = object.meta("resourceVersion")
    guard expected.isEmpty || expected == old.meta("resourceVersion") else { return .refused(409, "Conflict") }
    var object = object
    object.setMeta("uid", old.meta("uid"))
    return .done(put(object, at: path, "MODIFIED"))
  }

  mutating func patch(_ path: Path, _ patch: Tree, isMerge: Bool) -> Outcome {
    guard let old = objects[path] else { return .refused(404, "NotFound") }
    guard let new = isMerge ? old.merged(with: patch) : old.patched(by: patch.elements) else {
      return .refused(422, "Invalid")
    }
    return new == old ? .done(old) : .done(put(new, at: path, "MODIFIED"))
  }

  mutating func delete(_ path: Path) -> Outcome {
    guard let old = objects.removeValue(forKey: path) else { return .refused(404, "NotFound") }
    return .done(changed(old, at: path, "DELETED"))
  }

  /// One page; the pages of a list are all of the moment of the first.
  mutating func list(_ path: Path, limit: Int, token: String?) -> Outcome {
    var (at, from) = (version, 0)
    if let token {
      let parts = token.split(separator: ".").compactMap { Int($0) }
      guard parts.count == 2, snapshots[parts[0]] != nil else { return .refused(410, "Expired") }
      (at, from) = (parts[0], parts[1])
    } else {
      snapshots[at] = objects.filter { path.covers($0.key) }.sorted {
        ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name)
      }.map(\.value)
    }
    let all = snapshots[at] ?? []
    let page = limit > 0 ? Array(all.dropFirst(from).prefix(limit)) : all
    let end = from + page.count
    var metadata: [String: Tree] = ["resourceVersion": .text("\(at)")]
    if end < all.count { metadata["continue"] = .text("\(at).\(end)") }
    return .done(.object(["kind": .text("List"), "metadata": .object(metadata), "items": .array(page)]))
  }

  /// Forgets all changes and all pages: who asks for them is told 410.
  mutating func compact() {
    floor = version
    history = []
    snapshots = [:]
  }

  private mutating func put(_ object: Tree, at path: Path, _ type: String) -> Tree {
    let stored = changed(object, at: path, type)
    objects[path] = stored
    return stored
  }

  private mutating func changed(_ object: Tree, at path: Path, _ type: String) -> Tree {
    version += 1
    var object = object
    object.setMeta("resourceVersion", "\(version)")
    history.append(Change(version: version, path: path, type: type, object: object))
    return object
  }
}
