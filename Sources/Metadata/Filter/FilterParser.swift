import Images

/// Reads the grammar of filters; what stands in it is looked up by `FilterTyping`.
///
///     expression := sequence (AND sequence)*       sequence := factor (WS factor)*
///     factor := term (OR term)*                    term := [NOT | -] restriction
///     restriction := comparable [op comparable]    op := < | <= | > | >= | = | != | :
///
/// `OR` binds tighter than `AND`, and conditions side by side must both hold.
///
/// Source: Grafeas, go/filtering, `FilterExpression.g4`.
struct FilterParser {
  private static let deepest = 64

  private var lexer: FilterLexer

  init(_ text: String) { lexer = FilterLexer(text) }

  /// The whole text; nil when it is blank.
  mutating func filter() throws(MetadataError) -> FilterSyntax? {
    lexer.skipSpace()
    guard lexer.peek != nil else { return nil }
    let found = try expression(0)
    if lexer.peek != nil { throw fault("this parenthesis closes nothing; take it out") }
    return found
  }

  // MARK: The connectives

  /// Ends at a closing parenthesis or at the end.
  private mutating func expression(_ depth: Int) throws(MetadataError) -> FilterSyntax {
    var parts = [try factor(depth)]
    while true {
      lexer.skipSpace()
      guard let next = lexer.peek, next != UInt8(ascii: ")") else { break }
      if lexer.take(keyword: "AND") {
        lexer.skipSpace()
      } else if !lexer.followsSpace && next != UInt8(ascii: "(") && !followsParenthesis {
        throw fault("this does not fit here; separate conditions by AND or a space, and put values in double quotes")
      }
      parts.append(try factor(depth))
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private var followsParenthesis: Bool { lexer.at > 0 && lexer.bytes[lexer.at - 1] == UInt8(ascii: ")") }

  private mutating func factor(_ depth: Int) throws(MetadataError) -> FilterSyntax {
    var parts = [try term(depth)]
    while true {
      lexer.skipSpace()
      guard lexer.peek != nil, lexer.take(keyword: "OR") else { break }
      lexer.skipSpace()
      parts.append(try term(depth))
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func term(_ depth: Int) throws(MetadataError) -> FilterSyntax {
    guard lexer.peek != nil else { throw fault("the filter ends where a condition is expected") }
    for keyword in ["AND", "OR"] where lexer.sees(keyword) {
      throw fault("\(keyword) has no condition before it; write \"\(keyword)\" in quotes to look for the word")
    }
    if lexer.take("-") { return .not(try restriction(depth)) }
    guard lexer.take(keyword: "NOT") else { return try restriction(depth) }
    lexer.skipSpace()
    return .not(try restriction(depth))
  }

  private mutating func restriction(_ depth: Int) throws(MetadataError) -> FilterSyntax {
    switch lexer.peek {
    case UInt8(ascii: "("): return try composite(depth)
    case UInt8(ascii: ")"): throw fault("a condition is expected before this parenthesis closes")
    case nil: throw fault("the filter ends where a condition is expected")
    default: break
    }
    for keyword in ["AND", "OR", "NOT"] where lexer.sees(keyword) {
      throw fault("a condition is expected before \(keyword); write \"\(keyword)\" in quotes to look for the word")
    }
    let start = lexer.at
    let first = try name()
    if !first.isQuoted, lexer.peek == UInt8(ascii: "(") { return try call(first) }
    let isAlone = lexer.peek.map { !"[.\"".utf8.contains($0) } ?? true
    let restOfPath = isAlone ? [] : try members(after: first)
    lexer.skipSpace()
    guard let operation = lexer.comparison() else {
      guard isAlone else { throw fault("a comparison is expected here, as in field = \"value\"") }
      return .global(first.literal)
    }
    let path = FilterPath(segments: try Self.segments(first, isAll: isAlone) + restOfPath, offset: start)
    lexer.skipSpace()
    return try compared(path, operation, depth)
  }

  private mutating func composite(_ depth: Int) throws(MetadataError) -> FilterSyntax {
    let opening = lexer.at
    guard depth < Self.deepest, lexer.take("(") else {
      throw fault("parentheses are nested deeper than \(Self.deepest); take some out")
    }
    lexer.skipSpace()
    let inner = try expression(depth + 1)
    guard lexer.take(")") else {
      throw .malformedFilter(offset: opening, because: "this parenthesis is never closed; add )")
    }
    return inner
  }

  // MARK: Fields

  private mutating func name() throws(MetadataError) -> FilterWord {
    lexer.peek == UInt8(ascii: "\"") ? try lexer.quoted() : try lexer.word(isValue: false)
  }

  /// A word cut at its dots.
  ///
  /// - Parameter isAll: whether nothing follows; else a last dot leads on to what follows.
  private static func segments(_ word: FilterWord, isAll: Bool) throws(MetadataError) -> [FilterPath.Segment] {
    if word.isQuoted { return [FilterPath.Segment(name: word.text, isIndex: false, offset: word.offset)] }
    var found: [FilterPath.Segment] = []
    var (start, offset) = (0, word.offset)
    for (index, place) in word.dots + [(word.bytes.count, word.offset + word.bytes.count)] {
      if start == word.bytes.count, !isAll, !found.isEmpty { break }
      guard index > start else { throw .malformedFilter(offset: offset, because: "the name of a field is expected here") }
      let name = String(decoding: word.bytes[start..<index], as: UTF8.self)
      found.append(FilterPath.Segment(name: name, isIndex: false, offset: offset))
      (start, offset) = (index + 1, place + 1)
    }
    return found
  }

  /// `[index]`, `.name` and `."name"` after the first word.
  private mutating func members(after first: FilterWord) throws(MetadataError) -> [FilterPath.Segment] {
    var found: [FilterPath.Segment] = []
    var followsDot = !first.isQuoted && first.dots.last?.index == first.bytes.count - 1
    while let next = lexer.peek {
      if followsDot || lexer.take(".") {
        let word = try name()
        followsDot = !word.isQuoted && word.dots.last?.index == word.bytes.count - 1
        found += try Self.segments(word, isAll: !followsDot)
      } else if next == UInt8(ascii: "[") {
        found.append(try index())
      } else {
        break
      }
    }
    if followsDot { throw fault("the name of a field is expected here") }
    return found
  }

  private mutating func index() throws(MetadataError) -> FilterPath.Segment {
    let opening = lexer.at
    guard lexer.take("[") else { throw fault("an index is expected here") }
    lexer.skipSpace()
    let word = try name()
    lexer.skipSpace()
    guard lexer.take("]") else {
      throw .malformedFilter(offset: opening, because: "this bracket is never closed; add ]")
    }
    return FilterPath.Segment(name: word.text, isIndex: true, offset: word.offset)
  }

  private mutating func path() throws(MetadataError) -> FilterPath {
    let start = lexer.at
    let first = try name()
    let isAlone = lexer.peek.map { !"[.\"".utf8.contains($0) } ?? true
    let rest = isAlone ? [] : try members(after: first)
    return FilterPath(segments: try Self.segments(first, isAll: isAlone) + rest, offset: start)
  }
}

// MARK: Values and calls

extension FilterParser {
  private mutating func compared(
    _ path: FilterPath, _ operation: FilterOperator, _ depth: Int
  ) throws(MetadataError) -> FilterSyntax {
    guard lexer.peek == UInt8(ascii: "(") else { return .compare(path, operation, try value()) }
    let values = try composite(depth)
    guard operation == .notEqual else { return try Self.distribute(path, operation, over: values) }
    return .not(try Self.distribute(path, .equal, over: values))
  }

  /// `field = (A OR B)` is `(field = A OR field = B)`.
  private static func distribute(
    _ path: FilterPath, _ operation: FilterOperator, over values: FilterSyntax
  ) throws(MetadataError) -> FilterSyntax {
    func each(_ parts: [FilterSyntax]) throws(MetadataError) -> [FilterSyntax] {
      var found: [FilterSyntax] = []
      for part in parts { found.append(try distribute(path, operation, over: part)) }
      return found
    }
    let reason = "only values may stand in the parentheses after an operator"
    switch values {
    case .all(let parts): return .all(try each(parts))
    case .any(let parts): return .any(try each(parts))
    case .not(let part): return .not(try distribute(path, operation, over: part))
    case .global(let literal): return .compare(path, operation, literal)
    case .compare(let inner, _, _): throw .malformedFilter(offset: inner.offset, because: reason)
    case .call(_, _, _, let offset): throw .malformedFilter(offset: offset, because: reason)
    }
  }

  private mutating func value() throws(MetadataError) -> FilterLiteral {
    guard lexer.peek != nil else { throw fault("the filter ends where a value is expected") }
    for keyword in ["AND", "OR", "NOT"] where lexer.sees(keyword) {
      throw fault("a value is expected before \(keyword); write \"\(keyword)\" in quotes to compare with the word")
    }
    if lexer.peek == UInt8(ascii: "\"") { return try lexer.quoted().literal }
    if lexer.peek.map({ "=<>!:)],[".utf8.contains($0) }) == true {
      throw fault("a value is expected here; put texts in double quotes")
    }
    let word = try lexer.word(isValue: true)
    guard lexer.take("(") else { return word.literal }
    guard word.text == "timestamp" else {
      throw .malformedFilter(
        offset: word.offset, because: "\"\(printable(word.text))\" makes no value; the function that does is timestamp(\"…\")")
    }
    lexer.skipSpace()
    guard lexer.peek == UInt8(ascii: "\"") else { throw fault("a time in double quotes is expected here") }
    var literal = try lexer.quoted().literal
    literal.isTime = true
    try close(word.offset)
    return literal
  }

  /// Every function takes a field first and values then.
  private mutating func call(_ function: FilterWord) throws(MetadataError) -> FilterSyntax {
    guard lexer.take("(") else { throw fault("( is expected here") }
    lexer.skipSpace()
    if lexer.take(")") { return .call(function.text, nil, [], offset: function.offset) }
    let field = try path()
    var values: [FilterLiteral] = []
    lexer.skipSpace()
    while lexer.take(",") {
      lexer.skipSpace()
      values.append(try value())
      lexer.skipSpace()
    }
    try close(function.offset)
    lexer.skipSpace()
    if lexer.peek.map({ "=<>!:".utf8.contains($0) }) == true {
      throw fault("a function is a condition already; take the comparison out")
    }
    return .call(function.text, field, values, offset: function.offset)
  }

  private mutating func close(_ start: Int) throws(MetadataError) {
    lexer.skipSpace()
    guard lexer.take(")") else {
      throw .malformedFilter(offset: start, because: "the parenthesis of this function is never closed; add )")
    }
  }

  private func fault(_ reason: String) -> MetadataError { .malformedFilter(offset: lexer.at, because: reason) }
}
