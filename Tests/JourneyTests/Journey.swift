import Foundation

/// A registry, a metadata server and a gate on loopback, and what people and clusters do with them.
///
/// The servers are the real ones, each its own process; nothing here knows more than a client would.
final class Journey: Sendable {
  /// What the gate answered to a review.
  struct Answer: Sendable {
    let isAllowed: Bool
    let message: String
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  let shell: Shell
  let folder: String
  /// `localhost:PORT`.
  let registry: String
  private let metadataPort: String
  private let gatePort: String

  var metadataURL: String { "http://127.0.0.1:\(metadataPort)" }
  var gateURL: String { "https://localhost:\(gatePort)" }

  private init(shell: Shell, folder: String, settings: [String: String]) {
    self.shell = shell
    self.folder = folder
    registry = settings["REGISTRY"] ?? ""
    metadataPort = settings["METADATA_PORT"] ?? ""
    gatePort = settings["GATE_PORT"] ?? ""
  }

  /// Sets everything up, runs `body`, and leaves nothing running or lying about, whatever comes of it.
  static func run(_ body: (Journey) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pratique-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let plain = Shell(folder: folder, environment: [:])
    var servers: [Process] = []
    func tidy() async {
      for server in servers where server.isRunning {
        server.terminate()
        let pid = "\(server.processIdentifier)"
        _ = try? await plain.run("bash", ["-c", "timeout 10 tail --pid=\(pid) -f /dev/null || kill -KILL \(pid)"], in: "/")
      }
      _ = try? await plain.run("\(root)/Scripts/world", ["remove", folder], in: "/")
    }
    do {
      try await plain.must("\(root)/Scripts/world", ["prepare", folder])
      let settings = settings(in: try String(contentsOfFile: "\(folder)/world.env", encoding: .utf8))
      let shell = Shell(folder: folder, environment: settings)
      let journey = Journey(shell: shell, folder: folder, settings: settings)
      servers.append(try shell.start("registry", "\(root)/Scripts/world", ["registry", folder]))
      try await journey.wait(for: "https://\(journey.registry)/v2/")
      try await shell.must("\(root)/Scripts/world", ["seed", folder])
      servers.append(
        try shell.start(
          "metadata", program("pratique"),
          ["serve", "--demo", "--data", "\(folder)/metadata", "--listen", "127.0.0.1:\(journey.metadataPort)"]))
      try await journey.wait(for: journey.metadataURL + "/healthz")
      try await shell.must(program("pratique"), ["feeds", "import", "\(folder)/feeds", "--data", "\(folder)/build"])
      for attestor in ["built", "audited"] { try await journey.makeKeys(for: attestor) }
      servers.append(try shell.start("gate", program("pratique-admission"), ["--config", "\(folder)/gate/gate.yaml"]))
      try await journey.wait(for: journey.gateURL + "/readyz")
      try await body(journey)
    } catch {
      for name in ["registry", "metadata", "gate"] { print("--- \(name).log\n\(plain.log(of: name))") }
      await tidy()
      throw error
    }
    await tidy()
  }

  /// A program of this package, beside the tests.
  static func program(_ name: String) -> String { "\(root)/.build/debug/\(name)" }

  private static func settings(in text: String) -> [String: String] {
    var found: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.replacing("export ", with: "").split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { found[parts[0]] = parts[1] }
    }
    return found
  }

  private func wait(for url: String) async throws {
    try await shell.must("\(Self.root)/Scripts/world", ["wait", url, "\(folder)/tls/ca.crt"])
  }

  private func makeKeys(for attestor: String) async throws {
    let entry = try await shell.must(
      Self.program("pratique"), ["keys", "create", attestor, "--project", "shop", "--out", "\(folder)/keys"])
    let file = "\(folder)/gate/attestors.yaml"
    let before = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    try (before + entry).write(toFile: file, atomically: true, encoding: .utf8)
  }

  /// Takes a service the whole way.
  ///
  /// - Returns: the image by digest.
  func pipeline(_ service: String, keys: [String]) async throws -> String {
    let options = keys.flatMap { ["--key", "\($0)=\(folder)/keys/\($0).key"] }
    let text = try await shell.must(
      Self.program("pratique"),
      ["pipeline", "run", "\(folder)/\(service)", "--metadata", metadataURL, "--data", "\(folder)/build"] + options
        + registryOptions + ["--output", "json"])
    let run = try JSONDecoder().decode(Run.self, from: Data(text.utf8))
    guard let image = run.image else { throw Shell.Failed(description: "no image: \(text)") }
    return image
  }

  var registryOptions: [String] { ["--registry-ca", "\(folder)/tls/ca.crt", "--credentials", "\(folder)/credentials.json"] }

  /// Kinds of all occurrences about `image`, as anybody can ask for them.
  func kinds(of image: String) async throws -> [String] {
    let filter = "resourceUrl=\"https://\(image)\""
    let text = try await shell.must(
      "curl",
      [
        "--silent", "--fail", "--get", "--max-time", "20", "--data-urlencode", "filter=\(filter)", "--data", "pageSize=1000",
        "\(metadataURL)/v1/projects/shop/occurrences",
      ])
    return try JSONDecoder().decode(Occurrences.self, from: Data(text.utf8)).occurrences.map(\.kind)
  }

  /// Asks the gate about an object, as the API server would.
  func review(_ object: String, kind: String, group: String = "", subresource: String = "") async throws -> Answer {
    let resource = kind.lowercased() + "s"
    let review = """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
        "uid":"\(UUID().uuidString.lowercased())","operation":"\(subresource.isEmpty ? "CREATE" : "UPDATE")",
        "kind":{"group":"\(group)","version":"v1","kind":"\(kind)"},
        "resource":{"group":"\(group)","version":"v1","resource":"\(resource)"},
        \(subresource.isEmpty ? "" : "\"subResource\":\"\(subresource)\",")
        "namespace":"shop","name":"it","userInfo":{"username":"journey"},"dryRun":false,"object":\(object)}}
      """
    let file = "\(folder)/review-\(UUID().uuidString).json"
    try review.write(toFile: file, atomically: true, encoding: .utf8)
    let text = try await shell.must(
      "curl",
      [
        "--silent", "--show-error", "--fail", "--max-time", "20", "--cacert", "\(folder)/tls/ca.crt", "--header",
        "Content-Type: application/json", "--data-binary", "@\(file)", "\(gateURL)/validate",
      ])
    let response = try JSONDecoder().decode(Review.self, from: Data(text.utf8)).response
    return Answer(isAllowed: response.allowed, message: response.status?.message ?? "")
  }

  /// Revokes the key of an attestor in the gate's file of attestors.
  func revoke(_ attestor: String) throws {
    let file = "\(folder)/gate/attestors.yaml"
    let entries = try String(contentsOfFile: file, encoding: .utf8).split(separator: "- name: ").map(String.init)
    let revoked = entries.map { entry in
      let text = "- name: " + entry
      guard entry.hasPrefix("projects/shop/attestors/\(attestor)\n") else { return text }
      return text.replacing(
        "pkixPublicKey:",
        with: "revokedAt: \"2026-01-01T00:00:00Z\"\n        revocationReason: compromise\n        pkixPublicKey:")
    }
    try revoked.joined().write(toFile: file, atomically: true, encoding: .utf8)
  }

  private struct Run: Decodable { let image: String? }
  private struct Occurrences: Decodable {
    struct One: Decodable { let kind: String }
    let occurrences: [One]
  }
  private struct Review: Decodable {
    struct Response: Decodable {
      struct Status: Decodable { let message: String? }
      let allowed: Bool
      let status: Status?
    }
    let response: Response
  }
}
