import Attestations
import Metadata
import Policies
import Signing
import Testing

@Suite("A checks file")
struct ChecklistTests {
  private static let attestors: Attestors? = try? Attestors(
    ["diy", "nobody"].map { name in
      Attestor(
        name: "projects/shop/attestors/\(name)", note: try NoteName(parsing: "projects/shop/notes/\(name)"),
        keys: [try AttestorKey(id: nil, algorithm: .ecdsaP256SHA256, pem: KeyPair(generating: .ecdsaP256SHA256).publicPEM)])
    } + [
      Attestor(
        name: "projects/shop/attestors/statements", note: try NoteName(parsing: "projects/shop/notes/statements"), keys: [],
        predicateType: "https://slsa.dev/provenance/v1")
    ])

  private static func read(_ text: String) throws -> Checklist {
    try Checklist(DocumentNode(parsing: text, file: "checks.yaml"), attestors: #require(attestors))
  }

  private static let bcrypt = "$2y$05$.PaOjV8GdqSHSmUtfolsJeF6LsAq/3CNsFCYGb3IoN/mO9xj1c/yG"

  @Test("says which checks there are, who vouches, which groups, who may ask")
  func whole() throws {
    let checklist = try Self.read(
      """
      project: shop
      registries: [registry.example.test:5000, docker.io]
      checks:
        is_shop: {organization: github.com/shop, builders: [b]}
        nobody: {attestor: projects/shop/attestors/nobody, signer: keys/nobody.key}
        diy: {repositories: ["registry.example.test:5000/shop/**"]}
      groups:
        production: [diy, nobody]
      onPush: production
      dryRun: true
      deadlineSeconds: 5
      users: [{name: ci, passwordBcrypt: "\(Self.bcrypt)"}]
      tokens: [{name: registry, tokenSHA256: \(String(repeating: "ab", count: 32))}]
      """)
    #expect(checklist.entries.map(\.name) == ["diy", "nobody", "is_shop"])
    #expect(checklist.entries(for: "all")?.count == 3)
    #expect(checklist.entries(for: "production")?.map(\.name) == ["diy", "nobody"])
    #expect(checklist.entries(for: "nobody")?.map(\.name) == ["nobody"])
    #expect(checklist.entries(for: "fresh") == nil && checklist.entries(for: "") == nil)
    #expect(checklist.entries[1].attestor?.note.id == "nobody" && checklist.entries[1].signer == "keys/nobody.key")
    #expect(checklist.isDryRun && checklist.deadlineSeconds == 5 && checklist.onPush == "production")
    #expect(checklist.users.map(\.hash) == [.bcrypt(Self.bcrypt)])
    #expect(checklist.tokens.map(\.hash) == [.sha256(Array(repeating: 0xAB, count: 32))])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let place: String
    var testDescription: String { name }
  }

  private static func document(
    _ more: String = "", registries: String = "[docker.io]", checks: String = "{nobody: {}}", project: String = "shop"
  ) -> String {
    "project: \(project)\nregistries: \(registries)\nchecks: \(checks)\n\(more)\n"
  }

  static let refusals: [Refusal] = [
    Refusal(name: "unknown key", text: document("scanner: metadata"), place: "4"),
    Refusal(name: "no project", text: document(project: "a/b"), place: "1"),
    Refusal(name: "no registry", text: document(registries: "[]"), place: "2"),
    Refusal(name: "a registry with a path", text: document(registries: "[docker.io/library]"), place: "2"),
    Refusal(name: "another name of Docker Hub", text: document(registries: "[index.docker.io]"), place: "2"),
    Refusal(name: "no check", text: document(checks: "{}"), place: "3"),
    Refusal(name: "unknown check", text: document(checks: "{nobdy: {}}"), place: "3"),
    Refusal(name: "a check without settings", text: document(checks: "{nobody: }"), place: "3"),
    Refusal(name: "unknown setting", text: document(checks: "{nobody: {strict: true}}"), place: "3"),
    Refusal(name: "a check twice", text: document(checks: "{nobody: {}, nobody: {}}"), place: "3"),
    Refusal(name: "an organisation without name", text: document(checks: "{is_: {organization: github.com/a}}"), place: "3"),
    Refusal(name: "a path in a name", text: document(checks: "{is_a/b: {organization: github.com/a}}"), place: "3"),
    Refusal(name: "an organisation that is none", text: document(checks: "{is_a: {organization: github.com}}"), place: "3"),
    Refusal(name: "no repositories", text: document(checks: "{diy: {repositories: []}}"), place: "3"),
    Refusal(name: "a bare prefix", text: document(checks: "{diy: {repositories: [\"gcr.io/team**\"]}}"), place: "3"),
    Refusal(name: "no age", text: document(checks: "{fresh: {}}"), place: "3"),
    Refusal(
      name: "a source with a scheme",
      text: document(checks: "{provenance: {builders: [b], sources: [\"https://github.com/a/b\"]}}"), place: "3"),
    Refusal(name: "no builders", text: document(checks: "{approved: {evidence: forge}}"), place: "3"),
    Refusal(name: "unknown attestor", text: document(checks: "{nobody: {attestor: projects/shop/attestors/no}}"), place: "3"),
    Refusal(
      name: "an attestor of two checks",
      text: document(
        checks:
          "{nobody: {attestor: projects/shop/attestors/diy}, diy: {repositories: [a/b], attestor: projects/shop/attestors/diy}}"),
      place: "3"),
    Refusal(
      name: "an attestor of statements", text: document(checks: "{nobody: {attestor: projects/shop/attestors/statements}}"),
      place: "3"),
    Refusal(name: "a signer for nobody", text: document(checks: "{nobody: {signer: a.key}}"), place: "3"),
    Refusal(name: "a group of nothing", text: document("groups: {production: []}"), place: "4"),
    Refusal(name: "a group of what is not run", text: document("groups: {production: [diy]}"), place: "4"),
    Refusal(name: "a group by the name of a check", text: document("groups: {diy: [nobody]}"), place: "4"),
    Refusal(name: "a group by a name of the server", text: document("groups: {all: [nobody]}"), place: "4"),
    Refusal(name: "a push that asks for nothing", text: document("onPush: production"), place: "4"),
    Refusal(name: "no deadline", text: document("deadlineSeconds: 0"), place: "4"),
    Refusal(name: "no users", text: document("users: []"), place: "4"),
    Refusal(name: "a user without password", text: document("users: [{name: a}]"), place: "4"),
    Refusal(name: "a password in the clear", text: document("users: [{name: a, passwordBcrypt: hunter2}]"), place: "4"),
    Refusal(
      name: "a hash that takes minutes",
      text: document("users: [{name: a, passwordBcrypt: \"\(bcrypt.replacing("$05$", with: "$31$"))\"}]"), place: "4"),
    Refusal(name: "a token in the clear", text: document("tokens: [{name: a, tokenSHA256: hunter2}]"), place: "4"),
    Refusal(
      name: "a secret of two",
      text: document("users: [{name: a, passwordBcrypt: \"\(bcrypt)\"}, {name: b, passwordBcrypt: \"\(bcrypt)\"}]"), place: "4"),
  ]

  @Test("is refused as a whole, with the place, when any part of it means nothing", arguments: refusals)
  func refuses(_ the: Refusal) {
    let error = #expect(throws: DocumentError.self) { try Self.read(the.text) }
    #expect(error?.line.map(String.init) == the.place, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("hunter2") != true)
  }

  @Test("knows every check once")
  func names() {
    #expect(Set(allChecks.map { $0.name }).count == allChecks.count)
  }
}

@Suite("A source repository")
struct SourceRepositoryTests {
  @Test(
    "is one whatever way it is written",
    arguments: [
      "https://github.com/shop/web", "git+https://github.com/shop/web.git@refs/heads/main", "git@github.com:shop/web.git",
      "ssh://git@github.com/shop/web", "git+ssh://git@GITHUB.com/shop/web.git#main", "https://user:pass@github.com/shop/web/",
      "github.com/shop/web?ref=main", "git://github.com/shop/web",
    ])
  func forms(_ text: String) {
    #expect(SourceRepository(text)?.description == "github.com/shop/web")
  }

  @Test(
    "is none where it could be read in two ways",
    arguments: [
      "", "github.com", "https://github.com", "https://github.com/", "https:///shop/web", "https://github.com/shop//web",
      "https://github.com/shop/../web", "https://github.com/./web", "https://github.com/shop/%2e%2e/web",
      "https://github.com\\@evil.test/shop/web", "https://github.com/shop/web\n", "https://github.com/shöp/web",
      "https://evil.test#@github.com/shop/web", "https://github.com/.git",
    ])
  func refusals(_ text: String) {
    #expect(SourceRepository(text) == nil)
  }

  @Test("is the host that a client would dial, not the user before it")
  func users() {
    #expect(SourceRepository("https://github.com@evil.test/shop/web")?.host == "evil.test")
    #expect(SourceRepository("https://github.com:x@evil.test/shop/web")?.host == "evil.test")
  }
}
