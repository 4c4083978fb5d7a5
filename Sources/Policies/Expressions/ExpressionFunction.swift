/// A function that expressions may call.
///
/// Source: cel-spec, langdef.md, List of Standard Definitions; Kubernetes' CEL libraries for lists, strings and optionals.
enum ExpressionFunction: String, Sendable {
  case size
  case contains, startsWith, endsWith
  case lowerAscii, upperAscii, trim, split, join, replace, substring, indexOf, lastIndexOf, charAt
  case isSorted, sum, min, max
  case int, uint, double, string, bool, bytes, dyn, type, timestamp, duration
  case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
  case getHours, getMinutes, getSeconds, getMilliseconds
  case optionalOf = "optional.of"
  case optionalNone = "optional.none"
  case hasValue, value, or, orValue

  /// A way to call it: what it takes, the receiver first, and what it comes to.
  struct Overload: Sendable {
    let parameters: [ExpressionType]
    let result: ExpressionType
  }

  /// Called as `x.f()`.
  var methods: [Overload] {
    switch self {
    case .size: [Overload([.string], .int), Overload([.bytes], .int), Overload([.list], .int), Overload([.map], .int)]
    case .contains, .startsWith, .endsWith: [Overload([.string, .string], .bool)]
    case .lowerAscii, .upperAscii, .trim: [Overload([.string], .string)]
    case .split: [Overload([.string, .string], .list), Overload([.string, .string, .int], .list)]
    case .join: [Overload([.list], .string), Overload([.list, .string], .string)]
    case .replace:
      [Overload([.string, .string, .string], .string), Overload([.string, .string, .string, .int], .string)]
    case .substring: [Overload([.string, .int], .string), Overload([.string, .int, .int], .string)]
    case .indexOf, .lastIndexOf:
      [Overload([.string, .string], .int), Overload([.string, .string, .int], .int), Overload([.list, .dyn], .int)]
    case .charAt: [Overload([.string, .int], .string)]
    case .isSorted: [Overload([.list], .bool)]
    case .sum, .min, .max: [Overload([.list], .dyn)]
    case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear: [Overload([.timestamp], .int)]
    case .getHours, .getMinutes, .getSeconds, .getMilliseconds:
      [Overload([.timestamp], .int), Overload([.duration], .int)]
    case .hasValue: [Overload([.optional], .bool)]
    case .value: [Overload([.optional], .dyn)]
    case .or: [Overload([.optional, .optional], .optional)]
    case .orValue: [Overload([.optional, .dyn], .dyn)]
    default: []
    }
  }

  /// Called as `f(x)`.
  var functions: [Overload] {
    func from(_ types: [ExpressionType], to result: ExpressionType) -> [Overload] { types.map { Overload([$0], result) } }
    return switch self {
    case .size: methods
    case .int: from([.int, .uint, .double, .string, .timestamp], to: .int)
    case .uint: from([.int, .uint, .double, .string], to: .uint)
    case .double: from([.int, .uint, .double, .string], to: .double)
    case .string: from([.int, .uint, .double, .string, .bytes, .bool, .timestamp, .duration], to: .string)
    case .bool: from([.bool, .string], to: .bool)
    case .bytes: from([.bytes, .string], to: .bytes)
    case .dyn: from([.dyn], to: .dyn)
    case .type: from([.dyn], to: .type)
    case .timestamp: from([.timestamp, .string, .int], to: .timestamp)
    case .duration: from([.duration, .string, .int], to: .duration)
    case .optionalOf: from([.dyn], to: .optional)
    case .optionalNone: [Overload([], .optional)]
    default: []
    }
  }

  /// What CEL or Kubernetes have beside these, to be refused by name.
  static let others: Set<String> = [
    "format", "quote", "reverse", "find", "findAll", "url", "isURL", "getScheme", "getHost", "getHostname", "getPort",
    "getEscapedPath", "getQuery", "quantity", "isQuantity", "isInteger", "asInteger", "asApproximateFloat", "sign", "add", "sub",
    "isLessThan", "isGreaterThan", "compareTo", "ip", "isIP", "cidr", "isCIDR", "containsIP", "containsCIDR", "family",
    "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast", "masked", "prefixLength",
    "group", "resource", "subresource", "namespace", "name", "path", "check", "serviceAccount", "allowed", "reason", "errored",
    "fieldSelector", "labelSelector", "requestResource", "bind", "optMap", "optFlatMap", "ofNonZeroValue", "transformList",
    "transformMap", "transformMapEntry", "sortBy", "distinct", "flatten", "slice", "first", "last", "range", "semver",
    "isSemver", "major", "minor", "patch", "encode", "decode", "greatest", "least", "ceil", "floor", "round", "abs",
    "validate", "includes", "unwrap", "unwrapOpt", "existsOne", "sets", "intersects", "equivalent",
  ]
}

extension ExpressionFunction.Overload {
  init(_ parameters: [ExpressionType], _ result: ExpressionType) {
    self.parameters = parameters
    self.result = result
  }

  /// Whether values of these types may be passed.
  func takes(_ types: [ExpressionType]) -> Bool {
    types.count == parameters.count
      && zip(types, parameters).allSatisfy { $0 == $1 || $0 == .dyn || $1 == .dyn }
  }
}
