import Foundation
import TestSupport
import Testing

@Suite("The settings that are shipped")
struct DeployedConfigurationTests {
  private static let deploy = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Deploy")

  /// Every gate.yaml below Deploy.
  private static let files: [String] = {
    let all = FileManager.default.enumerator(atPath: deploy.path)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix("gate.yaml") }.sorted()
  }()

  @Test("are there") func some() { #expect(Self.files.count >= 3) }

  @Test("are read by the gate, which then only lacks what stands on no machine of ours", arguments: files)
  func read(_ file: String) async throws {
    let pratique = try Pratique()
    // The demonstration fills these in.
    let text = try String(contentsOf: Self.deploy.appending(path: file), encoding: .utf8)
      .replacing(/@[A-Z]+_PORT@/, with: "0").replacing("@DIR@", with: "/absent")
    try pratique.folder.write(["gate.yaml": Array(text.utf8), "odd.yaml": Array((text + "\nnonsense: 1\n").utf8)])
    let read = try await pratique.run(program: "pratique-admission", ["--config", "gate.yaml"])
    #expect(read.code == 2 && !read.errors.contains("gate.yaml"), "\(read.errors)")
    let odd = try await pratique.run(program: "pratique-admission", ["--config", "odd.yaml"])
    #expect(odd.code == 2 && odd.errors.contains("odd.yaml") && odd.errors.contains("nonsense"), "\(odd.errors)")
  }
}
