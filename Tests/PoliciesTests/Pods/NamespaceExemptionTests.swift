import Images
import Policies
import Testing

@Suite("The exemption of a namespace")
struct NamespaceExemptionTests {
  private static func namespace(_ name: String, _ labels: String) throws -> JSONNode {
    try DocumentNode(parsing: "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name), labels: \(labels)}", file: "n").json()
      .root
  }

  @Test(
    "cannot be taken by labelling",
    arguments: [
      ("tenant", "{x.test/exempt: 'true'}", "{}", true),
      ("tenant", "{x.test/exempt: 'true'}", nil, true),
      ("tenant", "{x.test/exempt: 'false'}", "{}", false),
      ("tenant", "{}", "{x.test/exempt: 'true'}", false),
      ("tenant", "{x.test/exempt: 'true', more: x}", "{x.test/exempt: 'true'}", false),
      ("tenant", "{x.test/exempt: 'true'}", "{x.test/exempt: 'false'}", true),
      ("kube-system", "{x.test/exempt: 'true'}", "{}", false),
      ("kube-system-2", "{x.test/exempt: 'true'}", "{}", true),
    ] as [(String, String, String?, Bool)])
  func labels(_ name: String, _ labels: String, _ old: String?, _ isRefused: Bool) throws {
    let exemption = NamespaceExemption(label: "x.test/exempt=true", allowed: ["kube-system"])
    let refusal = exemption.refusal(of: try Self.namespace(name, labels), old: try old.map { try Self.namespace(name, $0) })
    #expect((refusal != nil) == isRefused)
    #expect(refusal.map(\.code) ?? "namespace-exempt" == "namespace-exempt")
  }

  @Test("counts with any value when only its key is configured")
  func anyValue() throws {
    let exemption = NamespaceExemption(label: "x.test/exempt", allowed: [])
    #expect(exemption.refusal(of: try Self.namespace("tenant", "{x.test/exempt: ''}"), old: nil) != nil)
  }

  @Test("is about namespaces only")
  func others() throws {
    let exemption = NamespaceExemption(label: "x.test/exempt", allowed: [])
    let pod = try DocumentNode(parsing: "apiVersion: v1\nkind: Pod\nmetadata: {labels: {x.test/exempt: a}}", file: "p").json()
    #expect(exemption.refusal(of: pod.root, old: nil) == nil)
  }
}
