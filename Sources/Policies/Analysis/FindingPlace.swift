import Images

/// Where in a file something stands.
package struct FindingPlace: Hashable, Sendable {
  package let file: String
  /// Counted from 1; nil when it has none.
  package let line: Int?
  package let column: Int?
}

extension PolicyFinding {
  /// Where its policy says what it is about: the nearest part of the path that is there.
  ///
  /// - Parameter texts: of all policies, and of the attestors.
  /// - Returns: nil when no document is of that name.
  package func place(in texts: [PolicyText]) -> FindingPlace? {
    for text in texts {
      let documents = (try? DocumentNode.documents(in: text.text, file: text.file, atMost: Rulebook.limitBytes)) ?? []
      let parts = documents.flatMap { $0.isSequence ? (try? $0.elements()) ?? [] : [$0] }
      guard let document = parts.first(where: isAbout) else { continue }
      let node = document.descendant(path)
      return FindingPlace(file: node.file, line: node.place?.line, column: node.place?.column)
    }
    return nil
  }

  /// A policy is named in the document, or by its kind and the name of the object; the project policy may have no name.
  private func isAbout(_ document: DocumentNode) -> Bool {
    guard document.isMapping else { return false }
    let object = document["metadata"].flatMap { $0.isMapping ? try? $0["name"]?.string() : nil }
    if let object, let kind = try? document["kind"]?.string() {
      return policy == "\(kind) \(object)" || policy.hasSuffix("/\(object)")
    }
    return (try? document["name"]?.string() ?? "") == policy
  }
}

extension DocumentNode {
  /// The value at a path such as `spec.rules[0].name` or `map[key.with.dots]`, or the last on the way to it that is there.
  fileprivate func descendant(_ path: String) -> DocumentNode {
    var node = self
    var rest = path[...]
    while !rest.isEmpty {
      let next: DocumentNode?
      if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
        let key = String(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
        if node.isSequence, let index = Int(key), let elements = try? node.elements(), elements.indices.contains(index) {
          next = elements[index]
        } else {
          next = node.isMapping ? node[key] : nil
        }
      } else {
        let key = rest.drop { $0 == "." }.prefix { $0 != "." && $0 != "[" }
        rest = rest.drop { $0 == "." }.dropFirst(key.count)
        next = node.isMapping ? node[String(key)] : nil
      }
      guard let next else { return node }
      node = next
    }
    return node
  }
}
