import Attestations
import Testing

@Suite("The attestors")
struct AttestorsTests {
  let key = ExampleKey()
  let other = ExampleKey()

  @Test("are found by their full name")
  func found() throws {
    let attestors = try Attestors([Example.attestor([key.publicKey()]), Example.attestor([other.publicKey()], name: "security")])
    #expect(attestors["projects/attestors/attestors/security"]?.keys.count == 1)
    #expect(attestors["security"] == nil)
  }

  @Test("do not share a key, under whatever id: one person would count as two")
  func sharedKey() throws {
    let first = try Example.attestor([key.publicKey()])
    let second = try Example.attestor([other.publicKey(), key.publicKey(id: "alias")], name: "security")
    #expect(throws: AttestationError.sharedKey(keyID: "alias", first: first.name, second: second.name)) {
      try Attestors([first, second])
    }
  }

  @Test(
    "share a key only when no image can be judged by both",
    arguments: [
      ("namespaces/prod/attestationauthorities/qa", "namespaces/dev/attestationauthorities/qa", true),
      ("namespaces/prod/attestationauthorities/qa", "namespaces/prod/attestationauthorities/built", false),
      ("namespaces/prod/attestationauthorities/qa", "projects/attestors/attestors/built", false),
      ("projects/attestors/attestors/built", "namespaces/prod/attestationauthorities/qa", false),
      ("projects/attestors/attestors/built", "projects/attestors/attestors/security", false),
    ])
  func realms(_ first: String, _ second: String, _ isSound: Bool) throws {
    let elsewhere = try Example.attestor([other.publicKey()])
    let all = try [first, second].map {
      Attestor(name: $0, note: elsewhere.note, keys: [try key.publicKey(id: "alias of \($0)")])
    }
    if isSound {
      #expect(try Attestors([elsewhere] + all).all.count == 3)
    } else {
      #expect(throws: AttestationError.sharedKey(keyID: "alias of \(second)", first: first, second: second)) {
        try Attestors([elsewhere] + all)
      }
    }
  }

  @Test("have each one name, and each of their keys one id")
  func duplicates() throws {
    let first = try Example.attestor([key.publicKey()])
    #expect(throws: AttestationError.duplicateAttestor(first.name)) { try Attestors([first, first]) }
    let twice = try Example.attestor([key.publicKey(id: "a"), other.publicKey(id: "a")])
    #expect(throws: AttestationError.duplicateKeyID("a", attestor: twice.name)) { try Attestors([twice]) }
  }
}
