import Foundation
import Testing

@Suite("The documents")
struct DocumentsTests {
  func text(of path: String) throws -> String {
    try String(contentsOf: FloorPlan.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("show the same floor plan that the tests hold")
  func floorPlan() throws {
    var written: [String: Set<String>] = [:]
    for line in try text(of: "Documentation/house.md").split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let modules = cells[1] == "-" ? [] : cells[1].components(separatedBy: ", ")
      written[cells[0].trimmingCharacters(in: ["`"])] = Set(modules)
    }
    for (module, allowed) in FloorPlan.mayImport where !module.hasPrefix("C") {
      #expect(written[module] == allowed, "Documentation/house.md and FloorPlan disagree about \(module).")
    }
  }

  @Test("keep the README short enough to be read")
  func shortReadme() throws {
    #expect(try text(of: "README.md").split(separator: "\n", omittingEmptySubsequences: false).count < 150)
  }

  /// Everything that people read, by its path.
  static let documents: [String] = {
    let below = ["Documentation", "Deploy", "Benchmarks"].flatMap { folder in
      let all = FileManager.default.enumerator(atPath: FloorPlan.root.appendingPathComponent(folder).path)
      return (all?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    }
    return ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] + below.sorted()
  }()

  @Test("link only to files that are there", arguments: documents)
  func links(_ document: String) throws {
    let folder = FloorPlan.root.appendingPathComponent(document).deletingLastPathComponent()
    for match in try text(of: document).matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
      let target = folder.appendingPathComponent(String(match.1)).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document) links to \(match.1).")
    }
  }

  @Test("list each term once, and in the order in which it is looked for")
  func glossary() throws {
    let terms = try text(of: "Documentation/glossary.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
      .map { line in
        line.dropFirst(2).prefix { $0 != "|" }.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }
      }
    for (one, next) in zip(terms, terms.dropFirst()) {
      #expect(one < next, "Documentation/glossary.md has \"\(next)\" behind \"\(one)\".")
    }
  }

  /// Where codes of reasons are written: behind `code:`, as the answer of `reason(…)`, and in the enumerations of errors.
  private func reasonCodes() throws -> Set<String> {
    var codes: Set<String> = []
    for folder in ["Policies", "Server/Admission", "Server/Decisions"] {
      for file in try FloorPlan.files(below: "Sources/\(folder)") {
        let text = file.lines.joined(separator: "\n")
        codes.formUnion(text.matches(of: /code: "([a-z-]+)"/).map { String($0.1) })
        codes.formUnion(text.matches(of: /(?:code:|reason\()[^"\n]*\? "([a-z-]+)" : "[a-z-]+"/).map { String($0.1) })
        codes.formUnion(text.matches(of: /(?:code:|reason\()[^"\n]*\? "[a-z-]+" : "([a-z-]+)"/).map { String($0.1) })
        codes.formUnion(text.matches(of: /\.reason\("([a-z]+-[a-z-]+)"/).map { String($0.1) })
      }
    }
    let enumerations = [
      "Attestations/Verification/Rejection", "Images/JSON/JSONDocument", "Policies/Pods/WorkloadError",
      "Policies/Admission/AdmissionEvaluation", "Server/Admission/AdmissionRequest",
    ]
    for file in enumerations {
      let text = try text(of: "Sources/\(file).swift")
      codes.formUnion(text.matches(of: /(?:case [^\n]*|default): "([a-z-]+)"/).map { String($0.1) })
    }
    return codes
  }

  @Test("tell what to do about every reason that the gate gives, and about none that it does not")
  func reasons() throws {
    let guide = try text(of: "Documentation/guides/gate.md")
    let table = try #require(guide.components(separatedBy: "## Reason codes\n").last?.components(separatedBy: "\n## ").first)
    var told: Set<String> = []
    for row in table.split(separator: "\n") where row.hasPrefix("| `") {
      let cell = row.dropFirst(2).prefix { $0 != "|" }
      told.formUnion(cell.matches(of: /`([a-z-]+)`/).map { String($0.1) })
    }
    let codes = try reasonCodes()
    #expect(codes.subtracting(told).isEmpty, "Documentation/guides/gate.md does not tell of \(codes.subtracting(told).sorted()).")
    let sources = try FloorPlan.files(below: "Sources").map { $0.lines.joined(separator: "\n") }
    for code in told where !code.hasPrefix("let-in-") {
      #expect(sources.contains { $0.contains("\"\(code)\"") }, "Nothing gives the reason \(code).")
    }
  }

  @Test("name every decision in their index, by number")
  func decisions() throws {
    let listed = try text(of: "Documentation/decisions/README.md").matches(of: #/\((\d{4}-[^)]*)\)/#).map { String($0.1) }
    let folder = FloorPlan.root.appendingPathComponent("Documentation/decisions")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "README.md" }
    #expect(listed == files.sorted())
  }
}
