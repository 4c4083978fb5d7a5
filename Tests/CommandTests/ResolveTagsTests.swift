import Foundation
import TestSupport
import Testing

private func has(_ programs: String...) -> Bool {
  programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
}

/// A manifest that needs no registry.
private let pinned = """
  # The web.
  kind: Pod
  apiVersion: v1
  metadata: {name: web, namespace: prod}
  spec:
    containers:
    - image: "registry.example.test/shop/web@sha256:\(String(repeating: "ab", count: 32))"   # kept
      name: web

  """

extension Pratique {
  /// Runs the program as `kubectl` would run its plugin, with a `kubectl` before it that writes down what it is asked.
  fileprivate func runPlugin(_ arguments: [String], kubectlCode: Int = 0) async throws -> Outcome {
    try folder.write([
      "bin/kubectl": Array("#!/bin/sh\necho \"$@\" >>asked\ncat >>applied\nexit \(kubectlCode)\n".utf8)
    ])
    let plugin = folder.path("bin/kubectl-pratique")
    if !FileManager.default.fileExists(atPath: plugin) {
      try FileManager.default.createSymbolicLink(
        atPath: plugin, withDestinationPath: Pratique.programs.appending(path: "pratique").path)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/kubectl"))
    return try await run(
      tool: plugin, arguments, environment: ["PATH": "\(folder.path("bin")):/usr/bin:/bin"])
  }

  fileprivate func text(_ name: String) throws -> String { try String(contentsOfFile: folder.path(name), encoding: .utf8) }
}

@Suite("Tags of manifests")
struct ResolveTagsTests {
  /// A real registry with one image, and what the commands make of files that name it by tag.
  private static let journey = """
    set -eu
    skopeo copy -q --dest-tls-verify=false oci:layout:1 docker://127.0.0.1:$REGISTRY/shop/web:1
    resolve() { "$PRATIQUE" resolve-tags --plain-http 127.0.0.1:$REGISTRY "$@"; }
    resolve -f web.yaml >web.out
    resolve -f web.yaml -f web.json >both.out
    resolve -f web.yaml -o json >found.json
    ! resolve -f web.yaml -f missing.yaml --in-place >missing.out 2>missing.err || exit 9
    cp web.yaml untouched.yaml
    chmod 640 web.yaml
    resolve -f web.yaml --in-place
    stat -c %a web.yaml
    """

  @Test(
    "become digests, each in its place",
    .enabled(if: has("docker-registry", "skopeo"), "needs docker-registry and skopeo"))
  func registry() async throws {
    let pratique = try Pratique()
    let registry = try LocalRegistry(in: pratique.folder)
    defer { registry.stop() }
    let image = TestImage(tars: [TarBuilder.build { $0.file("hello", "hi") }], user: "10001")
    let repository = "\(registry.host)/shop/web"
    let yaml = "a: {image: '\(repository):1'} # one\nimage: \(repository):1\n---\nb: \"\\u0041\"\n"
    let json = "{\n  \"image\": \"\(repository):1\"\n}\n"
    var files: [String: [UInt8]] = [:]
    for (name, bytes) in image.layoutFiles(tag: "1") { files["layout/\(name)"] = bytes }
    files["web.yaml"] = Array(yaml.utf8)
    files["web.json"] = Array(json.utf8)
    files["missing.yaml"] = Array("a: b\nimage: \(repository):2\n".utf8)
    try pratique.folder.write(files)
    let outcome = try await pratique.run(
      tool: "/bin/bash", ["-c", Self.journey],
      environment: ["PRATIQUE": Pratique.programs.appending(path: "pratique").path, "REGISTRY": "\(registry.port)"])
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    let resolved = yaml.replacing("\(repository):1", with: "\(repository)@\(image.digest)")
    #expect(try pratique.text("web.out") == resolved)
    #expect(
      try pratique.text("both.out")
        == "---web.yaml---\n\(resolved)---web.json---\n" + json.replacing(":1\"", with: "@\(image.digest)\""))
    #expect(try pratique.text("found.json").contains("\"line\" : 2"))
    #expect(try pratique.text("missing.err").contains("missing.yaml:2:8: image: \(repository):2 cannot be looked up"))
    #expect(try pratique.text("missing.out").isEmpty && pratique.text("untouched.yaml") == yaml)
    #expect(try pratique.text("web.yaml") == resolved)
    #expect(outcome.output == "640\n")
  }

  @Test("that cannot be looked up are told with their line, and nothing is applied")
  func unreachable() async throws {
    let pratique = try Pratique()
    try pratique.folder.write([
      "good.yaml": Array(pinned.utf8), "web.yaml": Array("a: b\nspec: {image: \"127.0.0.1:1/shop/web:1\"}\n".utf8),
    ])
    let outcome = try await pratique.runPlugin(["resolve-tags", "-f", "good.yaml", "-f", "web.yaml", "-a"])
    #expect(outcome.code == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("web.yaml:2:16: spec.image: 127.0.0.1:1/shop/web:1 cannot be looked up"), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: pratique.folder.path("asked")))
  }

  @Test("are refused where they name no image, and where the command contradicts itself")
  func refused() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["web.yaml": Array("a: b\nimage: \"{{ image }}\"\n".utf8)])
    let template = try await pratique.run("resolve-tags", "-f", "web.yaml")
    #expect(template.code == 2 && template.errors.contains("web.yaml:2:8: image: it names no image"), "\(template.errors)")
    for arguments in [
      ["-f", "web.yaml", "-a", "--in-place"], ["-f", "-", "--in-place"], ["-f", "web.yaml", "--", "-n", "x"], [],
    ] {
      #expect(try await pratique.run(program: "pratique", ["resolve-tags"] + arguments).code == 2, "\(arguments)")
    }
  }
}

