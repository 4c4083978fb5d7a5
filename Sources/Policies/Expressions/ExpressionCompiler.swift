import Images

/// Gives the names of an expression their places, checks that types fit, and adds up what it may cost.
///
/// Types are known of literals, operators and functions; what objects hold is `dyn` and is checked when it is evaluated, as
/// Kubernetes does for objects without a schema.
struct ExpressionCompiler {
  /// A part with what is known of it.
  struct Part {
    let node: ExpressionNode
    let type: ExpressionType
    let cost: ExpressionCost

    init(_ node: ExpressionNode, _ type: ExpressionType, _ cost: ExpressionCost) {
      self.node = node
      self.type = type
      self.cost = cost
    }
  }

  /// How deep the tree may be, which is how deep its evaluation may go.
  static let maximumDepth = 100

  let scope: ExpressionScope
  /// What macros go through, the outermost first.
  var locals: [String] = []
  private var depth = 0
  /// Names of the scope that it uses.
  private(set) var globals: Set<String> = []
  private(set) var usesVariables = false
  /// Fields that are selected anywhere.
  private(set) var fields: Set<String> = []
  /// The same with what they are fields of, where that is told by names alone: `object.metadata.name`.
  private(set) var paths: Set<String> = []
  /// Texts that are written in it.
  private(set) var texts: Set<String> = []

  init(_ scope: ExpressionScope) { self.scope = scope }

