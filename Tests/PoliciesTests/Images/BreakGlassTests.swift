import Policies
import Testing

@Suite("Breaking the glass")
struct BreakGlassTests {
  private let glass = BreakGlass(annotation: "x.test/reason", groups: ["sre-oncall"])

  private static func workload(_ annotations: [String: String]) -> Workload {
    Workload(apiVersion: "v1", kind: "Pod", name: "p", namespace: "prod", annotations: annotations, images: [])
  }

  @Test(
    "is for members of the groups, with a reason",
    arguments: [
      ("incident 42", ["sre-oncall", "devs"], true), ("incident 42", ["devs"], false), ("incident 42", [], false),
      ("incident 42", ["sre-oncall-2"], false), ("", ["sre-oncall"], false), (" \t\u{00A0}\n", ["sre-oncall"], false),
      ("\u{0}", ["sre-oncall"], false), ("true", ["devs"], false),
    ])
  func claims(_ reason: String, _ groups: [String], _ isGranted: Bool) {
    let claim = glass.claim(on: Self.workload(["x.test/reason": reason]), by: Requester(username: "u", groups: groups))
    #expect((claim == .granted(reason: reason)) == isGranted)
    if case .refused(let refusal) = claim { #expect(refusal.code == "break-glass-refused") }
    #expect(claim != .none)
  }

  @Test("is not meant where its annotation is not written")
  func none() {
    let claim = glass.claim(on: Self.workload(["x.test/Reason": "a"]), by: Requester(username: "u", groups: ["sre-oncall"]))
    #expect(claim == .none)
  }
}
