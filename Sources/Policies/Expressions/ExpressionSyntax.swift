/// An expression as it was written: nothing is known of names and types yet.
indirect enum ExpressionSyntax {
  case constant(ExpressionValue, at: Int)
  case name(String, at: Int)
  /// `isOptional` for `.?`.
  case select(ExpressionSyntax, String, isOptional: Bool, at: Int)
  /// `isOptional` for `[?`.
  case index(ExpressionSyntax, ExpressionSyntax, isOptional: Bool, at: Int)
  case call(receiver: ExpressionSyntax?, String, [ExpressionSyntax], at: Int)
  case list([ExpressionSyntax], at: Int)
  case map([(key: ExpressionSyntax, value: ExpressionSyntax)], at: Int)
  /// `!` or `-`.
  case unary(String, ExpressionSyntax, at: Int)
  case binary(String, ExpressionSyntax, ExpressionSyntax, at: Int)
  /// `&&` or `||` over two or more.
  case chain(String, [ExpressionSyntax], at: Int)
  case choice(ExpressionSyntax, ExpressionSyntax, ExpressionSyntax, at: Int)

  /// In bytes from the start of the text.
  var offset: Int {
    switch self {
    case .constant(_, let at), .name(_, let at), .select(_, _, _, let at), .index(_, _, _, let at), .call(_, _, _, let at),
      .list(_, let at), .map(_, let at), .unary(_, _, let at), .binary(_, _, _, let at), .chain(_, _, let at),
      .choice(_, _, _, let at):
      at
    }
  }
}
