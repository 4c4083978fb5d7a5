import Foundation
import TestSupport
import Testing

@Suite("What the gate is told of evidence")
struct EvidenceConfigurationTests {
  private static let all = """
    evidence: {file: /absent/evidence.sqlite, projects: [shop, projects/other]}
    causes:
      unsigned: warn
      notScanned: allow
      storeUnreachable: {answer: deny, evidenceAgeSeconds: 3600}
      policyError: deny
      noPolicy: deny
    limits: {facts: 100}
    """

  @Test(
    "is taken as it is documented, and refused otherwise",
    arguments: [
      (all, ""), ("causes: {unsigned: maybe}", "none of deny, warn and allow"),
      ("causes: {badSignature: allow}", "badSignature"), ("causes: {policyError: allow}", "neither lastGood nor deny"),
      ("causes: {storeUnreachable: {answer: deny, evidenceAgeSeconds: -1}}", "evidenceAgeSeconds"),
      ("causes: {storeUnreachable: {evidenceAgeSecond: 1}}", "evidenceAgeSecond"),
      ("evidence: {projects: [\"a/b\"]}", "no name of a project"), ("evidence: {path: x}", "path"),
    ])
  func table(_ text: String, _ complaint: String) async throws {
    let pratique = try Pratique()
    let needed =
      "tls: {certificate: /absent/c, key: /absent/k}\npolicy: /absent/p\nattestors: /absent/a\nmetadata: {store: /absent/s}\n"
    try pratique.folder.write(["gate.yaml": Array((needed + text + "\n").utf8)])
    let started = try await pratique.run(program: "pratique-admission", ["--config", "gate.yaml"])
    #expect(started.code == 2)
    #expect(started.errors.contains(complaint.isEmpty ? "/absent/p" : complaint), "\(started.errors)")
  }

  @Test("is explained")
  func explained() async throws {
    let printed = try await Pratique().run(program: "pratique-admission", ["--print-config"])
    for name in ["evidence.file", "causes.storeUnreachable.evidenceAgeSeconds: 0", "causes.policyError: lastGood"] {
      #expect(printed.output.contains(name))
    }
  }
}
