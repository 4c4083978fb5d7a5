package import Images

extension DocumentNode {
  /// The same value as JSON, scalars read as `kubectl` reads them: YAML 1.1, so an unquoted `yes` or `on` is true,
  /// `0755` is octal and `~` is null, while anything quoted stays text.
  ///
  /// - Parameter limitBytes: a longer result is refused; aliases can make a short document long.
  /// - Throws: `DocumentError`, also for merge keys and for numbers JSON cannot hold.
  ///
  /// Source: sigs.k8s.io/yaml, which `kubectl` uses; YAML 1.1 types bool, int, float, null.
  package func json(atMost limitBytes: Int = 3 << 20) throws(DocumentError) -> JSONDocument {
    var text: [UInt8] = []
    try write(to: &text, atMost: limitBytes, depth: 0)
    do throws(JSONError) {
      return try JSONDocument(parsing: text, atMost: limitBytes)
    } catch {
      throw self.error(error.problem, remedy: error.remedy)
    }
  }

  private func write(to text: inout [UInt8], atMost limitBytes: Int, depth: Int) throws(DocumentError) {
    guard text.count <= limitBytes, depth <= 100 else {
      throw error("the document is too large or too deep once its aliases are written out", remedy: "Make it smaller.")
    }
    if isMapping {
      text.append(UInt8(ascii: "{"))
      for (index, entry) in try entries().enumerated() {
        guard entry.key != "<<" else { throw entry.value.error("merge keys are not read", remedy: "Write the keys out.") }
        if index > 0 { text.append(UInt8(ascii: ",")) }
        appendQuoted(entry.key, to: &text)
        text.append(UInt8(ascii: ":"))
        try entry.value.write(to: &text, atMost: limitBytes, depth: depth + 1)
      }
      text.append(UInt8(ascii: "}"))
    } else if isSequence {
      text.append(UInt8(ascii: "["))
      for (index, element) in try elements().enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        try element.write(to: &text, atMost: limitBytes, depth: depth + 1)
      }
      text.append(UInt8(ascii: "]"))
    } else {
      try writeScalar(to: &text)
    }
  }

  private func writeScalar(to text: inout [UInt8]) throws(DocumentError) {
    guard !isNull else { return text.append(contentsOf: Array("null".utf8)) }
    let written = try string()
    guard isPlainScalar else { return appendQuoted(written, to: &text) }
    switch PlainScalar(written) {
    case .bool(let value): text.append(contentsOf: Array((value ? "true" : "false").utf8))
    case .number(let number): text.append(contentsOf: Array(number.utf8))
    case .null: text.append(contentsOf: Array("null".utf8))
    case .text: appendQuoted(written, to: &text)
    case .unfit: throw error("the number \(printable(written)) has no JSON form", remedy: "Quote it.")
    }
  }
}

/// What an unquoted scalar means in YAML 1.1.
private enum PlainScalar {
  case bool(Bool)
  /// In the grammar of JSON.
  case number(String)
  case null
  case text
  case unfit

  init(_ text: String) {
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": self = .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": self = .bool(false)
    case "", "~", "null", "Null", "NULL": self = .null
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN": self = .unfit
    default: self = Self.integer(text) ?? Self.fraction(text) ?? .text
    }
  }

  private static func integer(_ text: String) -> PlainScalar? {
    var digits = text.replacing("_", with: "")[...]
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
    guard let first = digits.utf8.first, (48...57).contains(first) else { return nil }
    let (body, radix): (Substring, Int) =
      if digits.hasPrefix("0x") { (digits.dropFirst(2), 16) } else if digits.hasPrefix("0b") {
        (digits.dropFirst(2), 2)
      } else if digits.hasPrefix("0o") { (digits.dropFirst(2), 8) } else if digits.hasPrefix("0"), digits.count > 1 {
        (digits.dropFirst(), 8)
      } else { (digits, 10) }
    guard let magnitude = UInt64(body, radix: radix), !body.hasPrefix("+") else { return nil }
    return .number((isNegative ? "-" : "") + String(magnitude))
  }

  private static func fraction(_ text: String) -> PlainScalar? {
    let digits = text.replacing("_", with: "")
    let allowed = digits.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    guard allowed, digits.utf8.contains(where: { (48...57).contains($0) }), let value = Double(digits) else { return nil }
    return value.isFinite ? .number(jsonNumber(value)) : .unfit
  }

  /// `Double` prints `1e+16` and `inf` in no other way than JSON allows, once it is known to be finite.
  private static func jsonNumber(_ value: Double) -> String { value.description }
}
