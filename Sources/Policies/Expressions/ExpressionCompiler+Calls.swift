import Images

extension ExpressionCompiler {
  // MARK: Operators

  func binary(_ sign: String, _ one: Part, _ other: Part, _ at: Int) throws(ExpressionFault) -> Part {
    let costs = [one.cost, other.cost]
    let fits = one.type == .dyn || other.type == .dyn
    switch sign {
    case "==", "!=":
      guard fits || one.type == other.type || (one.type.isNumber && other.type.isNumber) else {
        throw mismatch("_\(sign)_", [one, other], at)
      }
      return Part(
        .equality(one.node, other.node, isNegated: sign == "!="), .bool,
        .of(costs, own: 1 + min(one.cost.extent, other.cost.extent) / 8))
    case "in":
      try need(other, [.list, .map], of: "_in_", at)
      return Part(.isIn(one.node, other.node), .bool, .of(costs, own: 1 + other.cost.extent))
    case "+", "-", "*", "/", "%":
      let type = Self.result(sign, one.type, other.type)
      guard let type else { throw mismatch("_\(sign)_", [one, other], at) }
      return Part(
        .arithmetic(sign, one.node, other.node), type,
        .of(costs, extent: one.cost.extent + other.cost.extent, own: 1 + (one.cost.extent + other.cost.extent) / 8))
    default:
      let isOrdered = [one, other].allSatisfy { !Self.unordered.contains($0.type) }
      guard isOrdered, fits || one.type == other.type || (one.type.isNumber && other.type.isNumber),
        let ordering = ExpressionOrdering(rawValue: sign)
      else { throw mismatch("_\(sign)_", [one, other], at) }
      return Part(.comparison(ordering, one.node, other.node), .bool, .of(costs))
    }
  }

  private static let unordered: Set<ExpressionType> = [.null, .list, .map, .type, .optional]

  /// Nil when there is no such operation.
  private static func result(_ sign: String, _ one: ExpressionType, _ other: ExpressionType) -> ExpressionType? {
    let allowed: Set<ExpressionType> =
      switch sign {
      case "+": [.int, .uint, .double, .string, .bytes, .list, .timestamp, .duration]
      case "-": [.int, .uint, .double, .timestamp, .duration]
      case "*", "/": [.int, .uint, .double]
      default: [.int, .uint]
      }
    guard one == .dyn || allowed.contains(one), other == .dyn || allowed.contains(other) else { return nil }
    if one == .dyn || other == .dyn { return .dyn }
    switch (one, sign, other) {
    case (.timestamp, "-", .timestamp): return .duration
    case (.timestamp, _, .duration), (.duration, "+", .timestamp): return .timestamp
    case (.timestamp, _, _), (_, _, .timestamp): return nil
    default: return one == other ? one : nil
    }
  }

  // MARK: Calls

  mutating func call(
    _ receiver: ExpressionSyntax?, _ name: String, _ arguments: [ExpressionSyntax], _ at: Int
  ) throws(ExpressionFault) -> Part {
    if receiver == nil, name == "has" {
      guard arguments.count == 1 else { throw ExpressionFault(.malformed, at: at, "has() takes one field") }
      return try presence(arguments[0], at)
    }
    if let receiver, let kind = ExpressionLoop.Kind(rawValue: name) { return try loop(kind, receiver, arguments, at) }
    if case .name("optional", _) = receiver, !locals.contains("optional") {
      return try call(ExpressionFunction(rawValue: "optional.\(name)"), "optional.\(name)", try parts(arguments), nil, at)
    }
    if name == "matches" { return try matches((receiver.map { [$0] } ?? []) + arguments, at) }
    let target = try receiver.map { (syntax) throws(ExpressionFault) in try part(syntax) }
    guard ExpressionFunction(rawValue: name) != nil else { throw unknown(name, at) }
    return try call(ExpressionFunction(rawValue: name), name, try parts(arguments), target, at)
  }

