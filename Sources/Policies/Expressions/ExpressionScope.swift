/// The names that an expression may use, and what is known of them.
package struct ExpressionScope: Sendable {
  /// In the order in which they are bound.
  let names: [String]
  /// What `variables.x` may name: earlier expressions of the same policy, with their types.
  private(set) var variables: [(name: String, type: ExpressionType)] = []

  package init(_ names: [String]) { self.names = names }

  /// - Returns: false when there is one of that name.
  mutating func add(variable name: String, type: ExpressionType) -> Bool {
    guard !variables.contains(where: { $0.name == name }) else { return false }
    variables.append((name, type))
    return true
  }

  /// Names of Kubernetes that are not bound here, with the way round them.
  static let unsupportedNames: [String: String] = [
    "authorizer": "Write what it depends on into the policy: request.userInfo is known, the cluster's roles are not.",
    "params": "Write the values into the expression.",
    "cel": "Give the value a name under variables.",
    "math": "Use the operators.", "sets": "Use all(), exists() and in.", "base64": "Compare the text as it stands.",
    "strings": "Write the text as it is to be.", "lists": "Write the list out.", "ip": "Compare the text.",
    "cidr": "Compare the text.",
  ]

  static let types: [String: ExpressionType] = [
    "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "list": .list,
    "map": .map, "null_type": .null, "type": .type,
  ]
}
