import Images

/// Makes a tree of tokens. It nests at most `maximumDepth` deep, whatever is written.
///
/// Source: cel-spec, langdef.md, Syntax.
struct ExpressionParser {
  /// What may stand in what; chains of `&&` and `||` count once.
  static let maximumDepth = 64

  private let tokens: [ExpressionToken]
  private var at = 0
  private var depth = 0

  private init(_ tokens: [ExpressionToken]) { self.tokens = tokens }

  static func syntax(of text: String) throws(ExpressionFault) -> ExpressionSyntax {
    var lexer = try ExpressionLexer(text)
    var parser = ExpressionParser(try lexer.tokens())
    let syntax = try parser.expression()
    guard parser.next.kind == .end else { throw parser.fault("something follows the end of the expression") }
    return syntax
  }

  private var next: ExpressionToken { tokens[min(at, tokens.count - 1)] }

  private func fault(_ reason: String) -> ExpressionFault { ExpressionFault(.malformed, at: next.offset, reason) }

  private mutating func skip(_ sign: String) -> Bool {
    guard next.kind == .sign(sign) else { return false }
    at += 1
    return true
  }

  private mutating func need(_ sign: String) throws(ExpressionFault) {
    guard skip(sign) else { throw fault("\"\(sign)\" is wanted here") }
  }

