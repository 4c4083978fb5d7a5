package import Images

/// A place in a JSON document: the keys and indices that lead to it.
///
/// Source: RFC 6901.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  package let steps: [String]

  package init(_ steps: [String]) { self.steps = steps }

  /// The place that a field names, `spec.containers[0].image`. A key that holds a dot or a bracket cannot be told from two;
  /// whoever needs to be sure looks at what is there.
  package init(field: String) {
    steps = field.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
  }

  /// One step further.
  package func appending(_ steps: String...) -> JSONPointer { JSONPointer(self.steps + steps) }

  /// `/metadata/annotations/a~1b`.
  package var description: String {
    steps.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
  }
}

extension JSONNode {
  /// What stands at `pointer`; nil when nothing does.
  package subscript(pointer: JSONPointer) -> JSONNode? {
    var node = self
    for step in pointer.steps {
      let next: JSONNode?
      if node.isArray {
        let elements = node.elements
        next = Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      } else {
        next = node[step]
      }
      guard let next else { return nil }
      node = next
    }
    return node
  }
}
