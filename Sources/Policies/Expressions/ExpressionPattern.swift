import Attestations
import Images

/// What `matches` looks for anywhere in a text, in time that grows with pattern times text and no faster.
///
/// It is the part of RE2's syntax that `IdentityPattern` reads. `^` may only stand first and `$` only last.
struct ExpressionPattern: Sendable {
  private let pattern: IdentityPattern

  /// - Throws: a text that says what is not read.
  init(_ text: String) throws(ExpressionError) {
    var body = text[...]
    let isFromStart = body.hasPrefix("^")
    if isFromStart { body = body.dropFirst() }
    let isToEnd = body.hasSuffix("$") && body.dropLast().reversed().prefix { $0 == "\\" }.count.isMultiple(of: 2)
    if isToEnd { body = body.dropLast() }
    if isFromStart || isToEnd, Self.hasAlternatives(body) {
      throw ExpressionError("^ and $ beside | are not read; write ^(?:a|b)$")
    }
    // Anything, line ends too.
    let anything = "(?:.|\n)*"
    do throws(AttestationError) {
      // Alone first: a parenthesis of its own must not close the one around it.
      _ = try IdentityPattern(String(body))
      pattern = try IdentityPattern((isFromStart ? "" : anything) + "(?:\(body))" + (isToEnd ? "" : anything))
    } catch {
      throw ExpressionError("the pattern is not read: \(error.problem)")
    }
  }

  /// What one sign of the text costs at most.
  var width: Int { pattern.stepCount }

  /// - Throws: for a text that is too long to be matched.
  func matches(_ text: String) throws(ExpressionError) -> Bool {
    guard text.unicodeScalars.count <= IdentityPattern.maximumText else {
      throw ExpressionError("a text is longer than the \(IdentityPattern.maximumText) signs that are matched")
    }
    return pattern.matches(text)
  }

  /// Whether a `|` stands outside all groups and brackets.
  private static func hasAlternatives(_ text: Substring) -> Bool {
    var depth = 0
    var (isInBracket, isEscaped) = (false, false)
    for sign in text {
      if isEscaped {
        isEscaped = false
      } else if sign == "\\" {
        isEscaped = true
      } else if isInBracket {
        isInBracket = sign != "]"
      } else if sign == "[" {
        isInBracket = true
      } else if sign == "(" {
        depth += 1
      } else if sign == ")" {
        depth -= 1
      } else if sign == "|", depth == 0 {
        return true
      }
    }
    return false
  }
}
