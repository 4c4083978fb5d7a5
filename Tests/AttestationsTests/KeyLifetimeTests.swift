import Attestations
import Testing

@Suite("A key's lifetime")
struct KeyLifetimeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var notBefore: Int64?
    var notAfter: Int64?
    var revocation: AttestorKey.Revocation?
    var created: Int64? = 1000
    let code: String?
  }

  @Test(
    "decides by when the attestation was recorded",
    arguments: [
      Case(testDescription: "no bounds, no time", created: nil, code: nil),
      Case(testDescription: "inside the window, ends included", notBefore: 1000, notAfter: 1000, code: nil),
      Case(testDescription: "before the window", notBefore: 1001, code: "key-not-yet-valid"),
      Case(testDescription: "after the window", notAfter: 999, code: "key-expired"),
      Case(testDescription: "a window but no time", notAfter: 2000, created: nil, code: "malformed-attestation"),
      Case(testDescription: "a window and a time to come", notAfter: .max, created: 10_000, code: "malformed-attestation"),
      Case(testDescription: "no window and a time to come", created: 10_000, code: nil),
      Case(testDescription: "superseded afterwards", revocation: .init(atSeconds: 1001, reason: .superseded), code: nil),
      Case(
        testDescription: "superseded at that moment", revocation: .init(atSeconds: 1000, reason: .superseded), code: "key-revoked"
      ),
      Case(testDescription: "superseded before", revocation: .init(atSeconds: 900, reason: .superseded), code: "key-revoked"),
      Case(
        testDescription: "superseded, no time", revocation: .init(atSeconds: 1001, reason: .superseded), created: nil,
        code: "malformed-attestation"),
      Case(
        testDescription: "compromised afterwards", revocation: .init(atSeconds: 5000, reason: .compromise), code: "key-revoked"),
    ])
  func lifetime(_ the: Case) throws {
    let key = ExampleKey()
    let attestor = try Example.attestor([
      key.publicKey(notBefore: the.notBefore, notAfter: the.notAfter, revocation: the.revocation)
    ])
    let verdict = try attestor.verdict(
      on: [Example.attestation(key.detached(), createdAtSeconds: the.created)], for: Example.image(), at: 2000)
    #expect(verdict.codes == (the.code.map { [$0] } ?? []))
    #expect(verdict.isSatisfied == (the.code == nil))
  }
}
