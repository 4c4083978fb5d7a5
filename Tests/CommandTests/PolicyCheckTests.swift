import Foundation
import TestSupport
import Testing

@Suite("A check of policies from the command line")
struct PolicyCheckTests {
  static let shadowed = """
    admissionWhitelistPatterns:
      - namePattern: registry.example.test/infra/*
      - namePattern: registry.example.test/infra/agent
    defaultAdmissionRule:
      evaluationMode: ALWAYS_DENY
      enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
    """
  static let unbound = """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: p}
    spec:
      matchConstraints:
        resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
      validations: [{expression: object.spec.hostNetwork == false}]
    """

  @Test("tells of warnings, which fail it only when it is strict")
  func warnings() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["policy.yaml": Array(Self.shadowed.utf8)])
    let checked = try await pratique.run("policy", "check", "policy.yaml")
    #expect(checked.code == 0, "\(checked.errors)")
    #expect(checked.output.contains("policy.yaml:3"))
    #expect(checked.output.contains("[pattern-shadowed]"))
    #expect(try await pratique.run("policy", "check", "--strict", "policy.yaml").code == 1)
  }

  @Test("fails on an error, and says where for people and for programs")
  func errors() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["policy.yaml": Array(Self.unbound.utf8)])
    for format in ["table", "json", "sarif"] {
      let checked = try await pratique.run("policy", "check", "--output", format, "policy.yaml")
      #expect(checked.code == 1, "\(format): \(checked.errors)")
      #expect(checked.output.contains("policy-unbound"), "\(format)")
      if format != "table" { _ = try JSONSerialization.jsonObject(with: Data(checked.output.utf8)) }
    }
  }

  @Test("names what of CEL is not read")
  func unsupported() async throws {
    let pratique = try Pratique()
    let text = Self.unbound.replacing("object.spec.hostNetwork == false", with: "params.allowed")
    try pratique.folder.write(["policy.yaml": Array(text.utf8)])
    let checked = try await pratique.run("policy", "check", "policy.yaml")
    #expect(checked.code == 1)
    #expect(checked.errors.contains("params is not known here"))
    #expect(checked.errors.contains("unsupported-expression"))
  }
}
