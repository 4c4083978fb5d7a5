/// What an expression may cost at the worst, in steps, as far as its text tells.
///
/// What an object holds is not known: a list in it counts as 64 elements, a text as 256 bytes. Nothing rests on the
/// estimate but that a hopeless expression is refused when it is read; the steps of an evaluation are counted.
struct ExpressionCost: Sendable {
  /// Steps that one expression, and one policy over one object, may take.
  static let limit = 1_000_000
  private static let ceiling = 1 << 40

  private(set) var steps: Int
  /// Elements, or bytes of a text.
  let extent: Int

  static let assumedElements = 64
  static let assumedBytes = 256

  init(_ steps: Int, extent: Int = ExpressionCost.assumedElements) {
    self.steps = Swift.min(steps, Self.ceiling)
    self.extent = Swift.min(extent, 1 << 20)
  }

  /// One more step over all of these.
  static func of(_ parts: [ExpressionCost], extent: Int = ExpressionCost.assumedElements, own: Int = 1) -> ExpressionCost {
    ExpressionCost(parts.reduce(own) { Swift.min($0 + $1.steps, ceiling) }, extent: extent)
  }

  /// As often as `range` has elements.
  func each(of range: ExpressionCost, extent: Int) -> ExpressionCost {
    let (product, isOver) = (steps + 1).multipliedReportingOverflow(by: Swift.max(1, range.extent))
    return ExpressionCost(Swift.min(isOver ? Self.ceiling : product, Self.ceiling) + range.steps, extent: extent)
  }
}
