import Policies
import Testing

@Suite("A Hardening document")
struct HardeningDocumentTests {
  @Test(
    "is refused when it would mean nothing or something else",
    arguments: [
      "bits: {}", "bits: {runAsNonRoot: off}", "bits: {runAsNonRoot: on}", "bits: {runAsRoot: set}",
      "bits: {runAsNonRoot: {mode: set, user: 1}}", "bits: {runAsNonRoot: {mode: set}}", "bits: {capabilities: {allowed: []}}",
      "bits: {capabilities: {mode: set, allowed: [ALL]}}", "bits: {capabilities: {mode: set, allowed: [CAP_CHOWN]}}",
      "bits: {seccompProfile: {mode: set, through: field}}", "bits: {seccompProfile: {mode: set, localhostProfile: ''}}",
      "bits: {seccompProfile: {mode: set, localhostProfile: /etc/x}}",
      "bits: {seccompProfile: {mode: set, localhostProfile: a/../../b}}",
      "bits: {seccompProfile: {mode: set, annotation: x}}", "bits: {seccompProfile: {mode: set, profiles: [x]}}",
      "bits: {seccompProfile: {mode: set, byImage: [{images: [], localhostProfile: a}]}}",
      "bits: {seccompProfile: {mode: set, byImage: [{images: ['a*b'], localhostProfile: a}]}}",
      "bits: {appArmorProfile: {mode: set, through: label}}", "bits: {runtimeClassName: set}",
      "bits: {runtimeClassName: {mode: set, rules: []}}", "bits: {runtimeClassName: {mode: set, rules: [{asTheNode: true}]}}",
      "bits: {runtimeClassName: {mode: set, rules: [{namespaces: [a]}]}}",
      "bits: {runtimeClassName: {mode: set, rules: [{runtimeClass: a}, {namespaces: [b], runtimeClass: c}]}}",
      "bits: {runAsNonRoot: set}\n  match: {namespaces: []}", "bits: {runAsNonRoot: set}\n  match: {selector: {}}",
      "bits: {runAsNonRoot: set}\n  match: {kinds: [Rollout]}", "bits: {runAsNonRoot: set}\n  match: {labels: {a: b}}",
      "bits: {runAsNonRoot: set}\n  match: {selector: {matchExpressions: [{key: a, operator: In}]}}",
      "bits: {runAsNonRoot: set}\n  match: {selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
      "bits: {runAsNonRoot: set}\n  enforcement: BLOCK", "bits: {runAsNonRoot: set}\n  whenUnset: never",
    ])
  func refusals(_ spec: String) {
    let text = "apiVersion: pratique.dev/v1\nkind: Hardening\nmetadata: {name: x}\nspec:\n  \(spec)\n"
    let error = #expect(throws: DocumentError.self) {
      try Rulebook(policies: [PolicyText(text, file: "h.yaml")], attestors: nil)
    }
    #expect((error?.line ?? 0) >= 4, "\(String(describing: error))")
  }

  @Test("needs a name, and one of its own")
  func names() {
    let text = "apiVersion: pratique.dev/v1\nkind: Hardening\nmetadata: {}\nspec: {bits: {runAsNonRoot: set}}\n"
    #expect(throws: DocumentError.self) { try Rulebook(policies: [PolicyText(text, file: "h.yaml")], attestors: nil) }
    let twice = [text, text].map { PolicyText($0.replacing("{}", with: "{name: x}"), file: "h.yaml") }
    #expect(throws: DocumentError.self) { try Rulebook(policies: twice, attestors: nil) }
  }
}
