import Images

/// An expression that was read and found sound. One object, as it is evaluated very often.
///
/// Source: cel-spec; Documentation/decisions/0015 says which part of it.
package final class Expression: Sendable {
  /// As it was written.
  package let text: String
  let node: ExpressionNode
  /// `dyn` when it is not known before it is evaluated.
  let type: ExpressionType
  /// At the worst, as far as the text tells.
  let cost: ExpressionCost
  /// Names of the scope that it uses.
  let globals: Set<String>
  let usesVariables: Bool
  /// Fields that it selects anywhere.
  let fields: Set<String>
  /// The same with what they are fields of, where names alone tell that: `object.metadata.name`.
  let paths: Set<String>
  /// Texts that are written in it.
  let texts: Set<String>

  /// Reads `text`.
  ///
  /// - Parameter wanted: what it has to come to; `dyn` for anything.
  /// - Throws: `ExpressionFault` that points at what is malformed, not read, or too costly.
  package init(
    _ text: String, in scope: ExpressionScope, as wanted: ExpressionType = .dyn
  ) throws(ExpressionFault) {
    var compiler = ExpressionCompiler(scope)
    let part = try compiler.part(try ExpressionParser.syntax(of: text))
    guard wanted == .dyn || part.type == .dyn || part.type == wanted else {
      throw ExpressionFault(
        .malformed, at: 0, "it comes to \(part.type.rawValue) where \(wanted.rawValue) is wanted")
    }
    guard part.cost.steps <= ExpressionCost.limit else {
      throw ExpressionFault(
        .costly, at: 0, "it may take \(part.cost.steps) steps and \(ExpressionCost.limit) are allowed",
        remedy: "Nest fewer macros, or look at shorter lists.")
    }
    self.text = text
    node = part.node
    type = part.type
    cost = part.cost
    globals = compiler.globals
    usesVariables = compiler.usesVariables
    fields = compiler.fields
    paths = compiler.paths
    texts = compiler.texts
  }

  /// What it comes to where nothing else is evaluated with it.
  ///
  /// - Throws: `ExpressionError`, also when it takes more than `steps`.
  package func value(
    with bindings: some ExpressionBindings, names: Int, steps: Int = 1_000_000
  ) throws(ExpressionError) -> ExpressionValue {
    var evaluation = ExpressionEvaluation(bindings, names: names, steps: steps)
    return try evaluation.value(of: self)
  }

  /// Whether it comes to the same for every object.
  var isConstant: Bool { globals.isEmpty && !usesVariables }
}
