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
    var expiry = AttestorKey.Expiry.goodWhenSigned
    let code: String?
  }

  @Test(
    "decides by when the attestation was recorded",
    arguments: [
      Case(testDescription: "no bounds, no time", created: nil, code: nil),
      Case(testDescription: "inside the window, ends included", notBefore: 1000, notAfter: 1000, code: nil),
      Case(testDescription: "before the window", notBefore: 1001, code: "key-not-yet-valid"),
      Case(testDescription: "after the window", notAfter: 999, code: "key-expired"),
      Case(testDescription: "a beginning but no time", notBefore: 1, created: nil, code: "malformed-attestation"),
      Case(testDescription: "an end to come but no time", notAfter: 2000, created: nil, code: nil),
      Case(testDescription: "an end that has come but no time", notAfter: 1999, created: nil, code: "malformed-attestation"),
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
        testDescription: "compromised afterwards, nobody knows since when",
        revocation: .init(atSeconds: 5000, reason: .compromise(sinceSeconds: nil)), code: "key-revoked"),
      Case(
        testDescription: "compromised, and seen before",
        revocation: .init(atSeconds: 5000, reason: .compromise(sinceSeconds: 1001)),
        code: nil),
      Case(
        testDescription: "compromised, and seen at that moment",
        revocation: .init(atSeconds: 5000, reason: .compromise(sinceSeconds: 1000)), code: "key-revoked"),
      Case(
        testDescription: "compromised, and seen by nobody",
        revocation: .init(atSeconds: 5000, reason: .compromise(sinceSeconds: 1001)), created: nil, code: "key-revoked"),
      Case(testDescription: "expired by now, good when signed", notAfter: 1500, code: nil),
      Case(testDescription: "expired by now, must be good now", notAfter: 1500, expiry: .goodNow, code: "key-expired"),
      Case(testDescription: "not yet good, must be good now", notBefore: 2001, expiry: .goodNow, code: "key-not-yet-valid"),
      Case(testDescription: "good now, but not when signed", notBefore: 1500, expiry: .goodNow, code: "key-not-yet-valid"),
      Case(testDescription: "good now and when signed", notBefore: 1000, notAfter: 2000, expiry: .goodNow, code: nil),
    ])
  func lifetime(_ the: Case) throws {
    let key = ExampleKey()
    let attestor = Attestor(
      name: "projects/attestors/attestors/qa", note: try Example.note(),
      keys: [try key.publicKey(notBefore: the.notBefore, notAfter: the.notAfter, revocation: the.revocation)],
      expiry: the.expiry)
    let verdict = try attestor.verdict(
      on: [Example.attestation(key.detached(), createdAtSeconds: the.created)], for: Example.image(), at: 2000)
    #expect(verdict.codes == (the.code.map { [$0] } ?? []))
    #expect(verdict.isSatisfied == (the.code == nil))
  }
}
