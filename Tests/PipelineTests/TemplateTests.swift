import Foundation
import Images
import Pipeline
import Testing

@Suite("Kubernetes templates of a pipeline")
struct TemplateTests {
  private static let deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - {name: web, image: "registry.example.test:5000/shop/web"}
            - {name: proxy, image: "registry.example.test:5000/proxy:2"}
    """

  @Test("are found by pattern, and say where the image runs and what is not pinned")
  func reviews() async throws {
    let report = try await validate([
      "deploy/web.yaml": Self.deployment, "deploy/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
      "deploy/.hidden.yaml": "nonsense", "deploy/readme.md": "nonsense",
    ])
    #expect(report.failure == nil)
    #expect(
      report.done[1].summary
        == "2 templates, 1 places that run it; not pinned by digest: deploy/web.yaml: registry.example.test:5000/proxy:2")
  }

  @Test("are looked into when they are items of a list, and when several stand in one file")
  func lists() async throws {
    let pod =
      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: 'registry.example.test:5000/shop/web'}]}}"
    let report = try await validate(["deploy/all.yaml": "apiVersion: v1\nkind: List\nitems: [\(pod)]\n---\n\(pod)\n"])
    #expect(report.done.dropFirst().first?.summary == "1 templates, 2 places that run it")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let because: String
    var testDescription: String { name }
  }

  @Test(
    "are refused, with file and reason",
    arguments: [
      Refusal(name: "no YAML", text: "kind: [", because: "deploy/a.yaml:2"),
      Refusal(name: "no name", text: "apiVersion: v1\nkind: Pod\nmetadata: {}", because: "\"name\" is missing"),
      Refusal(name: "no kind", text: "apiVersion: v1\nmetadata: {name: p}", because: "\"kind\" is missing"),
      Refusal(
        name: "containers that are none", text: "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: web}",
        because: "spec.containers"),
      Refusal(
        name: "malformed image",
        text: "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'Registry/Web'}]}",
        because: "spec.containers[0].image"),
      Refusal(
        name: "image of others only",
        text: "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: busybox}]}",
        because: "No template runs registry.example.test:5000/shop/web."),
      Refusal(
        name: "aliases that explode",
        text:
          "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
          + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
          + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]",
        because: "too large"),
    ])
  func refuses(_ the: Refusal) async throws {
    let report = try await validate(["deploy/a.yaml": the.text])
    #expect(report.failure?.stage == .validate)
    #expect(report.failure?.problem.contains(the.because) == true, "\(report.failure?.problem ?? "")")
  }

  @Test("are missed when a pattern names none")
  func missing() async throws {
    #expect(try await validate(["other/a.yaml": Self.deployment]).failure?.code == "no-template")
  }

  /// A run whose definition names `deploy/*.yaml`, in a folder with `files`.
  private func validate(_ files: [String: String]) async throws -> RunReport {
    var report: RunReport?
    try await inFolder { folder in
      for (path, text) in files {
        let file = URL(fileURLWithPath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      let bench = try Workbench()
      let definition = try PipelineDefinition(
        parsing: Workbench.definition + "\ntemplates: ['deploy/*.yaml']\n", file: "pratique.yaml")
      report = try await PipelineRun(
        definition, in: folder, workFolder: folder, version: "pratique 0", edges: bench.edges, progress: bench.told
      ).run()
    }
    return try #require(report)
  }
}
