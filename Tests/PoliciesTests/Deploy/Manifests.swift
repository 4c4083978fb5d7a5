import Foundation
import Images
import Policies
import TestSupport

/// The manifests of `Deploy/`, as files or as kustomize puts them together.
enum Manifests {
  static let kubectl = ["/usr/bin/kubectl", "/usr/local/bin/kubectl"].first { FileManager.default.isExecutableFile(atPath: $0) }

  static var folder: URL {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.appending(path: "Deploy")
  }

  /// The base, and every variant of it.
  static let installable: [String] = {
    let overlays = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "overlays").path)) ?? []
    return ["gate"] + overlays.sorted().map { "overlays/\($0)" }
  }()

  static func text(_ path: String) throws -> String { try String(contentsOf: folder.appending(path: path), encoding: .utf8) }

  /// The objects of one file.
  static func objects(_ path: String) throws -> [JSONNode] { try objects(in: text(path), path) }

  /// All objects of the gate's base, from the files that its kustomization names.
  static func base() throws -> [JSONNode] {
    let kustomization = try DocumentNode(parsing: text("gate/kustomization.yaml"), file: "kustomization.yaml")
    return try kustomization.required("resources").strings().flatMap { try objects("gate/\($0)") }
  }

  /// What `kubectl apply -k` would send.
  static func kustomized(_ path: String) throws -> [JSONNode] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: kubectl ?? "/usr/bin/kubectl")
    process.arguments = ["kustomize", folder.appending(path: path).path]
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    process.standardOutput = output
    try process.start()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitForEnd()
    return try objects(in: String(decoding: data, as: UTF8.self), path)
  }

  private static func objects(in text: String, _ file: String) throws -> [JSONNode] {
    try DocumentNode.documents(in: text, file: file, atMost: 1 << 20).map { try $0.json().root }
  }
}

extension JSONNode {
  var kind: String { self["kind"]?.string ?? "" }
  var name: String { self["metadata"]?["name"]?.string ?? "" }
  var namespace: String { self["metadata"]?["namespace"]?.string ?? "" }
  var texts: [String: String] { Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { $1 } }

  /// The value below keys and indices.
  func at(_ path: String...) -> JSONNode? {
    path.reduce(Optional(self)) { node, step in
      guard let node, let index = Int(step), node.isArray else { return node?[step] }
      return node.elements.indices.contains(index) ? node.elements[index] : nil
    }
  }
}