  mutating func part(_ syntax: ExpressionSyntax) throws(ExpressionFault) -> Part {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw ExpressionFault(
        .costly, at: syntax.offset, "it nests more than \(Self.maximumDepth) deep", remedy: "Use variables.")
    }
    let found = try undepthed(syntax)
    depth -= 1
    return found
  }

  private mutating func undepthed(_ syntax: ExpressionSyntax) throws(ExpressionFault) -> Part {
    switch syntax {
    case .constant(let value, _): return constant(value)
    case .name(let name, let at): return try named(name, at)
    case .select(let operand, let name, let isOptional, let at): return try select(operand, name, isOptional, at)
    case .index(let operand, let index, let isOptional, let at): return try indexed(operand, index, isOptional, at)
    case .call(let receiver, let name, let arguments, let at): return try call(receiver, name, arguments, at)
    case .list(let elements, _):
      let parts = try parts(elements)
      return Part(.list(parts.map(\.node)), .list, .of(parts.map(\.cost), extent: parts.count))
    case .map(let entries, let at): return try map(entries, at)
    case .unary(let sign, let operand, let at):
      let part = try part(operand)
      if sign == "!" {
        try need(part, [.bool], of: "!_", at)
        return Part(.not(part.node), .bool, .of([part.cost]))
      }
      try need(part, [.int, .double], of: "-_", at)
      return Part(.negative(part.node), part.type, .of([part.cost]))
    case .binary(let sign, let one, let other, let at): return try binary(sign, try part(one), try part(other), at)
    case .chain(let sign, let operands, let at):
      let parts = try parts(operands)
      for part in parts { try need(part, [.bool], of: "_\(sign)_", at) }
      return Part(.chain(parts.map(\.node), decisive: sign == "||"), .bool, .of(parts.map(\.cost)))
    case .choice(let condition, let yes, let no, let at):
      let (test, yes, no) = (try part(condition), try part(yes), try part(no))
      try need(test, [.bool], of: "_?_:_", at)
      guard yes.type == no.type || yes.type == .dyn || no.type == .dyn else { throw mismatch("_?_:_", [test, yes, no], at) }
      return Part(
        .choice(test.node, yes.node, no.node), yes.type == no.type ? yes.type : .dyn,
        .of([test.cost, yes.cost, no.cost], extent: max(yes.cost.extent, no.cost.extent)))
    }
  }

  mutating func parts(_ all: [ExpressionSyntax]) throws(ExpressionFault) -> [Part] {
    var found: [Part] = []
    for syntax in all { found.append(try part(syntax)) }
    return found
  }

  private mutating func constant(_ value: ExpressionValue) -> Part {
    var extent = 1
    if case .string(let text) = value {
      texts.insert(text)
      extent = text.utf8.count
    }
    return Part(.constant(value), value.type, ExpressionCost(1, extent: extent))
  }

  private mutating func named(_ name: String, _ at: Int) throws(ExpressionFault) -> Part {
    let once = ExpressionCost(1)
    if let local = locals.lastIndex(of: name) { return Part(.local(local), .dyn, once) }
    if let global = scope.names.firstIndex(of: name) {
      globals.insert(name)
      return Part(.global(global), .dyn, once)
    }
    if let type = ExpressionScope.types[name] { return Part(.constant(.type(type)), .type, once) }
    if let remedy = ExpressionScope.unsupportedNames[name] {
      throw ExpressionFault(.unsupported, at: at, "\(name) is not known here", remedy: remedy)
    }
    let known = (scope.names + (scope.variables.isEmpty ? [] : ["variables.NAME"])).joined(separator: ", ")
    throw ExpressionFault(.malformed, at: at, "\"\(printable(name))\" is not declared", remedy: "Use one of: \(known).")
  }

  // MARK: Members

  private mutating func select(
    _ operand: ExpressionSyntax, _ name: String, _ isOptional: Bool, _ at: Int
  ) throws(ExpressionFault) -> Part {
    if case .name("variables", _) = operand, !locals.contains("variables"), !scope.names.contains("variables") {
      guard let place = scope.variables.firstIndex(where: { $0.name == name }) else {
        throw ExpressionFault(
          .malformed, at: at, "there is no variable \"\(printable(name))\" yet", remedy: "Define it before it is used.")
      }
      usesVariables = true
      return Part(.variable(place), scope.variables[place].type, ExpressionCost(1))
    }
    let part = try part(operand)
    try need(part, [.map, .optional], of: "field selection", at)
    let field = Self.unescaped(name)
    note(field, of: part.node)
    return Part(
      .select(part.node, field, isOptional: isOptional), isOptional || part.type == .optional ? .optional : .dyn,
      .of([part.cost]))
  }

  /// The field behind `has(a.b)`.
  mutating func presence(_ syntax: ExpressionSyntax, _ at: Int) throws(ExpressionFault) -> Part {
    guard case .select(let operand, let name, false, _) = syntax else {
      throw ExpressionFault(.malformed, at: at, "has() takes a field, such as has(object.spec)")
    }
    let part = try part(operand)
    try need(part, [.map, .optional], of: "has()", at)
    let field = Self.unescaped(name)
    note(field, of: part.node)
    return Part(.has(part.node, field), .bool, .of([part.cost]))
  }

  private mutating func indexed(
    _ operand: ExpressionSyntax, _ index: ExpressionSyntax, _ isOptional: Bool, _ at: Int
  ) throws(ExpressionFault) -> Part {
    let (whole, key) = (try part(operand), try part(index))
    try need(whole, [.list, .map, .optional], of: "_[_]", at)
    if case .constant(.string(let field)) = key.node { note(field, of: whole.node) }
    if whole.type == .list, key.type != .dyn, !key.type.isNumber { throw mismatch("_[_]", [whole, key], at) }
    return Part(
      .index(whole.node, key.node, isOptional: isOptional), isOptional || whole.type == .optional ? .optional : .dyn,
      .of([whole.cost, key.cost]))
  }

  private mutating func note(_ field: String, of node: ExpressionNode) {
    fields.insert(field)
    if let whole = path(of: node) { paths.insert("\(whole).\(field)") }
  }

  /// Nil for what is more than names and fields.
  private func path(of node: ExpressionNode) -> String? {
    switch node {
    case .global(let place): scope.names[place]
    case .select(let whole, let field, _), .index(let whole, .constant(.string(let field)), _):
      path(of: whole).map { "\($0).\(field)" }
    default: nil
    }
  }

  private mutating func map(
    _ entries: [(key: ExpressionSyntax, value: ExpressionSyntax)], _ at: Int
  ) throws(ExpressionFault) -> Part {
    var found: [(key: ExpressionNode, value: ExpressionNode)] = []
    var costs: [ExpressionCost] = []
    for entry in entries {
      let (key, value) = (try part(entry.key), try part(entry.value))
      try need(key, [.bool, .int, .uint, .string], of: "a key of a map", at)
      found.append((key.node, value.node))
      costs += [key.cost, value.cost]
    }
    return Part(.map(found), .map, .of(costs, extent: entries.count))
  }

  /// Source: Kubernetes, "Escaping" of property names in CEL; a name that does not come of it stays as it is.
  static func unescaped(_ name: String) -> String {
    guard name.contains("__") else { return name }
    if name.hasPrefix("__"), name.hasSuffix("__"), escapedWords.contains(String(name.dropFirst(2).dropLast(2))) {
      return String(name.dropFirst(2).dropLast(2))
    }
    let signs = [("__dot__", "."), ("__dash__", "-"), ("__slash__", "/"), ("__underscores__", "__")]
    var rest = name[...]
    var found = ""
    while !rest.isEmpty {
      if let sign = signs.first(where: { rest.hasPrefix($0.0) }) {
        found += sign.1
        rest = rest.dropFirst(sign.0.count)
      } else {
        found.append(rest.removeFirst())
      }
    }
    return found
  }

  private static let escapedWords: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
    "package", "namespace", "return", "var", "void", "while",
  ]

  // MARK: Types

  func need(_ part: Part, _ types: [ExpressionType], of what: String, _ at: Int) throws(ExpressionFault) {
    guard part.type == .dyn || types.contains(part.type) else { throw mismatch(what, [part], at) }
  }

  func mismatch(_ what: String, _ parts: [Part], _ at: Int) -> ExpressionFault {
    let types = parts.map(\.type.rawValue).joined(separator: ", ")
    return ExpressionFault(
      .malformed, at: at, "no overload of \(what) takes (\(types))", remedy: "Convert a value, as with int() or string().")
  }
}
