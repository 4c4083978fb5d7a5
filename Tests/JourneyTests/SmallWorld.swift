import Foundation
import TestSupport

/// A real registry in plain HTTP on loopback with two images, and keys to sign with: all that attesting needs.
final class SmallWorld: Sendable {
  static let missing = ["docker-registry", "skopeo"].filter { Programs.path(of: $0) == nil }

  let shell: Shell
  /// Where everything is run.
  let folder: TemporaryFolder
  /// `127.0.0.1:PORT`.
  let registry: String
  /// Two images by digest.
  let image: String
  let otherImage: String

  private init(_ shell: Shell, _ folder: TemporaryFolder, registry: String, images: [String]) {
    (self.shell, self.folder, self.registry, image, otherImage) = (shell, folder, registry, images[0], images[1])
  }

  /// Sets everything up, runs `body`, and leaves nothing running or lying about.
  static func run(_ body: (SmallWorld) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let shell = Shell(folder: folder.url.path, environment: ["COSIGN_PASSWORD": "", "HOME": folder.url.path])
    let registry = try LocalRegistry(in: folder)
    defer { registry.stop() }
    let host = registry.host
    var images: [String] = []
    for name in ["web", "other"] {
      let test = TestImage(tars: [TarBuilder.build { $0.file(name) }])
      try folder.write(Dictionary(uniqueKeysWithValues: test.layoutFiles(tag: "v1").map { ("\(name)/\($0.key)", $0.value) }))
      try await shell.must(
        "skopeo", ["copy", "--dest-tls-verify=false", "oci:\(folder.path(name)):v1", "docker://\(host)/shop/\(name):v1"])
      images.append("\(host)/shop/\(name)@\(test.digest)")
    }
    var attestors = ""
    for name in ["qa", "built", "stranger"] {
      attestors += try await shell.must(Journey.program("pratique"), ["keys", "create", name])
    }
    try folder.write(["attestors.yaml": Array(attestors.utf8)])
    try await body(SmallWorld(shell, folder, registry: host, images: images))
  }

  /// Pushes one index over `images`, with their platforms, and tells its name with its digest.
  func push(_ name: String, _ images: [(TestImage, String)]) async throws -> String {
    let (files, digest) = TestImage.layoutFiles(ofIndexOver: images, tag: "v1")
    try folder.write(Dictionary(uniqueKeysWithValues: files.map { ("\(name)/\($0.key)", $0.value) }))
    try await shell.must(
      "skopeo",
      ["copy", "--all", "--dest-tls-verify=false", "oci:\(folder.path(name)):v1", "docker://\(registry)/shop/\(name):v1"])
    return "\(registry)/shop/\(name)@\(digest)"
  }

  func write(_ name: String, _ text: String) throws { try folder.write([name: Array(text.utf8)]) }

  /// Runs our command against the registry and the store of this world.
  func pratique(_ verb: String, _ arguments: String...) async throws -> Shell.Outcome {
    try await shell.run(
      Journey.program("pratique"), [verb] + arguments + ["--plain-http", registry, "--data", folder.path("data")])
  }
}
