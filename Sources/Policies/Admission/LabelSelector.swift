import Images

/// Which labels something must have.
///
/// Source: Kubernetes meta/v1 LabelSelector.
struct LabelSelector: Sendable {
  private enum Demand: Sendable {
    case isOneOf(String, Set<String>)
    case isNoneOf(String, Set<String>)
    case exists(String)
    case isAbsent(String)

    var key: String {
      switch self {
      case .isOneOf(let key, _), .isNoneOf(let key, _), .exists(let key), .isAbsent(let key): key
      }
    }
  }

  private let demands: [Demand]

  var isEmpty: Bool { demands.isEmpty }

  /// - Throws: `DocumentError` for an unknown key or operator, and for an operator without the values it needs.
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["matchLabels", "matchExpressions"])
    var demands: [Demand] = []
    for (key, value) in try node["matchLabels"]?.entries() ?? [] { demands.append(.isOneOf(key, [try value.string()])) }
    for element in try node["matchExpressions"]?.elements() ?? [] {
      try element.onlyKeys(["key", "operator", "values"])
      let key = try element.required("key").string()
      let values = Set(try element["values"]?.strings() ?? [])
      let sign = try element.required("operator").choice(["In", "NotIn", "Exists", "DoesNotExist"])
      guard values.isEmpty == (sign == "Exists" || sign == "DoesNotExist") else {
        throw element.error(
          values.isEmpty ? "\(sign) without values" : "\(sign) takes no values", remedy: "Write values with In and NotIn only.")
      }
      switch sign {
      case "In": demands.append(.isOneOf(key, values))
      case "NotIn": demands.append(.isNoneOf(key, values))
      case "Exists": demands.append(.exists(key))
      default: demands.append(.isAbsent(key))
      }
    }
    self.demands = demands
  }

  /// - Parameter label: the value of a label, nil when there is none.
  func matches(_ label: (String) -> String?) -> Bool {
    demands.allSatisfy { demand in
      let value = label(demand.key)
      return switch demand {
      case .isOneOf(_, let values): value.map(values.contains) ?? false
      case .isNoneOf(_, let values): !(value.map(values.contains) ?? false)
      case .exists: value != nil
      case .isAbsent: value == nil
      }
    }
  }

  /// The values that one label must have; nil when it may have any.
  func values(of key: String) -> Set<String>? {
    var found: Set<String>?
    for case .isOneOf(key, let values) in demands { found = found?.intersection(values) ?? values }
    return found
  }

  /// The same without what it says of one label.
  func leavingOut(_ key: String) -> LabelSelector { LabelSelector(demands: demands.filter { $0.key != key }) }

  private init(demands: [Demand]) { self.demands = demands }
}
