import Images

/// What the names of a scope stand for. It is asked only for what an expression uses, and once for each that is not JSON.
package protocol ExpressionBindings {
  /// - Parameter place: of the name in the scope.
  mutating func value(at place: Int) -> ExpressionValue
}

/// Evaluates the expressions of one policy over one object. All of them share one count of steps.
struct ExpressionEvaluation<Bindings: ExpressionBindings> {
  /// Through all variables; each expression of its own is less deep than `ExpressionCompiler` lets it be.
  private static var maximumDepth: Int { 250 }

  private var bindings: Bindings
  private let variables: [Expression]
  private let names: Int
  /// What names stand for, once anything is kept; JSON is looked up again sooner than kept.
  private var bound: [ExpressionValue?] = []
  private var found: [Result<ExpressionValue, ExpressionError>?]
  private var locals: [ExpressionValue] = []
  private var depth = 0
  /// What is left of them.
  private(set) var steps: Int

  /// - Parameter variables: in the order of the scope.
  init(
    _ bindings: Bindings, names: Int, variables: [Expression] = [], steps: Int = ExpressionCost.limit
  ) {
    self.bindings = bindings
    self.variables = variables
    self.steps = steps
    self.names = names
    found = Array(repeating: nil, count: variables.count)
  }

  mutating func value(of expression: Expression) throws(ExpressionError) -> ExpressionValue {
    let value = try value(expression.node)
    if case .unknown(let why) = value { throw ExpressionError(why) }
    return value
  }

  /// - Throws: also when it comes to anything but true or false.
  mutating func bool(of expression: Expression) throws(ExpressionError) -> Bool {
    guard case .bool(let bool) = try value(of: expression) else { throw ExpressionError("it comes to neither true nor false") }
    return bool
  }

  private mutating func spend(_ count: Int) throws(ExpressionError) {
    let (rest, isOver) = steps.subtractingReportingOverflow(count)
    steps = isOver ? -1 : rest
    guard steps >= 0 else { throw .overBudget }
  }

