import Images

/// A regular expression that a whole text must match, in time that grows with pattern times text and no faster.
///
/// What is read: literals, `.`, classes `[a-z]` and `[^a-z]`, `\d \D \w \W \s \S` (ASCII), an escaped sign, groups `( )` and
/// `(?: )`, `|`, and the counts `* + ? {m} {m,} {m,n}`; a `?` behind a count changes nothing. One `^` may stand first and one
/// `$` last, and both change nothing. Everything else is refused: references, look-around, flags, word boundaries.
///
/// Source: the syntax is the part of RE2's that these signs cover; the matching is Thompson's (CACM 11:6, 1968).
package struct IdentityPattern: Hashable, Sendable, CustomStringConvertible {
  enum Step: Hashable, Sendable {
    case one(Unicode.Scalar)
    /// Ranges with both ends; `isExcluded` means anything but these.
    case anyOf([ClosedRange<UInt32>], isExcluded: Bool)
    /// Go on at both distances from here.
    case fork(Int, Int)
    case jump(Int)
  }

  /// Longest text that is matched, in scalars; a longer one never matches.
  package static let maximumText = 4096

  private let text: String
  private let steps: [Step]

  /// Compiles `text`.
  ///
  /// - Throws: `AttestationError.malformedIdentityPattern` for what is not read, and for more than 4096 steps.
  package init(_ text: String) throws(AttestationError) {
    self.text = text
    var compiler = PatternCompiler(text)
    steps = try compiler.steps()
  }

  package var description: String { text }

  /// How many steps there are: what one sign of a text costs at most.
  package var stepCount: Int { steps.count }

  /// Whether the whole of `candidate` matches.
  package func matches(_ candidate: String) -> Bool {
    let scalars = candidate.unicodeScalars
    guard scalars.count <= Self.maximumText else { return false }
    var current = reachable(from: [0])
    for scalar in scalars {
      var next: [Int] = []
      for at in current where at < steps.count && takes(steps[at], scalar) { next.append(at + 1) }
      guard !next.isEmpty else { return false }
      current = reachable(from: next)
    }
    return current.contains(steps.count)
  }

  private func takes(_ step: Step, _ scalar: Unicode.Scalar) -> Bool {
    switch step {
    case .one(let wanted): wanted == scalar
    case .anyOf(let ranges, let isExcluded): ranges.contains { $0.contains(scalar.value) } != isExcluded
    case .fork, .jump: false
    }
  }

  /// Where one can be without taking another scalar.
  private func reachable(from start: [Int]) -> [Int] {
    var seen = [Bool](repeating: false, count: steps.count + 1)
    var waiting = start
    var found: [Int] = []
    while let at = waiting.popLast() {
      guard steps.indices.contains(at) || at == steps.count, !seen[at] else { continue }
      seen[at] = true
      guard at < steps.count else {
        found.append(at)
        continue
      }
      switch steps[at] {
      case .fork(let near, let far): waiting += [at + near, at + far]
      case .jump(let distance): waiting.append(at + distance)
      case .one, .anyOf: found.append(at)
      }
    }
    return found
  }
}
