/// The smallest parts of an expression.
struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    /// A name, also one that is reserved: what follows a dot may be called as it likes.
    case name(String)
    /// A name between backticks, which only follows a dot.
    case quotedName(String)
    /// Digits without a sign: 9223372036854775808 is one only behind a minus.
    case int(UInt64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// `==`, `&&`, `(`.
    case sign(String)
    case end
  }

  let kind: Kind
  /// In bytes from the start of the text.
  let offset: Int
}
