package import Images

/// What an expression can be about, and what it comes to.
package enum ExpressionValue: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([ExpressionValue])
  case map(ExpressionMap)
  /// A list or an object of JSON; what is in it is looked at when it is asked for.
  case json(JSONNode)
  case type(ExpressionType)
  case timestamp(ExpressionTime)
  /// In nanoseconds.
  case duration(Int64)
  indirect case optional(ExpressionValue?)
  /// It was not found out, and the text says why. To read it is an error, so that nothing is let in for it.
  case unknown(String)

  /// A value of JSON: a number without fraction that fits is an int, any other a double.
  package init(_ node: JSONNode) {
    if node.isObject || node.isArray {
      self = .json(node)
    } else if let text = node.string {
      self = .string(text)
    } else if let bool = node.bool {
      self = .bool(bool)
    } else if let int = node.int {
      self = .int(Int64(int))
    } else if let double = Double(String(decoding: node.rawBytes, as: UTF8.self)) {
      self = .double(double)
    } else {
      self = .null
    }
  }

  /// A map with texts for keys.
  package static func object(_ members: KeyValuePairs<String, ExpressionValue>) -> ExpressionValue {
    var map = ExpressionMap()
    for (key, value) in members { map.add(.string(key), value) }
    return .map(map)
  }

  /// A list of texts.
  package static func strings(_ texts: some Sequence<String>) -> ExpressionValue { .list(texts.map { .string($0) }) }

  var type: ExpressionType {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    case .list: .list
    case .map: .map
    case .json(let node): node.isArray ? .list : .map
    case .type: .type
    case .timestamp: .timestamp
    case .duration: .duration
    case .optional: .optional
    case .unknown: .dyn
    }
  }

  /// The elements of a list, nil for anything else.
  var elements: [ExpressionValue]? {
    switch self {
    case .list(let elements): elements
    case .json(let node) where node.isArray: node.elements.map { ExpressionValue($0) }
    default: nil
    }
  }

  /// The keys of a map, nil for anything else.
  var keys: [ExpressionValue]? {
    switch self {
    case .map(let map): map.keys
    case .json(let node) where node.isObject: node.members.map { .string($0.key) }
    default: nil
    }
  }

  /// Roughly what it costs to look at all of it once, not counting what its elements hold.
  var extent: Int {
    switch self {
    case .string(let text): text.utf8.count / 8
    case .bytes(let bytes): bytes.count / 8
    case .list(let elements): elements.count
    case .map(let map): map.keys.count
    case .json(let node): node.byteCount / 64
    default: 0
    }
  }
}

/// A map, its keys in the order in which they were written.
package struct ExpressionMap: Sendable {
  /// A key by what it is equal to: 1 and 1u are one.
  enum Key: Hashable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    /// UTF-8, for two texts are equal byte by byte.
    case string([UInt8])

    /// Nil for what can be no key. A double without fraction finds a whole number.
    init?(_ value: ExpressionValue) {
      switch value {
      case .bool(let bool): self = .bool(bool)
      case .int(let int): self = .int(int)
      case .uint(let uint): self = Int64(exactly: uint).map { .int($0) } ?? .uint(uint)
      case .double(let double):
        guard let key = Int64(exactly: double).map(Key.int) ?? UInt64(exactly: double).map(Key.uint) else { return nil }
        self = key
      case .string(let text): self = .string(Array(text.utf8))
      default: return nil
      }
    }
  }

  private(set) var keys: [ExpressionValue] = []
  private var values: [Key: ExpressionValue] = [:]

  package init() {}

  /// - Returns: false when the key is there already or can be none.
  @discardableResult
  mutating func add(_ key: ExpressionValue, _ value: ExpressionValue) -> Bool {
    if case .double = key { return false }
    guard let name = Key(key), values.updateValue(value, forKey: name) == nil else { return false }
    keys.append(key)
    return true
  }

  subscript(key: ExpressionValue) -> ExpressionValue? { Key(key).flatMap { values[$0] } }
}

/// The types of values. `dyn` is what is not known before it is evaluated.
package enum ExpressionType: String, Sendable {
  case bool, int, uint, double, string, bytes, list, map, type, dyn
  case null = "null_type"
  case timestamp = "google.protobuf.Timestamp"
  case duration = "google.protobuf.Duration"
  case optional = "optional_type"

  var isNumber: Bool { self == .int || self == .uint || self == .double }
}

/// Why an evaluation came to no value.
package struct ExpressionError: Error, Equatable, Sendable {
  /// In the words of CEL's own evaluators where they have some: `no such key: x`.
  package let text: String
  /// It took more steps than it may. Nothing absorbs that.
  package let isOverBudget: Bool

  package init(_ text: String, isOverBudget: Bool = false) {
    self.text = text
    self.isOverBudget = isOverBudget
  }

  static func noOverload(_ name: String, _ values: ExpressionValue...) -> ExpressionError {
    ExpressionError("no such overload: \(name)(\(values.map(\.type.rawValue).joined(separator: ", ")))")
  }

  static func noKey(_ key: String) -> ExpressionError { ExpressionError("no such key: \(printable(key))") }
}
