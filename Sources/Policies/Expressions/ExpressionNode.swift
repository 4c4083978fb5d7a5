/// An expression whose names and types have been looked at: what is evaluated.
indirect enum ExpressionNode: Sendable {
  case constant(ExpressionValue)
  /// By its place in the scope.
  case global(Int)
  /// What the policy calls `variables.x`, by its place among them.
  case variable(Int)
  /// What a macro goes through, the outermost first.
  case local(Int)
  case list([ExpressionNode])
  case map([(key: ExpressionNode, value: ExpressionNode)])
  case select(ExpressionNode, String, isOptional: Bool)
  case has(ExpressionNode, String)
  case index(ExpressionNode, ExpressionNode, isOptional: Bool)
  case not(ExpressionNode)
  case negative(ExpressionNode)
  case arithmetic(String, ExpressionNode, ExpressionNode)
  case comparison(ExpressionOrdering, ExpressionNode, ExpressionNode)
  case equality(ExpressionNode, ExpressionNode, isNegated: Bool)
  case isIn(ExpressionNode, ExpressionNode)
  /// `&&` when `decisive` is false, `||` when it is true: the first operand that is so decides, whatever the others are.
  case chain([ExpressionNode], decisive: Bool)
  case choice(ExpressionNode, ExpressionNode, ExpressionNode)
  case loop(ExpressionLoop)
  case call(ExpressionFunction, [ExpressionNode])
  case matches(ExpressionNode, ExpressionPattern)
}

/// `<` and its like.
enum ExpressionOrdering: String, Sendable {
  case less = "<"
  case lessOrSame = "<="
  case greater = ">"
  case greaterOrSame = ">="
}

/// A macro that goes through the elements of a list or the keys of a map.
struct ExpressionLoop: Sendable {
  enum Kind: String, Sendable {
    case all
    case exists
    case existsOne = "exists_one"
    case map
    case filter
  }

  let kind: Kind
  let range: ExpressionNode
  /// What is asked of each; nil in a map that takes all.
  let test: ExpressionNode?
  /// What a map makes of each.
  let result: ExpressionNode?
}
