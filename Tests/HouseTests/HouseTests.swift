import Testing

@Suite("The house")
struct HouseTests {
  @Test("has no import that goes against the line")
  func oneWay() throws {
    for file in try FloorPlan.files(below: "Sources") {
      let allowed = try #require(
        FloorPlan.mayImport[file.module], "\(file.path): add \(file.module) to the floor plan first.")
      for (number, imported) in file.imports where FloorPlan.mayImport[imported] != nil {
        #expect(
          allowed.contains(imported),
          "\(file.path):\(number) imports \(imported). Move the code to the later station, or pass what it needs as a value.")
      }
    }
  }

  @Test("keeps the outside world at the edges")
  func pureStaysPure() throws {
    for file in try FloorPlan.files(below: "Sources") where FloorPlan.line.contains(file.module) {
      for (number, imported) in file.imports {
        #expect(
          !FloorPlan.outsideWorld.contains(imported),
          "\(file.path):\(number) imports \(imported). Put a protocol here and its implementation in an edge.")
      }
      for (number, text) in file.code {
        for name in FloorPlan.outsideNames where text.contains(name) {
          Issue.record("\(file.path):\(number) asks \(name). Take the answer as an argument.")
        }
      }
    }
  }

  @Test("opens no door wider than package")
  func nothingPublic() throws {
    for file in try FloorPlan.files(below: "Sources") {
      for (number, line) in file.code {
        let text = line.prefix { $0 != "\"" }
        guard text.hasPrefix("public ") || text.contains(" public ") else { continue }
        Issue.record("\(file.path):\(number) says public. Use package: nothing outside this package imports us.")
      }
    }
  }

  @Test("has no way around the checkers, and nothing that traps on purpose")
  func noEscapes() throws {
    let escapes = [
      "@unchecked Sendable", "nonisolated(unsafe)", "try!", "fatalError(", "preconditionFailure(", "Task.detached",
      "unsafeBitCast", "TODO", "FIXME",
    ]
    for file in try FloorPlan.files(below: "Sources") {
      for (number, text) in file.code {
        for escape in escapes where text.contains(escape) {
          Issue.record("\(file.path):\(number) uses \(escape).")
        }
      }
    }
  }

  @Test("says in a doc comment what every package declaration is for")
  func documented() throws {
    let declares = ["func ", "struct ", "enum ", "protocol ", "actor ", "final class "].map { "package \($0)" }
    for file in try FloorPlan.files(below: "Sources") {
      for (index, line) in file.lines.enumerated() where declares.contains(where: line.trimmedPrefix.hasPrefix) {
        let above = file.lines[..<index].last { !$0.trimmedPrefix.hasPrefix("@") }?.trimmedPrefix ?? ""
        #expect(above.hasPrefix("///"), "\(file.path):\(index + 1) has no doc comment.")
      }
    }
  }

  @Test("has no file too long to read in one sitting")
  func shortFiles() throws {
    for (folder, limit) in [("Sources", FloorPlan.linesPerFile), ("Tests", FloorPlan.linesPerTestFile)] {
      for file in try FloorPlan.files(below: folder) {
        #expect(file.lines.count <= limit, "\(file.path) has \(file.lines.count) lines; split it by subject.")
      }
    }
  }

  /// The formatter puts a closing brace at the indent of the line that opened it, so indents are enough.
  @Test("has no function longer than a screen")
  func shortFunctions() throws {
    for file in try FloorPlan.files(below: "Sources") {
      for (start, line) in file.lines.enumerated()
      where line.hasSuffix("{") && (line.contains("func ") || line.contains("init(")) {
        let closing = String(line.prefix { $0 == " " }) + "}"
        let end = file.lines[start...].firstIndex { $0 == closing } ?? start
        #expect(end - start < FloorPlan.linesPerFunction, "\(file.path):\(start + 1) runs \(end - start + 1) lines.")
      }
    }
  }

  @Test("keeps private keys, builds, feeds and parsers of image content out of the gate")
  func gateLinksNoKeys() {
    var linked: Set<String> = []
    var queue = ["pratique-admission"]
    while let next = queue.popLast() {
      for module in FloorPlan.mayImport[next] ?? [] where linked.insert(module).inserted { queue.append(module) }
    }
    #expect(linked.isDisjoint(with: ["Signing", "Pipeline", "Audit", "Feeds"]))
  }

  @Test("has one small drawer for what everybody needs, and it is full")
  func commonDrawer() throws {
    let drawer = try FloorPlan.files(below: "Sources").map(\.path).filter { $0.contains("/Common/") }
    #expect(drawer.allSatisfy { $0.hasPrefix("Sources/Images/Common/") }, "Only Images has a Common folder.")
    #expect(drawer.count <= 3, "Images/Common holds three files; give the fourth its own subject.")
  }

  @Test("gives no module the name of one of its types")
  func modulesAreNotTypes() throws {
    for file in try FloorPlan.files(below: "Sources") {
      for (number, text) in file.code {
        let words = text.split(separator: " ")
        guard let at = words.firstIndex(where: { ["struct", "enum", "actor", "class", "protocol"].contains($0) }),
          at <= 2, at + 1 < words.count
        else { continue }
        let name = words[at + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        #expect(name != file.module, "\(file.path):\(number) names a type like its module.")
      }
    }
  }
}
