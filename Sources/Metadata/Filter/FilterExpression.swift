import Foundation

/// A filter whose fields and values are known and fit each other.
indirect enum FilterExpression: Sendable {
  /// At least two, none of them `all`.
  case all([FilterExpression])
  /// At least two, none of them `any`.
  case any([FilterExpression])
  /// Never of `not`.
  case not(FilterExpression)
  /// Some text of the message holds this one; ASCII letters are lower case.
  case search(String)
  case test(FilterField, FilterTest)

  /// - Parameter parts: at least one.
  static func all(of parts: [FilterExpression]) -> FilterExpression {
    let flat = parts.flatMap { part -> [FilterExpression] in
      if case .all(let inner) = part { return inner }
      return [part]
    }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  /// - Parameter parts: at least one.
  static func any(of parts: [FilterExpression]) -> FilterExpression {
    let flat = parts.flatMap { part -> [FilterExpression] in
      if case .any(let inner) = part { return inner }
      return [part]
    }
    return flat.count == 1 ? flat[0] : .any(flat)
  }

  var negated: FilterExpression {
    if case .not(let inner) = self { return inner }
    return .not(self)
  }
}

// MARK: The canonical text

extension FilterExpression {
  /// In the fewest parentheses, so that it is nested no deeper than what it was read from.
  var text: String {
    switch self {
    case .all(let parts): parts.map(\.text).joined(separator: " AND ")
    case .any(let parts): parts.map(\.inParentheses).joined(separator: " OR ")
    case .not(.test(let field, let test)) where test.isEquality: "\(field.name)!=\(test.text(for: field))"
    case .not(let part): "NOT \(part.inParentheses)"
    case .search(let text): quotedForFilter(text)
    case .test(let field, .present): "\(field.name):*"
    case .test(let field, let test): "\(field.name)\(test.symbol)\(test.text(for: field))"
    }
  }

  private var inParentheses: String {
    switch self {
    case .all, .any: "(\(text))"
    case .not, .search, .test: text
    }
  }
}

extension FilterTest {
  fileprivate var symbol: String {
    switch self {
    case .text(let comparison, _), .integer(let comparison, _), .real(let comparison, _), .time(let comparison, _):
      comparison.rawValue
    case .present, .starts, .ends, .contains, .bool, .bytes: "="
    }
  }

  fileprivate var isEquality: Bool { self != .present && symbol == "=" }

  fileprivate func text(for field: FilterField) -> String {
    switch self {
    case .present: "*"
    case .text(_, let text): quotedForFilter(field.view == .resource ? withScheme(text) : text)
    case .starts(let text):
      quotedForFilter(field.view == .resource && !text.isEmpty ? withScheme(text) : text, closes: true)
    case .ends(let text): quotedForFilter(text, opens: true)
    case .contains(let text): quotedForFilter(text, opens: true, closes: true)
    case .integer(_, let number): field.type.text(of: number)
    case .real(_, let number): field.type == .float ? "\(Float(number))" : "\(number)"
    case .bool(let value): "\(value)"
    case .bytes(let data): quotedForFilter(data.base64EncodedString())
    case .time(_, let time): quotedForFilter(FilterTime.text(time))
    }
  }

  /// What `withoutScheme` makes `key` of again.
  private func withScheme(_ key: String) -> String {
    let hasOther = isPart("://".utf8, of: key.utf8) && !key.utf8.starts(with: "https://".utf8)
    return hasOther ? key : "https://\(key)"
  }
}

extension FilterType {
  /// A number, or the name that the schema has for it.
  fileprivate func text(of number: Int64) -> String {
    guard case .enumeration(let name) = self,
      let value = FilterSchema.grafeas.enums[name]?.first(where: { $0.number == number })
    else { return String(number) }
    return quotedForFilter(value.name)
  }
}

/// `text` in double quotes with escapes, so that it is read as itself.
///
/// - Parameters:
///   - opens: whether anything may stand before it.
///   - closes: whether anything may stand after it.
func quotedForFilter(_ text: String, opens: Bool = false, closes: Bool = false) -> String {
  var out: [UInt8] = [UInt8(ascii: "\"")]
  if opens { out.append(UInt8(ascii: "*")) }
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "*"): out += [UInt8(ascii: "\\"), byte]
    case 0x7F, 0..<0x20: out += Array("\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
    default: out.append(byte)
    }
  }
  if closes { out.append(UInt8(ascii: "*")) }
  return String(decoding: out + [UInt8(ascii: "\"")], as: UTF8.self)
}
