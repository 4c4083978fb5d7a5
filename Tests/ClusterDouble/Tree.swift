package import Images

/// JSON that can be changed in place, as the double keeps it.
package indirect enum Tree: Hashable, Sendable {
  case object([String: Tree])
  case array([Tree])
  case text(String)
  /// A number, true, false or null, as written.
  case bare(String)

  package init(_ node: JSONNode) {
    if node.isObject {
      self = .object(Dictionary(node.members.map { ($0.key, Tree($0.value)) }) { $1 })
    } else if node.isArray {
      self = .array(node.elements.map(Tree.init))
    } else if let text = node.string {
      self = .text(text)
    } else {
      self = .bare(String(decoding: node.rawBytes, as: UTF8.self))
    }
  }

  package init(parsing text: String) throws { self = Tree(try JSONDocument(parsing: Array(text.utf8), atMost: 8 << 20).root) }

  package subscript(key: String) -> Tree? {
    get { if case .object(let members) = self { members[key] } else { nil } }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  package var string: String? { if case .text(let text) = self { text } else { nil } }
  package var elements: [Tree] { if case .array(let elements) = self { elements } else { [] } }

  /// Of metadata; empty when there is none.
  package func meta(_ key: String) -> String { self["metadata"]?[key]?.string ?? "" }

  package mutating func setMeta(_ key: String, _ value: String) {
    var metadata = self["metadata"] ?? .object([:])
    metadata[key] = .text(value)
    self["metadata"] = metadata
  }

  package var json: JSONValue {
    switch self {
    case .object(let members): .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
    case .array(let elements): .array(elements.map(\.json))
    case .text(let text): .text(text)
    case .bare(let text): .raw(Array(text.utf8)[...])
    }
  }

  /// RFC 7386.
  package func merged(with patch: Tree) -> Tree {
    guard case .object(let changes) = patch else { return patch }
    var members: [String: Tree] = if case .object(let own) = self { own } else { [:] }
    for (key, change) in changes {
      members[key] = change == .bare("null") ? nil : (members[key] ?? .object([:])).merged(with: change)
    }
    return .object(members)
  }

  /// RFC 6902, as far as `test`, `add` and `replace` go; nil when an operation does not hold.
  package func patched(by operations: [Tree]) -> Tree? {
    var result = self
    for operation in operations {
      let steps = (operation["path"]?.string ?? "").split(separator: "/").map {
        String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
      }
      guard let value = operation["value"] else { return nil }
      switch operation["op"]?.string {
      case "test": guard result.at(steps[...]) == value else { return nil }
      case "add", "replace": guard result.put(value, at: steps[...]) else { return nil }
      default: return nil
      }
    }
    return result
  }

  private func at(_ steps: ArraySlice<String>) -> Tree? {
    guard let step = steps.first else { return self }
    if case .array(let elements) = self {
      guard let index = Int(step), elements.indices.contains(index) else { return nil }
      return elements[index].at(steps.dropFirst())
    }
    return self[step]?.at(steps.dropFirst())
  }

  private mutating func put(_ value: Tree, at steps: ArraySlice<String>) -> Bool {
    guard let step = steps.first else {
      self = value
      return true
    }
    if case .array(var elements) = self {
      guard let index = Int(step), elements.indices.contains(index), elements[index].put(value, at: steps.dropFirst())
      else { return false }
      self = .array(elements)
      return true
    }
    guard case .object = self else { return false }
    var next = self[step] ?? .object([:])
    guard steps.count == 1 || self[step] != nil, next.put(value, at: steps.dropFirst()) else { return false }
    self[step] = next
    return true
  }
}
