import Images

/// Looks up the fields of a written filter and makes its values what the fields are.
struct FilterTyping {
  /// Everything that stands before a parenthesis and is a condition.
  static let functions = ["has", "startsWith", "endsWith", "contains"]

  private let fields: FilterFieldLookup

  init(subject: FilterSubject) { fields = FilterFieldLookup(subject: subject) }

  /// - Throws: `MetadataError.malformedFilter` for a field, function or value that does not exist or fit.
  func expression(_ syntax: FilterSyntax) throws(MetadataError) -> FilterExpression {
    switch syntax {
    case .all(let parts): return .all(of: try each(parts))
    case .any(let parts): return .any(of: try each(parts))
    case .not(let part): return try expression(part).negated
    case .global(let literal): return try search(literal)
    case .compare(let path, let operation, let literal):
      return try comparison(try fields.field(path), operation, literal)
    case .call(let name, let path, let values, let offset):
      return try call(name, path, values, offset)
    }
  }

  private func each(_ parts: [FilterSyntax]) throws(MetadataError) -> [FilterExpression] {
    var found: [FilterExpression] = []
    for part in parts { found.append(try expression(part)) }
    return found
  }

  private func search(_ literal: FilterLiteral) throws(MetadataError) -> FilterExpression {
    guard !literal.text.isEmpty else { throw fault(literal, "an empty text is no condition; write what to look for") }
    return .search(String(decoding: lowercaseASCII(literal.text), as: UTF8.self))
  }

  // MARK: Functions

  private func call(
    _ name: String, _ path: FilterPath?, _ values: [FilterLiteral], _ offset: Int
  ) throws(MetadataError) -> FilterExpression {
    guard Self.functions.contains(name) else {
      let known = Self.functions.joined(separator: ", ")
      let reason = name == "timestamp" ? "timestamp is a value" : "there is no function \"\(printable(name))\""
      throw .malformedFilter(
        offset: offset, because: "\(reason); the functions are \(known), and timestamp after a comparison")
    }
    guard let path, values.count == (name == "has" ? 0 : 1) else {
      let form = name == "has" ? "has(field)" : "\(name)(field, \"text\")"
      throw .malformedFilter(offset: offset, because: "the function is written \(form)")
    }
    let field = try fields.field(path)
    guard let value = values.first else { return .test(field, .present) }
    guard field.type == .text, field.shape != .map else {
      throw .malformedFilter(offset: path.offset, because: "\(field.name) is no text, which \(name) is for")
    }
    let text = value.whole
    guard !text.isEmpty else { return .test(field, .starts("")) }
    switch name {
    case "startsWith": return .test(field, field.starting(text))
    case "endsWith": return .test(field, .ends(text))
    default: return .test(field, field.containing(text))
    }
  }

  // MARK: Comparisons

  private func comparison(
    _ field: FilterField, _ operation: FilterOperator, _ literal: FilterLiteral
  ) throws(MetadataError) -> FilterExpression {
    guard operation != .notEqual else { return try comparison(field, .equal, literal).negated }
    if operation == .has && literal.isStar { return .test(field, .present) }
    guard field.shape != .map else {
      guard operation == .has else {
        throw fault(literal, "\(field.name) is a map; write \(field.name).key = \"value\", or \(field.name):key")
      }
      return .test(field.choosing(key: literal.whole), .present)
    }
    return .test(field, try FilterValue(field, operation, literal).test())
  }

  private func fault(_ literal: FilterLiteral, _ reason: String) -> MetadataError {
    .malformedFilter(offset: literal.offset, because: reason)
  }
}

extension FilterField {
  /// The test for a text at the beginning; the scheme of a resource is no part of it.
  func starting(_ text: String) -> FilterTest { .starts(view == .resource ? withoutScheme(text) : text) }

  /// The test for a text anywhere; the scheme of a resource stands only at the beginning.
  func containing(_ text: String) -> FilterTest {
    guard !text.isEmpty else { return .starts("") }
    let isStart = view == .resource && text.utf8.starts(with: "https://".utf8)
    return isStart ? starting(text) : .contains(text)
  }
}

/// ASCII letters made small, all else as it is.
func lowercaseASCII(_ text: String) -> [UInt8] {
  text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
}