  private mutating func deeper() throws(ExpressionFault) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw ExpressionFault(.costly, at: next.offset, "it nests more than \(Self.maximumDepth) deep", remedy: "Use variables.")
    }
  }

  // MARK: Operators

  private mutating func expression() throws(ExpressionFault) -> ExpressionSyntax {
    try deeper()
    let start = depth
    let condition = try chain("||")
    let place = next.offset
    guard skip("?") else {
      depth = start - 1
      return condition
    }
    let yes = try chain("||")
    try need(":")
    let no = try expression()
    depth = start - 1
    return .choice(condition, yes, no, at: place)
  }

  private mutating func chain(_ sign: String) throws(ExpressionFault) -> ExpressionSyntax {
    var parts = [sign == "||" ? try chain("&&") : try binary(0)]
    let place = next.offset
    while skip(sign) { parts.append(sign == "||" ? try chain("&&") : try binary(0)) }
    return parts.count == 1 ? parts[0] : .chain(sign, parts, at: place)
  }

  /// Each binds tighter than the one before.
  private static let levels = [["<", "<=", ">", ">=", "==", "!=", "in"], ["+", "-"], ["*", "/", "%"]]

  private mutating func binary(_ level: Int) throws(ExpressionFault) -> ExpressionSyntax {
    guard level < Self.levels.count else { return try unary() }
    let start = depth
    var left = try binary(level + 1)
    while let sign = self.sign(at: level) {
      let place = next.offset
      at += 1
      // The tree grows to the left, one deeper with each.
      try deeper()
      left = .binary(sign, left, try binary(level + 1), at: place)
    }
    depth = start
    return left
  }

  private func sign(at level: Int) -> String? {
    let written: String
    switch next.kind {
    case .sign(let sign): written = sign
    case .name("in"): written = "in"
    default: return nil
    }
    return Self.levels[level].contains(written) ? written : nil
  }

  private mutating func unary() throws(ExpressionFault) -> ExpressionSyntax {
    let place = next.offset
    for sign in ["!", "-"] where skip(sign) {
      if sign == "-", let negative = negativeNumber(place) { return try member(of: negative) }
      try deeper()
      let operand = try unary()
      depth -= 1
      return .unary(sign, operand, at: place)
    }
    return try member(of: try primary())
  }

  /// -9223372036854775808 has no positive counterpart, so a minus before a number is part of it.
  private mutating func negativeNumber(_ place: Int) -> ExpressionSyntax? {
    let value: ExpressionValue
    switch next.kind {
    case .int(let magnitude): value = .int(Int64(truncatingIfNeeded: 0 &- magnitude))
    case .double(let double): value = .double(-double)
    default: return nil
    }
    at += 1
    return .constant(value, at: place)
  }

  // MARK: Members

  private mutating func member(of start: ExpressionSyntax) throws(ExpressionFault) -> ExpressionSyntax {
    var node = start
    let outer = depth
    while true {
      let place = next.offset
      if skip(".") {
        try deeper()
        let isOptional = skip("?")
        let name = try selector()
        if !isOptional, skip("(") {
          node = .call(receiver: node, name, try arguments(until: ")"), at: place + 1)
        } else {
          node = .select(node, name, isOptional: isOptional, at: place)
        }
      } else if skip("[") {
        try deeper()
        let isOptional = skip("?")
        let index = try expression()
        try need("]")
        node = .index(node, index, isOptional: isOptional, at: place)
      } else if next.kind == .sign("{"), case .name(let name, _) = node {
        throw ExpressionFault(
          .unsupported, at: place, "messages such as \(printable(name)){…} are not read", remedy: "Write a map: {'key': value}.")
      } else {
        depth = outer
        return node
      }
    }
  }

  private mutating func selector() throws(ExpressionFault) -> String {
    switch next.kind {
    case .name(let name) where !["true", "false", "null", "in"].contains(name):
      at += 1
      return name
    case .quotedName(let name):
      at += 1
      return name
    default: throw fault("a name is wanted here")
    }
  }

  private mutating func arguments(until end: String) throws(ExpressionFault) -> [ExpressionSyntax] {
    var all: [ExpressionSyntax] = []
    if skip(end) { return all }
    repeat {
      if end == "]" {
        if next.kind == .sign("]") { break }
        if next.kind == .sign("?") { throw optionalElement() }
      }
      all.append(try expression())
    } while skip(",")
    try need(end)
    return all
  }

  private func optionalElement() -> ExpressionFault {
    ExpressionFault(.unsupported, at: next.offset, "optional elements are not read", remedy: "Write the list with a choice ?:.")
  }

  // MARK: The smallest parts

  private static let reserved: Set<String> = [
    "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
    "return", "var", "void", "while", "in",
  ]

  private mutating func primary() throws(ExpressionFault) -> ExpressionSyntax {
    let token = next
    at += 1
    let place = token.offset
    switch token.kind {
    case .int(let value):
      guard let int = Int64(exactly: value) else {
        at -= 1
        throw fault("a number is too large for an int")
      }
      return .constant(.int(int), at: place)
    case .uint(let value): return .constant(.uint(value), at: place)
    case .double(let value): return .constant(.double(value), at: place)
    case .string(let text): return .constant(.string(text), at: place)
    case .bytes(let bytes): return .constant(.bytes(bytes), at: place)
    case .name("true"): return .constant(.bool(true), at: place)
    case .name("false"): return .constant(.bool(false), at: place)
    case .name("null"): return .constant(.null, at: place)
    case .name(let name):
      guard !Self.reserved.contains(name) else {
        at -= 1
        throw fault("\"\(name)\" is a reserved word")
      }
      if skip("(") { return .call(receiver: nil, name, try arguments(until: ")"), at: place) }
      return .name(name, at: place)
    case .sign("("):
      let inner = try expression()
      try need(")")
      return inner
    case .sign("["): return .list(try arguments(until: "]"), at: place)
    case .sign("{"): return try map(place)
    default:
      at -= 1
      throw fault(token.kind == .end ? "the expression ends too early" : "a value is wanted here")
    }
  }

  private mutating func map(_ place: Int) throws(ExpressionFault) -> ExpressionSyntax {
    var entries: [(key: ExpressionSyntax, value: ExpressionSyntax)] = []
    while !skip("}") {
      if next.kind == .sign("?") { throw optionalElement() }
      let key = try expression()
      try need(":")
      entries.append((key, try expression()))
      guard skip(",") || next.kind == .sign("}") else { throw fault("\",\" or \"}\" is wanted here") }
    }
    return .map(entries, at: place)
  }
}