  private func call(
    _ function: ExpressionFunction?, _ name: String, _ arguments: [Part], _ receiver: Part?, _ at: Int
  ) throws(ExpressionFault) -> Part {
    let overloads = (receiver == nil ? function?.functions : function?.methods) ?? []
    guard let function, !overloads.isEmpty else {
      throw unknown(name, at)
    }
    let all = (receiver.map { [$0] } ?? []) + arguments
    let types = all.map(\.type)
    let fitting = overloads.filter { $0.takes(types) }
    guard let first = fitting.first else { throw mismatch("\(name)()", all, at) }
    let type = fitting.allSatisfy { $0.result == first.result } ? first.result : .dyn
    let extents = all.map(\.cost.extent)
    let own = 1 + extents.reduce(0) { min($0 + $1, 1 << 20) }
    return Part(
      .call(function, all.map(\.node)), type, .of(all.map(\.cost), extent: extents.max() ?? 1, own: own))
  }

  private func unknown(_ name: String, _ at: Int) -> ExpressionFault {
    let isOther = ExpressionFunction.others.contains(name) || name.hasPrefix("optional.")
    return ExpressionFault(
      isOther ? .unsupported : .malformed, at: at,
      isOther ? "the function \(name)() is not read" : "there is no function \"\(printable(name))\" to be called like that",
      remedy: "Documentation/guides/expressions.md lists the functions.")
  }

  private mutating func matches(_ arguments: [ExpressionSyntax], _ at: Int) throws(ExpressionFault) -> Part {
    guard arguments.count == 2 else { throw ExpressionFault(.malformed, at: at, "matches() takes a text and a pattern") }
    let text = try part(arguments[0])
    try need(text, [.string], of: "matches()", at)
    guard case .constant(.string(let written), _) = arguments[1] else {
      throw ExpressionFault(
        .unsupported, at: at, "the pattern of matches() is not a text that is written out",
        remedy: "Write the pattern as a text, so that it can be checked before it is used.")
    }
    do throws(ExpressionError) {
      let pattern = try ExpressionPattern(written)
      return Part(
        .matches(text.node, pattern), .bool,
        .of([text.cost], own: 1 + min(text.cost.extent, ExpressionCost.assumedBytes) * (1 + pattern.width / 8)))
    } catch {
      throw ExpressionFault(.unsupported, at: arguments[1].offset, error.text, remedy: "Write a simpler pattern.")
    }
  }

  // MARK: Macros

  private mutating func loop(
    _ kind: ExpressionLoop.Kind, _ receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax], _ at: Int
  ) throws(ExpressionFault) -> Part {
    let isLong = kind == .map && arguments.count == 3
    guard arguments.count == 2 || isLong else {
      throw ExpressionFault(
        arguments.count == 3 ? .unsupported : .malformed, at: at,
        "\(kind.rawValue)() takes a name and an expression" + (kind == .map ? ", or a name, a test and an expression" : ""))
    }
    guard case .name(let name, _) = arguments[0] else {
      throw ExpressionFault(.malformed, at: arguments[0].offset, "\(kind.rawValue)() takes a plain name first")
    }
    let range = try part(receiver)
    try need(range, [.list, .map], of: "\(kind.rawValue)()", at)
    locals.append(name)
    let bodies = try parts(Array(arguments.dropFirst()))
    locals.removeLast()
    let test = kind == .map && !isLong ? nil : bodies.first
    if let test { try need(test, [.bool], of: "\(kind.rawValue)()", at) }
    let result = kind == .map ? bodies.last : nil
    let extent = kind == .map || kind == .filter ? range.cost.extent : 1
    return Part(
      .loop(ExpressionLoop(kind: kind, range: range.node, test: test?.node, result: result?.node)),
      kind == .map || kind == .filter ? .list : .bool,
      ExpressionCost.of(bodies.map(\.cost)).each(of: range.cost, extent: extent))
  }
}
