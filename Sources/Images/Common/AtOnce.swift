/// Runs `work` over every element, at most `width` at a time, and answers in the order of `elements`.
///
/// - Parameter width: how many run at once; values below 1 count as 1.
/// - Throws: the first error of `work`; the rest is cancelled.
package func mapAtOnce<Element: Sendable, Result: Sendable>(
  _ elements: [Element], width: Int, _ work: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var waiting = elements.enumerated().makeIterator()
    var results: [Int: Result] = [:]
    for _ in 0..<max(1, width) {
      guard let (index, element) = waiting.next() else { break }
      group.addTask { (index, try await work(element)) }
    }
    for try await (index, result) in group {
      results[index] = result
      if let (next, element) = waiting.next() { group.addTask { (next, try await work(element)) } }
    }
    return elements.indices.compactMap { results[$0] }
  }
}