  private mutating func value(_ node: ExpressionNode) throws(ExpressionError) -> ExpressionValue {
    try spend(1)
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw ExpressionError("variables build on each other too deep") }
    switch node {
    case .constant(let value): return value
    case .local(let place): return locals[place]
    case .global(let place): return global(place)
    case .variable(let place): return try variable(place)
    case .select(let operand, let name, let isOptional): return try field(name, of: try value(operand), isOptional)
    case .has(let operand, let name): return .bool(try has(name, in: try value(operand)))
    case .index(let whole, let key, let isOptional):
      let whole = try value(whole)
      return try element(try value(key), of: whole, isOptional)
    case .not(let operand):
      let operand = try value(operand)
      guard case .bool(let bool) = operand else { throw .noOverload("!_", operand) }
      return .bool(!bool)
    case .negative(let operand): return try ExpressionArithmetic.negated(try value(operand))
    case .equality(let one, let other, let isNegated):
      let one = try value(one)
      return .bool(try areEqual(one, try value(other)) != isNegated)
    case .choice(let condition, let yes, let no):
      let test = try value(condition)
      guard case .bool(let bool) = test else { throw .noOverload("_?_:_", test) }
      return try value(bool ? yes : no)
    case .chain(let operands, let decisive): return try chain(operands, decisive)
    case .loop(let loop): return try result(of: loop)
    default: return try calculated(node)
    }
  }

  private mutating func calculated(_ node: ExpressionNode) throws(ExpressionError) -> ExpressionValue {
    switch node {
    case .list(let elements):
      var values: [ExpressionValue] = []
      for element in elements { values.append(try known(element)) }
      return .list(values)
    case .map(let entries): return try map(entries)
    case .arithmetic(let sign, let one, let other):
      let (one, other) = (try known(one), try known(other))
      if sign == "+" { try spend(one.extent + other.extent) }
      return try ExpressionArithmetic.result(sign, one, other)
    case .comparison(let ordering, let one, let other):
      let (one, other) = (try known(one), try known(other))
      try spend((one.extent + other.extent) / 2)
      return .bool(try isOrdered(ordering, one, other))
    case .isIn(let one, let other):
      let one = try known(one)
      return .bool(try isIn(one, try known(other)))
    case .matches(let text, let pattern):
      let text = try known(text)
      guard case .string(let string) = text else { throw .noOverload("matches", text) }
      try spend((string.utf8.count + 1) * (1 + pattern.width / 8))
      return .bool(try pattern.matches(string))
    case .call(let function, let arguments):
      var values: [ExpressionValue] = []
      for argument in arguments { values.append(try known(argument)) }
      var call = ExpressionCall(function, values, steps: steps)
      defer { steps = call.steps }
      return try call.result()
    default: throw ExpressionError("it cannot be evaluated")
    }
  }

  /// A value that something is made of: what is not known stops it here.
  private mutating func known(_ node: ExpressionNode) throws(ExpressionError) -> ExpressionValue {
    let value = try value(node)
    if case .unknown(let why) = value { throw ExpressionError(why) }
    return value
  }

  private mutating func global(_ place: Int) -> ExpressionValue {
    if !bound.isEmpty, let value = bound[place] { return value }
    let value = bindings.value(at: place)
    if case .json = value { return value }
    if bound.isEmpty { bound = Array(repeating: nil, count: names) }
    bound[place] = value
    return value
  }

  private mutating func variable(_ place: Int) throws(ExpressionError) -> ExpressionValue {
    if let known = found[place] { return try known.get() }
    let outer = locals
    locals = []
    defer { locals = outer }
    do throws(ExpressionError) {
      let value = try value(of: variables[place])
      found[place] = .success(value)
      return value
    } catch {
      found[place] = .failure(error)
      throw error
    }
  }

  // MARK: Operators

  /// What decides is looked for in all operands before an error counts.
  private mutating func chain(
    _ operands: [ExpressionNode], _ decisive: Bool
  ) throws(ExpressionError) -> ExpressionValue {
    var first: ExpressionError?
    for operand in operands {
      do throws(ExpressionError) {
        let operand = try known(operand)
        guard case .bool(let bool) = operand else { throw .noOverload(decisive ? "_||_" : "_&&_", operand) }
        if bool == decisive { return .bool(decisive) }
      } catch {
        if error.isOverBudget { throw error }
        first = first ?? error
      }
    }
    if let first { throw first }
    return .bool(!decisive)
  }

  private mutating func areEqual(
    _ one: ExpressionValue, _ other: ExpressionValue
  ) throws(ExpressionError) -> Bool {
    var comparison = ExpressionComparison(steps: steps)
    defer { steps = comparison.steps }
    return try comparison.areEqual(one, other)
  }

  private func isOrdered(
    _ ordering: ExpressionOrdering, _ one: ExpressionValue, _ other: ExpressionValue
  ) throws(ExpressionError) -> Bool {
    guard let order = ExpressionComparison.order(one, other) else { throw .noOverload("_\(ordering.rawValue)_", one, other) }
    return switch ordering {
    case .less: order == .before
    case .lessOrSame: order == .before || order == .same
    case .greater: order == .after
    case .greaterOrSame: order == .after || order == .same
    }
  }

  private mutating func isIn(_ one: ExpressionValue, _ whole: ExpressionValue) throws(ExpressionError) -> Bool {
    try spend(whole.extent)
    if let elements = whole.elements {
      for element in elements where try areEqual(one, element) { return true }
      return false
    }
    switch whole {
    case .map(let map): return map[one] != nil
    case .json(let node):
      guard case .string(let key) = one else { return false }
      return node[key] != nil
    default: throw .noOverload("_in_", one, whole)
    }
  }

  private mutating func map(
    _ entries: [(key: ExpressionNode, value: ExpressionNode)]
  ) throws(ExpressionError) -> ExpressionValue {
    var map = ExpressionMap()
    for entry in entries {
      let key = try known(entry.key)
      guard ExpressionMap.Key(key) != nil, key.type != .double else { throw ExpressionError("unsupported key type") }
      guard map.add(key, try known(entry.value)) else { throw ExpressionError("repeated key in a map") }
    }
    return .map(map)
  }

  // MARK: Members

  private mutating func field(
    _ name: String, of whole: ExpressionValue, _ isOptional: Bool
  ) throws(ExpressionError) -> ExpressionValue {
    try spend(whole.extent)
    switch whole {
    case .json(let node) where node.isObject:
      let value = node[name].map { ExpressionValue($0) }
      if isOptional { return .optional(value) }
      guard let value else { throw .noKey(name) }
      return value
    case .map(let map):
      let value = map[.string(name)]
      if case .unknown(let why) = value { throw ExpressionError(why) }
      if isOptional { return .optional(value) }
      guard let value else { throw .noKey(name) }
      return value
    case .optional(let inner):
      guard let inner else { return .optional(nil) }
      return try field(name, of: inner, true)
    case .unknown(let why): throw ExpressionError(why)
    default: throw .noOverload("field selection", whole)
    }
  }

  private mutating func has(_ name: String, in whole: ExpressionValue) throws(ExpressionError) -> Bool {
    // What is asked for most often, without a box around what is found.
    if case .json(let node) = whole, node.isObject {
      try spend(whole.extent)
      return node[name] != nil
    }
    guard case .optional(.some) = try field(name, of: whole, true) else { return false }
    return true
  }

  private mutating func element(
    _ key: ExpressionValue, of whole: ExpressionValue, _ isOptional: Bool
  ) throws(ExpressionError) -> ExpressionValue {
    if case .optional(let inner) = whole {
      guard let inner else { return .optional(nil) }
      return try element(key, of: inner, true)
    }
    if whole.type == .map, let name = Self.text(key) { return try field(name, of: whole, isOptional) }
    try spend(whole.extent)
    if case .map(let map) = whole {
      let value = map[key]
      if isOptional { return .optional(value) }
      guard let value else { throw ExpressionError("no such key") }
      return value
    }
    guard let elements = whole.elements else {
      if case .json = whole { throw .noOverload("_[_]", whole, key) }
      if case .unknown(let why) = whole { throw ExpressionError(why) }
      throw .noOverload("_[_]", whole, key)
    }
    guard case .int(let index)? = ExpressionMap.Key(key), key.type.isNumber else { throw .noOverload("_[_]", whole, key) }
    let isInside = index >= 0 && index < Int64(elements.count)
    if isOptional { return .optional(isInside ? elements[Int(index)] : nil) }
    guard isInside else { throw ExpressionError("index out of bounds: \(index)") }
    return elements[Int(index)]
  }

  private static func text(_ key: ExpressionValue) -> String? {
    if case .string(let text) = key { text } else { nil }
  }

  // MARK: Macros

  private mutating func result(of loop: ExpressionLoop) throws(ExpressionError) -> ExpressionValue {
    let range = try known(loop.range)
    try spend(range.extent)
    var progress = Progress()
    if case .json(let node) = range, node.isArray {
      for element in node.elements {
        if let decided = try turn(of: loop, ExpressionValue(element), &progress) { return decided }
      }
    } else {
      guard let elements = range.elements ?? range.keys else { throw .noOverload(loop.kind.rawValue, range) }
      for element in elements {
        if let decided = try turn(of: loop, element, &progress) { return decided }
      }
    }
    if let first = progress.first { throw first }
    return switch loop.kind {
    case .all: .bool(true)
    case .exists: .bool(false)
    case .existsOne: .bool(progress.count == 1)
    case .map, .filter: .list(progress.kept)
    }
  }

  private struct Progress {
    var kept: [ExpressionValue] = []
    /// The first error, where another element may still decide.
    var first: ExpressionError?
    var count = 0
  }

  /// - Returns: what the macro comes to, once an element has decided it.
  private mutating func turn(
    of loop: ExpressionLoop, _ element: ExpressionValue, _ progress: inout Progress
  ) throws(ExpressionError) -> ExpressionValue? {
    locals.append(element)
    defer { locals.removeLast() }
    do throws(ExpressionError) {
      var isTrue = true
      if let node = loop.test { isTrue = try test(node, loop.kind) }
      switch loop.kind {
      case .all: if !isTrue { return .bool(false) }
      case .exists: if isTrue { return .bool(true) }
      case .existsOne: progress.count += isTrue ? 1 : 0
      case .filter: if isTrue { progress.kept.append(element) }
      case .map: if isTrue, let node = loop.result { progress.kept.append(try known(node)) }
      }
    } catch {
      // Another element may still decide; a list that is being made cannot do without one.
      guard loop.kind == .all || loop.kind == .exists, !error.isOverBudget else { throw error }
      progress.first = progress.first ?? error
    }
    return nil
  }

  private mutating func test(_ node: ExpressionNode, _ kind: ExpressionLoop.Kind) throws(ExpressionError) -> Bool {
    let value = try known(node)
    guard case .bool(let bool) = value else { throw .noOverload(kind.rawValue, value) }
    return bool
  }
}
