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

  @Test("link only to files that are there", arguments: ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
  func links(_ document: String) throws {
    for match in try text(of: document).matches(of: #/\]\(([^)#:]+)\)/#) {
      let target = FloorPlan.root.appendingPathComponent(String(match.1))
      #expect(FileManager.default.fileExists(atPath: target.path), "\(document) links to \(match.1).")
    }
  }

  @Test("name every decision in their index")
  func decisions() throws {
    let index = try text(of: "Documentation/decisions/README.md")
    let folder = FloorPlan.root.appendingPathComponent("Documentation/decisions")
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file != "README.md" {
      #expect(index.contains("(\(file))"), "Documentation/decisions/README.md does not list \(file).")
    }
  }
}
