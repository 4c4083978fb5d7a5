import Policies
import Testing

@Suite("A document written by people")
struct DocumentNodeTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let problem: String
    var testDescription: String { name }
  }

  @Test(
    "is refused as a whole when any part of it is malformed",
    arguments: [
      Refusal(name: "duplicate key", text: "a: 1\na: 2\n", problem: "stands twice"),
      Refusal(name: "unclosed list", text: "a: [\n", problem: "policy.yaml:2"),
      Refusal(name: "second document", text: "a: 1\n---\nb: [\n", problem: "policy.yaml:4"),
    ])
  func refuses(_ the: Refusal) {
    let error = #expect(throws: DocumentError.self) {
      try DocumentNode.documents(in: the.text, file: "policy.yaml", atMost: 1000)
    }
    #expect(error?.problem.contains(the.problem) == true, "\(error?.problem ?? "")")
  }

  @Test("is every document of its text, empty ones left out")
  func all() throws {
    let documents = try DocumentNode.documents(in: "a: 1\n---\n---\nb: 2\n", file: "policy.yaml", atMost: 1000)
    #expect(try documents.map { try $0.entries().map(\.key) } == [["a"], ["b"]])
  }
}
