import Images

/// Reads the expressions of one policy, each in the scope of what stands before it.
struct AdmissionExpressions {
  /// More variables than this are refused, and more rules of one sort.
  private static let limit = 64

  private var scope = ExpressionScope(AdmissionNames.all)
  /// Full names of the attestors that may be named; nil for any.
  private let attestors: Set<String>?
  /// Full names of the attestors that are named, each once.
  private(set) var demanded: [String] = []
  /// Whether any asks for what is recorded of images.
  private(set) var needsRecord = false

  init(attestors: Set<String>?) { self.attestors = attestors }

  mutating func conditions(_ node: DocumentNode?) throws(DocumentError) -> [(name: String, expression: Expression)] {
    var found: [(name: String, expression: Expression)] = []
    for element in try elements(node) {
      try element.onlyKeys(["name", "expression"])
      let name = try element.required("name").string()
      guard !found.contains(where: { $0.name == name }) else {
        throw element.error("another condition has the same name", remedy: "Give each a name of its own.")
      }
      found.append((name, try expression(element.required("expression"), as: .bool)))
    }
    return found
  }

  mutating func variables(_ node: DocumentNode?) throws(DocumentError) -> [Expression] {
    var found: [Expression] = []
    for element in try elements(node) {
      try element.onlyKeys(["name", "expression"])
      let name = try element.required("name")
      let text = try name.string()
      guard !text.isEmpty, text.utf8.allSatisfy({ isLetter($0) || isDigit($0) }), !isDigit(text.utf8.first ?? 0) else {
        throw name.error("no name that an expression can use", remedy: "Use letters, digits and underscores.")
      }
      let read = try expression(element.required("expression"))
      guard scope.add(variable: text, type: read.type) else {
        throw name.error("another variable has the same name", remedy: "Give each a name of its own.")
      }
      found.append(read)
    }
    return found
  }

  mutating func validations(_ node: DocumentNode?) throws(DocumentError) -> [AdmissionPolicy.Validation] {
    var found: [AdmissionPolicy.Validation] = []
    for element in try elements(node) {
      try element.onlyKeys(["expression", "message", "messageExpression", "reason"])
      let messageExpression = try element["messageExpression"].map { (node) throws(DocumentError) in
        try expression(node, as: .string)
      }
      if let message = element["message"], try message.string().contains(where: \.isNewline) {
        throw message.error("a message is one line", remedy: "Write it in one line.")
      }
      found.append(
        AdmissionPolicy.Validation(
          expression: try expression(element.required("expression"), as: .bool), message: try element["message"]?.string(),
          messageExpression: messageExpression,
          reason: try element["reason"]?.choice(["Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"])))
    }
    return found
  }

  mutating func annotations(_ node: DocumentNode?) throws(DocumentError) -> [(key: String, expression: Expression)] {
    var found: [(key: String, expression: Expression)] = []
    for element in try elements(node) {
      try element.onlyKeys(["key", "valueExpression"])
      found.append((try element.required("key").string(), try expression(element.required("valueExpression"))))
    }
    return found
  }

  /// What can be told only of all expressions together.
  func check(_ policy: AdmissionPolicy, at node: DocumentNode) throws(DocumentError) {
    let total = policy.expressions.reduce(0) { $0 + $1.cost.steps }
    guard total <= ExpressionCost.limit else {
      throw node.error(
        "its expressions may take \(total) steps together and \(ExpressionCost.limit) are allowed",
        remedy: "Split the policy, or nest fewer macros.")
    }
    let asks = policy.expressions.contains { $0.fields.contains("attestedBy") || $0.texts.contains("attestedBy") }
    guard !asks || !demanded.isEmpty else {
      throw node.error(
        "attestedBy is asked and no attestor is named, so nobody would be asked",
        remedy: "Write the full name as a text: 'projects/PROJECT/attestors/ID' in image.evidence.attestedBy.")
    }
  }

  // MARK: One of them

  private func elements(_ node: DocumentNode?) throws(DocumentError) -> [DocumentNode] {
    guard let node else { return [] }
    let all = try node.elements()
    guard all.count <= Self.limit else { throw node.error("there are more than \(Self.limit)", remedy: "Split the policy.") }
    return all
  }

  private mutating func expression(
    _ node: DocumentNode, as type: ExpressionType = .dyn
  ) throws(DocumentError) -> Expression {
    let text = try node.string()
    let expression: Expression
    do throws(ExpressionFault) {
      expression = try Expression(text, in: scope, as: type)
    } catch {
      throw node.error(Self.reason(error, in: text), remedy: error.remedy)
    }
    if !expression.fields.union(expression.texts).isDisjoint(with: AdmissionImages.recorded) { needsRecord = true }
    for name in expression.texts.sorted() where Self.isAttestor(name) {
      guard attestors?.contains(name) ?? true else {
        throw node.error("there is no attestor \(printable(name))", remedy: "Add it to the attestors, or mend the name.")
      }
      if !demanded.contains(name) { demanded.append(name) }
    }
    return expression
  }

  /// With what stands at the fault.
  private static func reason(_ fault: ExpressionFault, in text: String) -> String {
    let place = text.utf8.dropFirst(fault.offset).prefix(24)
    let near = String(decoding: Array(place), as: UTF8.self)
    return "\(fault.reason)\(near.isEmpty ? "" : ", at \"\(printable(near))\"") [\(fault.code)]"
  }

  private static func isAttestor(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "projects" && parts[2] == "attestors" && !parts[1].isEmpty && !parts[3].isEmpty
  }
}
