import Images

/// Why the text of an expression is refused before it is ever evaluated, and where.
package struct ExpressionFault: Problem, Equatable {
  /// What sort of fault it is.
  package enum Kind: String, Sendable {
    /// It is no CEL, or names or types in it do not fit.
    case malformed = "malformed-expression"
    /// It is CEL, and more of it than is read here.
    case unsupported = "unsupported-expression"
    /// It could take more steps than one expression may.
    case costly = "costly-expression"
  }

  package let kind: Kind
  /// In bytes from the start of the text.
  package let offset: Int
  package let reason: String
  package let remedy: String

  package init(_ kind: Kind, at offset: Int, _ reason: String, remedy: String = "Mend the expression.") {
    self.kind = kind
    self.offset = offset
    self.reason = reason
    self.remedy = remedy
  }

  package var code: String { kind.rawValue }
  package var problem: String { "The expression is refused at byte \(offset): \(reason)." }
}
