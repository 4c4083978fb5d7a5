package import Images

/// Changes to an object, one after the other, as the API server takes them from a webhook.
///
/// Source: RFC 6902; of its operations the three that are needed.
package struct JSONPatch: Sendable {
  /// One change.
  package enum Operation: Sendable {
    /// What is there already is written over.
    case add(JSONPointer, JSONValue)
    case replace(JSONPointer, JSONValue)
    case remove(JSONPointer)
  }

  /// Each is about the object as those before it leave it.
  package private(set) var operations: [Operation] = []

  package init() {}

  package var isEmpty: Bool { operations.isEmpty }

  /// Makes `value` stand at `pointer`, and makes what is missing above it.
  ///
  /// - Parameters:
  ///   - object: as it was before this patch; only members of objects are made, never elements of lists.
  /// - Returns: false, with nothing changed, when what stands above is no object and can hold no member.
  @discardableResult
  package mutating func set(_ pointer: JSONPointer, to value: JSONValue, in object: JSONNode) -> Bool {
    var missing: [JSONPointer] = []
    var node: JSONNode? = object
    for (depth, step) in pointer.steps.enumerated() {
      if let parent = node, !parent.isObject, !parent.isArray { return false }
      let here = JSONPointer(Array(pointer.steps.prefix(depth + 1)))
      node = node?[JSONPointer([step])]
      if depth < pointer.steps.count - 1, node?.isNull ?? true {
        node = nil
        if !made.contains(here) { missing.append(here) }
      }
    }
    for parent in missing {
      operations.append(.add(parent, .object([])))
      made.insert(parent)
    }
    operations.append(node == nil ? .add(pointer, value) : .replace(pointer, value))
    return true
  }

  /// Removes elements or members. They are named as they are before this patch, and removed after all that was set.
  package mutating func remove(_ pointers: [JSONPointer]) {
    // The last of a list first, so that nothing moves that is still to be removed.
    operations += pointers.reversed().map(Operation.remove)
  }

  /// Both, this one first; `next` is about the object as this one leaves it.
  package mutating func append(_ next: JSONPatch) { operations += next.operations }

  /// The objects that were made to hold something.
  private var made: Set<JSONPointer> = []

  /// As the API server takes it; nil when there is nothing to change.
  package var bytes: [UInt8]? { isEmpty ? nil : json.bytes }

  /// The list of operations.
  package var json: JSONValue { .array(operations.map(\.json)) }
}

extension JSONPatch.Operation {
  fileprivate var json: JSONValue {
    switch self {
    case .add(let path, let value): ["op": "add", "path": .text("\(path)"), "value": value]
    case .replace(let path, let value): ["op": "replace", "path": .text("\(path)"), "value": value]
    case .remove(let path): ["op": "remove", "path": .text("\(path)")]
    }
  }
}