@Suite("The plugin of kubectl")
struct KubectlPluginTests {
  @Test("has kubectl apply what has digests, with the arguments that are meant for it")
  func apply() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["k8s/a.yaml": Array(pinned.utf8), "k8s/b.json": Array("{\"kind\": \"List\"}".utf8)])
    let outcome = try await pratique.runPlugin(["resolve-tags", "-f", "k8s", "-a", "--", "--namespace", "shop"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try pratique.text("asked") == "apply -f - --namespace shop\napply -f - --namespace shop\n")
    #expect(try pratique.text("applied") == pinned + "{\"kind\": \"List\"}")
    let failed = try await pratique.runPlugin(["resolve-tags", "-f", "k8s/a.yaml", "-a"], kubectlCode: 7)
    #expect(failed.code == 2 && failed.errors.contains("kubectl did not apply k8s/a.yaml: it ended with 7"))
  }

  @Test("is told as kubectl calls it, and has what people want beside kubectl")
  func names() async throws {
    let pratique = try Pratique()
    let help = try await pratique.runPlugin(["--help"])
    #expect(help.code == 0 && help.output.contains("USAGE: kubectl pratique <subcommand>"), "\(help.output)")
    for name in ["resolve-tags", "test"] { #expect(help.output.contains("\n  \(name)")) }
    #expect(!help.output.contains("\n  serve"))
    let bad = try await pratique.runPlugin(["resolve-tags", "--nope"])
    #expect(bad.code == 2 && bad.errors.contains("kubectl pratique resolve-tags"), "\(bad.errors)")
  }

  @Test("judges manifests by a folder of policies, Kritis' objects among them")
  func test() async throws {
    let pratique = try Pratique()
    let policy = """
      apiVersion: kritis.grafeas.io/v1beta1
      kind: ImageSecurityPolicy
      metadata: {name: scanned, namespace: prod}
      spec: {packageVulnerabilityRequirements: {maximumSeverity: LOW}}
      """
    try pratique.folder.write(["policies/isp.yaml": Array(policy.utf8), "web.yaml": Array(pinned.utf8)])
    let denied = try await pratique.runPlugin(["test", "--policy", "policies", "web.yaml"])
    #expect(denied.code == 1 && denied.output.contains("[not-scanned]"), "\(denied.output)\(denied.errors)")
    try pratique.folder.write([
      "policies/isp.yaml": Array(policy.replacing("LOW", with: "CRITICAL").utf8)
    ])
    let allowed = try await pratique.runPlugin(["test", "--policy", "policies", "web.yaml"])
    #expect(allowed.code == 0 && allowed.output.contains("allowed web.yaml: Pod web"), "\(allowed.output)\(allowed.errors)")
  }

  @Test("is found and run by kubectl itself", .enabled(if: has("kubectl"), "needs kubectl"))
  func kubectl() async throws {
    let pratique = try Pratique()
    try pratique.folder.write(["web.yaml": Array(pinned.utf8)])
    _ = try await pratique.runPlugin(["--version"])
    try FileManager.default.removeItem(atPath: pratique.folder.path("bin/kubectl"))
    let path = ["PATH": "\(pratique.folder.path("bin")):/usr/bin:/bin"]
    let list = try await pratique.run(tool: "/usr/bin/kubectl", ["plugin", "list"], environment: path)
    #expect(list.output.contains("/bin/kubectl-pratique"), "\(list.output)\(list.errors)")
    let printed = try await pratique.run(
      tool: "/usr/bin/kubectl", ["pratique", "resolve-tags", "-f", "web.yaml"], environment: path)
    #expect(printed.code == 0 && printed.output == pinned, "\(printed.errors)")
  }
}

@Suite("Kritis' objects from the command line")
struct KritisCommandTests {
  @Test("are sound, and what of them is none is told as settings of the gate")
  func check() async throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Deploy/kritis/examples")
    let outcome = try await Pratique().run("policy", "check", folder.standardized.path)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("GenericAttestationPolicy prod"))
    #expect(outcome.output.contains("In the gate's settings write metadata.server: https://metadata.example.test:8443"))
  }

  @Test("keep a signer from vouching for what nobody has scanned")
  func signing() async throws {
    let pratique = try Pratique()
    let policy = """
      apiVersion: kritis.grafeas.io/v1beta1
      kind: VulnzSigningPolicy
      metadata: {name: before-signing}
      spec: {imageVulnerabilityRequirements: {maximumFixableSeverity: LOW}}
      """
    let checks =
      "project: shop\nregistries: [registry.example.test]\nchecks:\n  provenance: {builders: [b], sources: [github.com/shop/**]}\n"
    try pratique.folder.write(["vulnz.yaml": Array(policy.utf8), "checks.yaml": Array(checks.utf8)])
    let image = "registry.example.test/shop/web@sha256:\(String(repeating: "ab", count: 32))"
    let outcome = try await pratique.run("check", image, "--checks", "checks.yaml", "--signing-policy", "vulnz.yaml")
    #expect(outcome.code == 2)
    #expect(outcome.output.contains("undecided VulnzSigningPolicy default/before-signing"), "\(outcome.output)\(outcome.errors)")
  }
}
