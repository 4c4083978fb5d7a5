package import Attestations
import Images

extension AdmissionPolicy {
  /// The attestors that its expressions name.
  package var askedAttestors: Set<String>? { Set(attestors) }

  /// What of it can never have a say, and what always says the same.
  package func findings(attestors: Attestors, at nowSeconds: Int64) -> [PolicyFinding] {
    reachFindings + conditionFindings + runtimeFindings
      + validations.enumerated().compactMap { index, validation in
        constant(validation.expression).map { finding(of: $0, at: "spec.validations[\(index)].expression") }
      }
  }

  private var reachFindings: [PolicyFinding] {
    var found: [PolicyFinding] = []
    func add(_ severity: PolicyFinding.Severity, _ code: String, _ path: String, _ problem: String, remedy: String) {
      found.append(PolicyFinding(severity, code, policy: name, path: path, problem, remedy: remedy))
    }
    if bindings.isEmpty {
      add(
        .error, "policy-unbound", "", "No binding gives it a say, so it never fires.",
        remedy: "Add a ValidatingAdmissionPolicyBinding with its name.")
    } else if case .namespaces(let names) = scope, names.isSubset(of: [""]) {
      add(
        .error, "policy-never-fires", "spec.matchConstraints.namespaceSelector",
        "It and its bindings have no namespace in common, so it never fires.", remedy: "Make their namespaceSelectors agree.")
    }
    let making: Set<String> = ["CREATE", "UPDATE", "*"]
    for (index, rule) in constraints.rules.enumerated() {
      let path = "spec.matchConstraints.resourceRules[\(index)]"
      if making.isDisjoint(with: rule.operations) {
        add(
          .warning, "rule-never-fires", path, "Only what is made or changed is judged here, so this rule never fires.",
          remedy: "Add CREATE and UPDATE.")
      } else if rule.resources.isDisjoint(with: Self.judged), !rule.resources.contains(where: { $0.contains("*") }) {
        add(
          .note, "rule-without-pods", path, "The gate judges only what runs images, and built-in resources of this name do not.",
          remedy: "Leave it to the API server, unless it is a resource with a pod in it.")
      }
    }
    return found
  }

  /// Built-in resources that run images.
  private static let judged: Set<String> = [
    "pods", "pods/ephemeralcontainers", "pods/resize", "podtemplates", "replicationcontrollers", "deployments", "replicasets",
    "statefulsets",
    "daemonsets", "jobs", "cronjobs",
  ]

  private var conditionFindings: [PolicyFinding] {
    conditions.enumerated().compactMap { index, condition in
      guard let outcome = constant(condition.expression) else { return nil }
      let path = "spec.matchConditions[\(index)].expression"
      return switch outcome {
      case .success(true):
        PolicyFinding(
          .warning, "condition-always-true", policy: name, path: path, "The match condition is always true.", remedy: "Remove it."
        )
      case .success(false):
        PolicyFinding(
          .error, "policy-never-fires", policy: name, path: path,
          "The match condition is always false, so no validation is ever reached.", remedy: "Remove the policy, or mend it.")
      case .failure(let error): failing(error, path)
      }
    }
  }

  /// What it looks at and continuous validation does not know, so that there it can say something else.
  private var runtimeFindings: [PolicyFinding] {
    guard constraints.rules.contains(where: { !$0.resources.isDisjoint(with: ["pods", "*", "*/*"]) }) else { return [] }
    let named = Set(expressions.flatMap { UnvalidatedFields.named(in: $0) }).sorted()
    guard !named.isEmpty else { return [] }
    return [
      PolicyFinding(
        .note, "expression-differs-at-runtime", policy: name,
        "Continuous validation does not know \(named.joined(separator: ", ")), so a running pod can be judged otherwise there "
          + "than when it was made.", remedy: "Look at what the template of the pod says, or take the finding for what it is.")
    ]
  }

  private func finding(of outcome: Result<Bool, ExpressionError>, at path: String) -> PolicyFinding {
    switch outcome {
    case .success(true):
      PolicyFinding(
        .warning, "validation-always-true", policy: name, path: path, "The validation is always true, so it keeps nothing out.",
        remedy: "Look at the object, or remove it.")
    case .success(false):
      PolicyFinding(
        .warning, "validation-always-false", policy: name, path: path,
        "The validation is always false, so everything it is about is kept out.", remedy: "Look at the object, or remove it.")
    case .failure(let error): failing(error, path)
    }
  }

  private func failing(_ error: ExpressionError, _ path: String) -> PolicyFinding {
    PolicyFinding(
      .error, "expression-always-fails", policy: name, path: path, "The expression always fails: \(error.text).",
      remedy: "Mend it.")
  }

  /// What an expression that looks at nothing comes to; nil for one that looks at something.
  private func constant(_ expression: Expression) -> Result<Bool, ExpressionError>? {
    guard expression.isConstant else { return nil }
    var evaluation = ExpressionEvaluation(NoNames(), names: AdmissionNames.all.count)
    do throws(ExpressionError) {
      return .success(try evaluation.bool(of: expression))
    } catch {
      return .failure(error)
    }
  }
}

/// Nothing is known, and nothing is asked.
private struct NoNames: ExpressionBindings {
  func value(at place: Int) -> ExpressionValue { .unknown("nothing is known here") }
}
