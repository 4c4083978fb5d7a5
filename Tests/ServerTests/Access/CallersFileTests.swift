import Foundation
import Metadata
import Policies
import Server
import TestSupport
import Testing

@Suite("The callers file")
struct CallersFileTests {
  static let issuers = """

    issuers:
      - issuer: https://kubernetes.default.svc
        audience: pratique
        jwks: jwks.json
    """

  @Test(
    "is refused with its place where it is wrong",
    arguments: [
      ("- name: a\n    certificate: gate", "not a name of a certificate"),
      ("- name: a\n    certificate: CN=gate, O=shop", "not a name of a certificate"),
      ("- name: a\n    certificate: 'DNS:'", "not a name of a certificate"),
      ("- name: a\n    subject: s", "recognised by one thing"), ("- name: a", "recognised by one thing"),
      ("- name: a\n    subject: s\n    issuer: https://other", "not one of the issuers"),
      ("- name: a\n    certificate: CN=a\n    subject: s\n    issuer: https://kubernetes.default.svc", "recognised by one thing"),
      ("- name: a\n    certificate: CN=a\n    roles: [{projects/p: owner}]", "not a role"),
      ("- name: a\n    certificate: CN=a\n    roles: [{projects/p/occurrences/o: viewer}]", "not a project or note"),
      ("- name: a\n    certificate: CN=a\n    roles: [{p: viewer}]", "not a project or note"),
      ("- name: a\n    certificate: CN=a\n  - name: b\n    certificate: CN=a", "the same token, certificate or subject"),
      (
        "- name: a\n    subject: s\n    issuer: https://kubernetes.default.svc\n"
          + "  - name: b\n    subject: s\n    issuer: https://kubernetes.default.svc",
        "the same token, certificate or subject"
      ),
      ("- name: a\n    certificate: CN=a\n  - name: a\n    certificate: CN=b", "the name stands twice"),
      ("- name: \"a\\nb\"\n    certificate: CN=a", "not a name"),
    ])
  func malformed(_ callers: String, _ said: String) {
    #expect {
      try Authority(parsing: "callers:\n  \(callers)\(Self.issuers)", file: "callers.yaml")
    } throws: { error in
      (error as? DocumentError)?.problem.contains(said) == true && (error as? DocumentError)?.line != nil
    }
  }

  @Test("is refused with a key set that has a secret, no usable key, or two keys of one name")
  func keySets() async throws {
    let forge = try TokenForge()
    let good = forge.key("ES256").published
    for (keys, said) in [
      ("{\"kid\":\"a\",\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "secret key"),
      ("{\"kid\":\"a\",\(good),\"d\":\"AQ\"}", "secret key"),
      ("{\"kid\":\"a\",\"use\":\"enc\",\(good)}", "no key for signatures"),
      ("{\"kid\":\"a\",\"alg\":\"HS256\",\(good)}", "no key for signatures"), ("{\(good)}", "no kid"),
      ("{\"kid\":\"a\",\(good)},{\"kid\":\"a\",\(good)}", "two have the same"),
      ("{\"kid\":\"a\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}", "malformed"), ("7", "no JSON Web Key Set"),
    ] {
      let folder = try TemporaryFolder()
      try folder.write([
        "callers.yaml": Array("callers: []\(Self.issuers)".utf8), "jwks.json": Array("{\"keys\":[\(keys)]}".utf8),
      ])
      await #expect {
        try await CallersFile(folder.path("callers.yaml"))
      } throws: {
        ($0 as? ListeningError)?.problem.contains(said) == true
      }
    }
  }

  @Test("is read again when it or a key set changes, and changes nothing while one is broken")
  func reload() async throws {
    let (first, second) = (try TokenForge(), try TokenForge())
    let (_, folder) = try await SignedTokenTests.authority(first, other: first)
    let file = try await CallersFile(folder.path("callers.yaml"))
    let authority = Authority(reading: file)
    func isKnown(_ forge: TokenForge) throws -> Bool {
      let token = try forge.token()
      return (try? authority.caller(showing: "Bearer \(token)")) != nil
    }
    #expect(try await file.reload() == false)
    #expect(try isKnown(first) && !isKnown(second))

    try folder.write(["jwks.json": Array(second.keySet.utf8)])
    #expect(try await file.reload())
    #expect(try !isKnown(first) && isKnown(second))

    for broken in [["jwks.json": "{"], ["callers.yaml": "callers: 7"]] {
      try folder.write(broken.mapValues { Array($0.utf8) })
      await #expect(throws: (any Error).self) { try await file.reload() }
      #expect(file.fault != nil)
      #expect(try isKnown(second))
    }
    try folder.write(["jwks.json": Array(second.keySet.utf8), "callers.yaml": Array(SignedTokenTests.file.utf8)])
    #expect(try await file.reload() == false)
    #expect(file.fault == nil)
  }
}
