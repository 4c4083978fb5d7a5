import Policies
import Testing

@Suite("Many policies")
struct PolicyIndexTests {
  /// A policy and its binding under a name of their own.
  private static func named(_ name: String, selector: String = "{}", resource: String = "pods") -> String {
    AdmissionSample.policy(
      "validations: [{expression: 'object.kind == \"Pod\"'}]",
      rules: "[{apiGroups: ['*'], apiVersions: [v1], operations: ['*'], resources: ['\(resource)']}]", selector: selector
    )
    .replacing("name: p}", with: "name: \(name)}").replacing("policyName: p", with: "policyName: \(name)")
  }

  @Test("are asked in the order of the documents, and only where they have a say")
  func order() throws {
    let prod = "{matchLabels: {kubernetes.io/metadata.name: prod}}"
    let text = [
      Self.named("a"), Self.named("b", selector: prod), Self.named("c", selector: prod.replacing("prod", with: "test")),
      Self.named("d", resource: "*"), Self.named("e", resource: "jobs"), Self.named("f", selector: prod, resource: "*/*"),
      Self.named("g"),
    ].joined(separator: "\n---\n")
    #expect(
      try AdmissionSample.judgements(text).map(\.policy)
        == ["a", "b", "d", "f", "g"].map { "ValidatingAdmissionPolicy \($0)" })
    let elsewhere = try AdmissionSample.review(namespace: "test")
    #expect(
      try AdmissionSample.judgements(text, on: elsewhere).map(\.policy)
        == ["a", "c", "d", "g"].map { "ValidatingAdmissionPolicy \($0)" })
    let part = try AdmissionSample.review(resource: "pods/ephemeralcontainers")
    #expect(try AdmissionSample.judgements(text, on: part).map(\.policy) == ["ValidatingAdmissionPolicy f"])
  }
}
