import TestSupport
import Testing

@Suite("The command check")
struct CheckCommandTests {
  private let image = "registry.example.test/shop/web@sha256:\(String(repeating: "a", count: 64))"

  private func prepared(_ more: String = "") throws -> Pratique {
    let pratique = try Pratique()
    let text = """
      project: shop
      registries: [registry.example.test]
      checks:
        sbom: {}
        snakeoil: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW}
        provenance: {builders: [b], sources: [github.com/shop/web]}
      groups: {build: [provenance]}
      \(more)
      """
    try pratique.folder.write(["checks.yaml": Array(text.utf8)])
    return pratique
  }

  @Test("says 1 when a check fails, with the reason and what to do")
  func failed() async throws {
    let outcome = try await prepared().run("check", image, "--checks", "checks.yaml")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("failed sbom\n  No SBOM and no packages of the image are recorded. Record its packages"))
    #expect(outcome.output.contains("undecided snakeoil") && outcome.output.contains("[not-scanned]"))
  }

  @Test("says 2 when nothing failed and something could not be decided, and runs only what is asked")
  func undecided() async throws {
    let outcome = try await prepared().run("check", image, "--checks", "checks.yaml", "--check", "build", "-o", "json")
    #expect(outcome.code == 2)
    #expect(outcome.output.contains(#""name" : "provenance""#) && !outcome.output.contains("sbom"))
    #expect(outcome.output.contains(#""verdict" : "undecided""#) && outcome.output.contains(#""success" : false"#))
  }

  @Test("says 2 and what to do when it is used badly")
  func badUsage() async throws {
    let pratique = try prepared()
    let missing = try await pratique.run("check", image)
    #expect(missing.code == 2 && missing.errors.contains("--checks is missing"))
    let unknown = try await pratique.run("check", image, "--checks", "checks.yaml", "--check", "nobody")
    #expect(unknown.code == 2 && unknown.errors.contains("Name one of: snakeoil, provenance, sbom, build"))
    let broken = try await prepared("nonsense: 1").run("check", image, "--checks", "checks.yaml")
    #expect(broken.code == 2 && broken.errors.contains("checks.yaml:8"))
  }

  @Test("attests nothing silently: every check that is run has a signer, and the file is no dry run")
  func attesting() async throws {
    let bare = try await prepared().run("check", image, "--checks", "checks.yaml", "--check", "sbom", "--attest")
    #expect(bare.code == 2 && bare.errors.contains("The check sbom has no signer to attest with."), "\(bare)")
    let dry = try await prepared("dryRun: true").run("check", image, "--checks", "checks.yaml", "--attest")
    #expect(dry.code == 2 && dry.errors.contains("is a dry run"), "\(dry)")
  }

  @Test("opens the keys of the checks that are run alone, by any name that a key has")
  func signers() async throws {
    let pratique = try Pratique()
    var attestors = ""
    for name in ["sbom", "provenance"] {
      let made = try await pratique.run("keys", "create", name, "--project", "shop", "--out", "keys")
      #expect(made.code == 0, "\(made.errors)")
      attestors += made.output
    }
    let text = """
      project: shop
      registries: [registry.example.test]
      checks:
        sbom: {attestor: projects/shop/attestors/sbom, signer: keys/sbom.key}
        provenance:
          {builders: [b], sources: [github.com/shop/web], attestor: projects/shop/attestors/provenance, signer: env://NO_SUCH_KEY}
      """
    try pratique.folder.write(["checks.yaml": Array(text.utf8), "attestors.yaml": Array(attestors.utf8)])
    let known = ["check", image, "--checks", "checks.yaml", "--attestors", "attestors.yaml", "--attest"]
    let chosen = try await pratique.run(program: "pratique", known + ["--check", "sbom"])
    #expect(chosen.code == 1 && chosen.output.contains("failed sbom"), "\(chosen)")
    let all = try await pratique.run(program: "pratique", known)
    #expect(all.code == 2 && all.errors.contains("Set NO_SUCH_KEY."), "\(all)")
  }

  @Test("of a pipeline opens keys by any name that a key has")
  func pipelineSigners() async throws {
    let pratique = try Pratique()
    let text = """
      image: registry.example.test/shop/web
      project: shop
      builder: {dockerfile: {}}
      attestors: [{name: built}]
      """
    try pratique.folder.write(["web/pratique.yaml": Array(text.utf8)])
    let outcome = try await pratique.run("pipeline", "run", "web", "--key", "built=env://NO_SUCH_KEY")
    #expect(outcome.code == 2 && outcome.errors.contains("Set NO_SUCH_KEY."), "\(outcome)")
  }

  @Test("finds no forge to ask, and says so before anything is run")
  func forge() async throws {
    let pratique = try Pratique()
    let text = "{project: shop, registries: [docker.io], checks: {approved: {evidence: forge, builders: [b]}}}"
    try pratique.folder.write(["checks.yaml": Array(text.utf8)])
    let outcome = try await pratique.run("check", image, "--checks", "checks.yaml")
    #expect(outcome.code == 2 && outcome.errors.contains("Write evidence: provenance"))
  }

  @Test("lets a server start for nobody but in the demo")
  func nobodyMayAsk() async throws {
    let pratique = try prepared()
    let outcome = try await pratique.run("serve", "--checks", "checks.yaml", "--listen", "127.0.0.1:0")
    #expect(outcome.code == 2)
    let alone = try await pratique.run("serve", "--demo", "--attestors", "attestors.yaml")
    #expect(alone.code == 2 && alone.errors.contains("--attestors needs --checks"))
  }
}
