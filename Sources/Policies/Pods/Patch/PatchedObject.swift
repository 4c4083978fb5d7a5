package import Images

extension JSONPatch {
  /// The object as it is once the patch is applied, so that it is judged as it will be stored.
  ///
  /// - Returns: nil when an operation does not fit the object.
  package func applied(to object: JSONNode, atMost limitBytes: Int = 4 << 20) -> JSONNode? {
    if isEmpty { return object }
    var value = JSONValue(object)
    for operation in operations {
      guard let next = value.changed(by: operation) else { return nil }
      value = next
    }
    return try? JSONDocument(parsing: value.bytes, atMost: limitBytes).root
  }
}

extension JSONValue {
  fileprivate func changed(by operation: JSONPatch.Operation) -> JSONValue? {
    switch operation {
    case .add(let pointer, let value): changed(at: pointer.steps[...]) { _ in value }
    case .replace(let pointer, let value): changed(at: pointer.steps[...]) { $0 == nil ? nil : value }
    case .remove(let pointer): removing(pointer.steps[...])
    }
  }

  /// - Parameter change: what is to stand at `steps`, given what does; nil when that does not fit.
  private func changed(at steps: ArraySlice<String>, _ change: (JSONValue?) -> JSONValue?) -> JSONValue? {
    guard let step = steps.first else { return change(self) }
    let rest = steps.dropFirst()
    switch self {
    case .object(var members):
      if let index = members.firstIndex(where: { $0.0.utf8.elementsEqual(step.utf8) }) {
        guard let value = members[index].1.changed(at: rest, change) else { return nil }
        members[index].1 = value
      } else {
        guard rest.isEmpty, let value = change(nil) else { return nil }
        members.append((step, value))
      }
      return .object(members)
    case .array(var elements):
      guard let index = Int(step), elements.indices.contains(index),
        let value = elements[index].changed(at: rest, change)
      else { return nil }
      elements[index] = value
      return .array(elements)
    default: return nil
    }
  }

  private func removing(_ steps: ArraySlice<String>) -> JSONValue? {
    guard let last = steps.last else { return nil }
    return changed(at: steps.dropLast()) { parent in
      switch parent {
      case .object(var members):
        guard let index = members.firstIndex(where: { $0.0.utf8.elementsEqual(last.utf8) }) else { return nil }
        members.remove(at: index)
        return .object(members)
      case .array(var elements):
        guard let index = Int(last), elements.indices.contains(index) else { return nil }
        elements.remove(at: index)
        return .array(elements)
      default: return nil
      }
    }
  }
}
