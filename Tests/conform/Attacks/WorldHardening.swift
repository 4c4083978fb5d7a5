import Policies

/// The hardening of a world, and its exceptions, as documents of the product.
struct WorldHardening {
  /// One document each; empty when the world asks for neither.
  let documents: [CaseValue]

  init(_ world: World) throws {
    var documents: [CaseValue] = []
    if let level = world.policy["hardening"]?.string {
      documents.append(Self.document("PodSecurity", "hardening", ["standard": .string(level)]))
    }
    for (index, exception) in (world.policy["exceptions"]?.elements ?? []).enumerated() {
      documents.append(try Self.exception(exception, index))
    }
    self.documents = documents
  }

  /// - Throws: `Unrunnable` that names what cannot be said in the product's documents.
  static func check(_ policy: CaseValue) throws {
    if let hardening = policy["hardening"] {
      guard ["baseline", "restricted"].contains(hardening.string) else {
        throw Unrunnable("policy.hardening: \(hardening.json) is no level")
      }
    }
    for exception in policy["exceptions"]?.elements ?? [] {
      try World.refuseUnknown(
        exception, ["name", "match", "allow", "owner", "reason", "ticket", "expires"], "policy.exceptions")
    }
  }

  private static func document(_ kind: String, _ name: String, _ spec: [String: CaseValue]) -> CaseValue {
    .object([
      "apiVersion": .string("pratique.dev/v1"), "kind": .string(kind),
      "metadata": .object(["name": .string(name)]), "spec": .object(spec),
    ])
  }

  /// What the world leaves out, somebody always answers for, is filled in.
  private static func exception(_ exception: CaseValue, _ index: Int) throws -> CaseValue {
    document(
      "Exception", exception["name"]?.string ?? "exception-\(index)",
      [
        "owner": exception["owner"] ?? .string("the world"), "reason": exception["reason"] ?? .string("the case has it"),
        "ticket": exception["ticket"] ?? .string("none"),
        "expires": exception["expires"] ?? .string("2100-01-01T00:00:00Z"),
        "match": exception["match"] ?? .object([:]), "allow": try allowance(exception["allow"] ?? .object([:])),
      ])
  }

  /// Lists by value stay as they are; a switch of the pod becomes the control that forbids it.
  private static func allowance(_ allow: CaseValue) throws -> CaseValue {
    var fields: [String: CaseValue] = [:]
    var controls = allow["controls"]?.strings ?? []
    var namespaces = allow["hostNamespaces"]?.strings ?? []
    for (key, value) in allow.members where !["controls", "hostNamespaces"].contains(key) {
      if value.bool == false { continue }
      switch key {
      case "hostNetwork", "hostPID", "hostIPC": namespaces.append(key)
      case "privileged", "allowPrivilegeEscalation", "runAsNonRoot", "runAsUser": controls.append(key)
      case "hostPaths", "hostPathVolumes": fields["hostPath"] = value
      case "vulnerabilities": fields[key] = value
      default:
        guard ControlValue.Subject(rawValue: key) != nil else {
          throw Unrunnable("policy.exceptions: allow.\(key) cannot be said in the product's documents")
        }
        fields[key] = .array(value.elements.map { .string($0.text ?? $0.json) })
      }
    }
    if !controls.isEmpty { fields["controls"] = .array(controls.map { .string($0) }) }
    if !namespaces.isEmpty { fields["hostNamespaces"] = .array(namespaces.map { .string($0) }) }
    return .object(fields)
  }
}
