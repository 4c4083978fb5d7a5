import Images

/// A ValidatingAdmissionPolicy as `kubectl get -o yaml` prints it.
///
/// Source: Kubernetes admissionregistration.k8s.io/v1.
enum AdmissionPolicyDocument: PolicyDocument {
  static let title = "ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1)"

  static func isMeant(by document: DocumentNode) -> Bool {
    (try? document["kind"]?.string()) == "ValidatingAdmissionPolicy" && isAdmission(document)
  }

  /// Any version: another than v1 is refused by name when it is read.
  static func isAdmission(_ document: DocumentNode) -> Bool {
    (try? document["apiVersion"]?.string())?.hasPrefix("admissionregistration.k8s.io/") ?? false
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let (name, spec) = try header(of: document)
    try spec.onlyKeys([
      "matchConstraints", "matchConditions", "variables", "validations", "failurePolicy", "auditAnnotations", "paramKind",
    ])
    if let parameters = spec["paramKind"] {
      throw parameters.error("paramKind is not read", remedy: "Write the values into the expressions.")
    }
    var reader = AdmissionExpressions(attestors: draft.attestorNames)
    let constraints = try MatchResources(spec.required("matchConstraints"), isNeeded: true)
    let conditions = try reader.conditions(spec["matchConditions"])
    let variables = try reader.variables(spec["variables"])
    let validations = try reader.validations(spec["validations"])
    let annotations = try reader.annotations(spec["auditAnnotations"])
    guard !validations.isEmpty || !annotations.isEmpty else {
      throw spec.error("it demands nothing", remedy: "Write validations.")
    }
    let policy = AdmissionPolicy(
      name: "ValidatingAdmissionPolicy \(name)", constraints: constraints, conditions: conditions, variables: variables,
      validations: validations, annotations: annotations,
      ignoresErrors: try spec["failurePolicy"]?.choice(["Fail", "Ignore"]) == "Ignore", attestors: reader.demanded,
      needsRecord: reader.needsRecord)
    try reader.check(policy, at: spec)
    draft.workloads.append(policy)
  }

  /// The name and the specification of an object of this group.
  static func header(of document: DocumentNode) throws(DocumentError) -> (name: String, spec: DocumentNode) {
    try document.onlyKeys(["apiVersion", "kind", "metadata", "spec", "status"])
    let version = try document.required("apiVersion")
    guard try version.string() == "admissionregistration.k8s.io/v1" else {
      throw version.error("this version is not read", remedy: "Write admissionregistration.k8s.io/v1.")
    }
    return (try document.required("metadata").required("name").string(), try document.required("spec"))
  }
}

/// A ValidatingAdmissionPolicyBinding: where a policy holds, and what follows.
enum AdmissionBindingDocument: PolicyDocument {
  static let title = "ValidatingAdmissionPolicyBinding (admissionregistration.k8s.io/v1)"

  static func isMeant(by document: DocumentNode) -> Bool {
    (try? document["kind"]?.string()) == "ValidatingAdmissionPolicyBinding" && AdmissionPolicyDocument.isAdmission(document)
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let (name, spec) = try AdmissionPolicyDocument.header(of: document)
    try spec.onlyKeys(["policyName", "validationActions", "matchResources", "paramRef"])
    if let parameters = spec["paramRef"] {
      throw parameters.error("paramRef is not read", remedy: "Write the values into the expressions of the policy.")
    }
    let policyName = try spec.required("policyName")
    let wanted = "ValidatingAdmissionPolicy \(try policyName.string())"
    guard let index = draft.workloads.firstIndex(where: { $0.name == wanted }),
      var policy = draft.workloads[index] as? AdmissionPolicy
    else {
      throw policyName.error("there is no \(printable(wanted))", remedy: "Write the policy beside its binding.")
    }
    guard !policy.bindings.contains(where: { $0.name == name }) else {
      throw document.error("another binding of the policy has the same name", remedy: "Give each a name of its own.")
    }
    policy.bindings.append(
      AdmissionPolicy.Binding(
        name: name, resources: try MatchResources(spec["matchResources"], isNeeded: false),
        enforcement: try enforcement(spec.required("validationActions"))))
    draft.workloads[index] = policy
  }

  private static func enforcement(_ node: DocumentNode) throws(DocumentError) -> Enforcement {
    var actions: Set<String> = []
    for element in try node.elements() {
      guard actions.insert(try element.choice(["Deny", "Warn", "Audit"])).inserted else {
        throw element.error("the action stands twice", remedy: "Write each action once.")
      }
    }
    guard !actions.isEmpty else { throw node.error("nothing follows from it", remedy: "Write [Deny].") }
    guard !actions.isSuperset(of: ["Deny", "Warn"]) else {
      throw node.error("Deny and Warn say the same twice", remedy: "Write one of them.")
    }
    return actions.contains("Deny") ? .block : actions.contains("Warn") ? .warn : .audit
  }
}
