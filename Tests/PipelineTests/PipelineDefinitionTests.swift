import Images
import Metadata
import Pipeline
import Policies
import Testing

@Suite("A pipeline definition")
struct PipelineDefinitionTests {
  @Test("says what is built, how, and what it takes to be vouched for")
  func reads() throws {
    let definition = try PipelineDefinition(
      parsing: """
        image: registry.example.test/shop/web
        project: shop
        builder:
          dockerfile:
            context: services/web
            file: services/web/Dockerfile
            target: release
            args: {VERSION: "1.10", DEBUG: off}
        attestors:
          - name: built-here
        templates: [deploy/*.yaml]
        gates:
          audit:
            maximumFixableSeverity: MEDIUM
            maximumUnfixableSeverity: ALLOW_ALL
            allowedCVEs: [CVE-2024-1]
            requireCoverage: any
            forbid: [runs-as-root, setuid-file]
        """, file: "pratique.yaml")
    #expect(definition.repository.description == "registry.example.test/shop/web")
    #expect(definition.tag == "latest")
    #expect(definition.attestors.map(\.note.description) == ["projects/shop/notes/built-here"])
    #expect(definition.templates == ["deploy/*.yaml"])
    #expect(definition.gate.maximumFixable == .medium && definition.gate.maximumUnfixable == .allowAll)
    #expect(!definition.gate.demandsCoverage && definition.gate.forbidden == ["runs-as-root", "setuid-file"])
    guard case .dockerfile(let dockerfile) = definition.builder else {
      Issue.record("another builder")
      return
    }
    #expect(dockerfile.arguments == ["VERSION": "1.10", "DEBUG": "off"])
    #expect(dockerfile.target == "release")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    var image = "registry.example.test/web"
    var builder = "{dockerfile: {}}"
    var rest = ""
    let at: String
    let because: String

    var testDescription: String { name }
    var text: String { "image: \(image)\nproject: shop\nbuilder: \(builder)\n\(rest)\n" }
  }

  @Test(
    "is refused with the place and the reason",
    arguments: [
      Refusal(name: "unknown key", rest: "attestor: []", at: "attestor", because: "is unknown here"),
      Refusal(name: "duplicate key", rest: "project: other", at: "", because: "stands twice"),
      Refusal(name: "tag in image", image: "registry.example.test/web:1", at: "image", because: "no place here"),
      Refusal(name: "upper case in image", image: "registry.example.test/Web", at: "image", because: "invalid path segment"),
      Refusal(name: "no builder", builder: "{}", at: "builder", because: "one builder is wanted"),
      Refusal(
        name: "two builders", builder: "{dockerfile: {}, custom: {command: [a], output: oci}}", at: "builder",
        because: "one builder is wanted"),
      Refusal(
        name: "context outside", builder: "{dockerfile: {context: ../other}}", at: "builder.dockerfile.context",
        because: "leaves the directory"),
      Refusal(
        name: "absolute file", builder: "{dockerfile: {file: /etc/passwd}}", at: "builder.dockerfile.file",
        because: "leaves the directory"),
      Refusal(
        name: "target like an option", builder: "{dockerfile: {target: --all}}", at: "builder.dockerfile.target",
        because: "not a plain name"),
      Refusal(
        name: "empty command", builder: "{custom: {command: [], output: oci}}", at: "builder.custom.command",
        because: "no program is named"),
      Refusal(
        name: "shell as command", builder: "{custom: {command: make all, output: oci}}", at: "builder.custom.command",
        because: "a list is wanted"),
      Refusal(
        name: "unknown form", builder: "{custom: {command: [make], output: zip}}", at: "builder.custom.output",
        because: "not known"),
      Refusal(
        name: "attestor twice", rest: "attestors: [{name: a}, {name: a}]", at: "attestors[1].name", because: "twice"),
      Refusal(
        name: "malformed note", rest: "attestors: [{name: a, note: notes/a}]", at: "attestors[0].note",
        because: "is not a note"),
      Refusal(
        name: "unknown severity", rest: "gates: {audit: {maximumFixableSeverity: high}}",
        at: "gates.audit.maximumFixableSeverity", because: "severity is not known"),
      Refusal(
        name: "unknown coverage", rest: "gates: {audit: {requireCoverage: most}}", at: "gates.audit.requireCoverage",
        because: "coverage is not known"),
    ])
  func refuses(_ the: Refusal) throws {
    let error = #expect(throws: DocumentError.self) {
      try PipelineDefinition(parsing: the.text, file: "pratique.yaml")
    }
    #expect(error?.path == the.at)
    #expect(error?.problem.contains(the.because) == true, "\(error?.problem ?? "")")
    #expect(error?.line != nil)
  }
}
