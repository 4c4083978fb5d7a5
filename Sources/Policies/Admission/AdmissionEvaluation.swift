import Images

/// One policy over one review: what its expressions come to, in their order, out of one count of steps.
struct AdmissionEvaluation {
  private var evaluation: ExpressionEvaluation<AdmissionNames>
  /// Why it does not hold.
  private(set) var reasons: [Reason] = []
  /// What could not be evaluated.
  private(set) var errors: [Reason] = []
  /// What its `auditAnnotations` say, for the record.
  private(set) var annotations: [String] = []
  /// The first rule that does not hold, or that could not be evaluated.
  private(set) var rule = "validations"

  init(_ names: AdmissionNames, variables: [Expression]) {
    evaluation = ExpressionEvaluation(names, names: AdmissionNames.all.count, variables: variables)
  }

  // The policy is handed on and not held: it is large, and evaluated very often.

  /// - Returns: false when the match conditions leave the policy no say.
  mutating func run(_ policy: AdmissionPolicy) -> Bool {
    guard isMeant(policy) else { return false }
    guard errors.isEmpty else { return true }
    for index in policy.validations.indices {
      do throws(ExpressionError) {
        if try evaluation.bool(of: policy.validations[index].expression) { continue }
        let (validation, place) = (policy.validations[index], "validations[\(index)]")
        if reasons.isEmpty, errors.isEmpty { rule = place }
        reasons.append(.expressionDenied(message(of: validation), for: validation.reason, by: policy.name, place))
      } catch {
        add(error, at: "validations[\(index)]", of: policy)
      }
    }
    for annotation in policy.annotations { annotate(annotation.key, annotation.expression, policy) }
    return true
  }

  /// One that is false decides, even beside one that cannot be evaluated.
  private mutating func isMeant(_ policy: AdmissionPolicy) -> Bool {
    for (index, condition) in policy.conditions.enumerated() {
      do throws(ExpressionError) {
        guard try evaluation.bool(of: condition.expression) else {
          errors = []
          return false
        }
      } catch {
        add(error, at: "matchConditions[\(index)]", of: policy)
      }
    }
    return true
  }

  private mutating func add(_ error: ExpressionError, at place: String, of policy: AdmissionPolicy) {
    if reasons.isEmpty, errors.isEmpty { rule = place }
    errors.append(.expressionFailed(error, by: policy.name, place))
  }

  /// Source: Kubernetes; a message that is empty, has line ends, or cannot be made, gives way to the plain one.
  private mutating func message(of validation: AdmissionPolicy.Validation) -> String {
    if let expression = validation.messageExpression, case .string(let text)? = try? evaluation.value(of: expression) {
      let trimmed = text.split { $0.isWhitespace }.joined(separator: " ")
      if !trimmed.isEmpty, !text.contains(where: \.isNewline), text.utf8.count <= 5 << 10 { return printable(trimmed) }
    }
    return validation.message ?? "failed expression: \(printable(validation.expression.text))"
  }

  private mutating func annotate(_ key: String, _ expression: Expression, _ policy: AdmissionPolicy) {
    do throws(ExpressionError) {
      switch try evaluation.value(of: expression) {
      case .string(let text): if !text.isEmpty { annotations.append("\(key): \(printable(String(text.prefix(10_240))))") }
      case .null: break
      default: throw ExpressionError("it comes to neither a text nor null")
      }
    } catch {
      add(error, at: "auditAnnotations", of: policy)
    }
  }
}

extension Reason {
  fileprivate static func expressionDenied(
    _ message: String, for reason: String?, by policy: String, _ place: String
  ) -> Reason {
    let code =
      switch reason {
      case "Unauthorized": "expression-unauthorized"
      case "Forbidden": "expression-forbidden"
      case "RequestEntityTooLarge": "expression-too-large"
      default: "expression-invalid"
      }
    let ending = message.hasSuffix(".") ? "" : "."
    return Reason(
      code: code, problem: message + ending, remedy: "Change the object so that \(place) of \(policy) holds.")
  }

  fileprivate static func expressionFailed(_ error: ExpressionError, by policy: String, _ place: String) -> Reason {
    Reason(
      code: error.isOverBudget ? "expression-over-budget" : "expression-error",
      problem: "\(place) of \(policy) could not be evaluated: \(error.text).",
      remedy: error.isOverBudget
        ? "Make the object smaller, or ask the owner of the policy for a cheaper expression."
        : "Write what it looks for into the object, or ask the owner of the policy to guard it with has().")
  }
}
