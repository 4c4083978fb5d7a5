import Images

/// Turns the text of an `IdentityPattern` into steps. Groups nest at most 16 deep.
struct PatternCompiler {
  private typealias Step = IdentityPattern.Step
  private static let maximumSteps = 4096
  private static let maximumDepth = 16

  private let scalars: [Unicode.Scalar]
  private var at = 0

  init(_ text: String) {
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "^" { scalars.removeFirst() }
    let slashes = scalars.dropLast().reversed().prefix { $0 == "\\" }.count
    if scalars.last == "$", slashes.isMultiple(of: 2) { scalars.removeLast() }
    self.scalars = scalars
  }

  mutating func steps() throws(AttestationError) -> [IdentityPattern.Step] {
    guard scalars.count <= 1024 else { throw fault("it is longer than 1024 signs") }
    let all = try alternatives(depth: 0)
    guard at == scalars.count else { throw fault("a parenthesis is not opened") }
    return all
  }

  private func fault(_ reason: String) -> AttestationError {
    .malformedIdentityPattern(printable(String(String.UnicodeScalarView(scalars))), reason)
  }

  private func bounded(_ steps: [Step]) throws(AttestationError) -> [Step] {
    guard steps.count <= Self.maximumSteps else { throw fault("it has more than \(Self.maximumSteps) steps") }
    return steps
  }

  private var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  private mutating func alternatives(depth: Int) throws(AttestationError) -> [Step] {
    guard depth <= Self.maximumDepth else { throw fault("it nests more than \(Self.maximumDepth) groups") }
    var all = try sequence(depth: depth)
    while skip("|") {
      let other = try sequence(depth: depth)
      all = try bounded([.fork(1, all.count + 2)] + all + [.jump(other.count + 1)] + other)
    }
    return all
  }

  private mutating func sequence(depth: Int) throws(AttestationError) -> [Step] {
    var all: [Step] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let item = try atom(depth: depth)
      all = try bounded(all + (try repeated(item)))
    }
    return all
  }

  private mutating func atom(depth: Int) throws(AttestationError) -> [Step] {
    guard let scalar = next else { throw fault("it ends too early") }
    at += 1
    switch scalar {
    case "(":
      if skip("?"), !skip(":") { throw fault("a group has flags or looks around") }
      let inner = try alternatives(depth: depth + 1)
      guard skip(")") else { throw fault("a parenthesis is not closed") }
      return inner
    case "[": return [try set()]
    case ".": return [.anyOf([10...10], isExcluded: true)]
    case "\\": return [try escaped()]
    case "*", "+", "?", "{", "}", "]", "^", "$": throw fault("\"\(scalar)\" stands where it means nothing")
    default: return [.one(scalar)]
    }
  }

  private mutating func repeated(_ item: [Step]) throws(AttestationError) -> [Step] {
    let (least, most) = try count()
    if next == "*" || next == "+" || next == "{" || next == "?" { throw fault("a count follows a count") }
    let copies = max(least, most ?? least + 1)
    guard item.count < Self.maximumSteps, copies * (item.count + 2) <= Self.maximumSteps else {
      throw fault("it has more than \(Self.maximumSteps) steps")
    }
    var all: [Step] = []
    for _ in 0..<least { all += item }
    if let most {
      for _ in least..<most { all += [.fork(1, item.count + 1)] + item }
    } else {
      all += [.fork(1, item.count + 2)] + item + [.jump(-item.count - 1)]
    }
    return all
  }

  /// How often the item before is taken; `most` nil means without end.
  private mutating func count() throws(AttestationError) -> (least: Int, most: Int?) {
    var found: (least: Int, most: Int?) = (1, 1)
    if skip("*") {
      found = (0, nil)
    } else if skip("+") {
      found = (1, nil)
    } else if skip("?") {
      found = (0, 1)
    } else if skip("{") {
      guard let least = number() else { throw fault("a count has no number") }
      found = (least, least)
      if skip(",") { found.most = next == "}" ? nil : number() ?? -1 }
      guard skip("}"), found.most.map({ $0 >= least }) ?? true else { throw fault("a count is malformed") }
    } else {
      return found
    }
    _ = skip("?")
    return found
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next, (48...57).contains(digit.value), (value ?? 0) <= 1000 {
      value = (value ?? 0) * 10 + Int(digit.value - 48)
      at += 1
    }
    return value
  }

  private mutating func escaped() throws(AttestationError) -> Step {
    guard let scalar = next else { throw fault("it ends with a backslash") }
    at += 1
    if let ranges = Self.classes[scalar] { return .anyOf(ranges, isExcluded: false) }
    if let lower = scalar.properties.lowercaseMapping.unicodeScalars.first, let ranges = Self.classes[lower] {
      return .anyOf(ranges, isExcluded: true)
    }
    guard scalar.isASCII, !scalar.properties.isAlphabetic, !(48...57).contains(scalar.value) else {
      throw fault("\"\\\(scalar)\" is not read")
    }
    return .one(scalar)
  }

  private mutating func set() throws(AttestationError) -> Step {
    let isExcluded = skip("^")
    var ranges: [ClosedRange<UInt32>] = []
    repeat {
      guard let scalar = next else { throw fault("a bracket is not closed") }
      at += 1
      guard scalar == "\\" else {
        ranges.append(try range(from: scalar))
        continue
      }
      switch try escaped() {
      case .one(let plain): ranges.append(try range(from: plain))
      case .anyOf(let some, false): ranges += some
      default: throw fault("a class stands excluded in a bracket")
      }
    } while next != "]"
    at += 1
    return .anyOf(ranges, isExcluded: isExcluded)
  }

  private mutating func range(from first: Unicode.Scalar) throws(AttestationError) -> ClosedRange<UInt32> {
    if first == "[", next == ":" { throw fault("a named class is not read") }
    guard next == "-", at + 1 < scalars.count, scalars[at + 1] != "]" else { return first.value...first.value }
    at += 1
    guard var last = next else { throw fault("a bracket is not closed") }
    at += 1
    if last == "\\" {
      guard case .one(let plain) = try escaped() else { throw fault("a range ends in a class") }
      last = plain
    }
    guard first.value <= last.value else { throw fault("a range runs backwards") }
    return first.value...last.value
  }

  private static let classes: [Unicode.Scalar: [ClosedRange<UInt32>]] = [
    "d": [48...57], "w": [48...57, 65...90, 95...95, 97...122], "s": [9...10, 12...13, 32...32],
  ]
}
