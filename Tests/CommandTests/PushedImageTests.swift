import Foundation
import TestSupport
import Testing

/// Whether the programs are there that the journey asks.
private let hasPrograms = ["docker-registry", "skopeo", "curl"].allSatisfy {
  FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
}

@Suite("A registry that tells of pushes", .enabled(if: hasPrograms, "needs docker-registry, skopeo and curl"))
struct PushedImageTests {
  /// Pushes an image to Debian's registry, waits until `verify` says that the server has attested it, and prints what
  /// Voucher's client would have got.
  private static let journey = """
    set -eu
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    for name in diy nobody; do "$PRATIQUE" keys create $name --project shop --out keys 2>/dev/null >>attestors.yaml; done
    docker-registry serve registry.yml >registry.log 2>&1 &
    "$PRATIQUE" serve --demo --data data --listen 127.0.0.1:$SERVER --checks checks.yaml --attestors attestors.yaml \
      --plain-http 127.0.0.1:$REGISTRY >server.log 2>&1 &
    ask() { curl -sS -u "ci:$1" -H 'Content-Type: application/json' -d "{\\"image_url\\":\\"$IMAGE\\"}" \
      http://127.0.0.1:$SERVER/$2; }
    for try in $(seq 100); do curl -sf http://127.0.0.1:$SERVER/services/ping && break || sleep 0.1; done
    for try in $(seq 100); do curl -sf http://127.0.0.1:$REGISTRY/v2/ >ping && break || sleep 0.1; done
    skopeo copy -q --dest-tls-verify=false oci:layout:1 docker://127.0.0.1:$REGISTRY/shop/web:1
    for try in $(seq 100); do ask secret all/verify >verified; grep -q '"success":true}$' verified && break || sleep 0.1; done
    cat verified
    ask secret all
    ask wrong all
    """

  @Test("has what is pushed checked and attested, and Voucher's client is told so")
  func push() async throws {
    let folder = try TemporaryFolder()
    // Each must know the other's before it starts.
    let (registry, server) = (try PostgresServer.freePort(), try PostgresServer.freePort())
    let image = TestImage(tars: [TarBuilder.build { $0.file("hello", "hi") }], user: "10001")
    let token = "2f0f5f19e1e2c3ad0fd7d2a6a8ae5d0d5b9e6f2d3f6ed4a8e7c5e3b1c0a9d8f7"
    var files = image.layoutFiles(tag: "1").mapKeys { "layout/\($0)" }
    files["registry.yml"] = Array(
      """
      version: 0.1
      storage: {filesystem: {rootdirectory: \(folder.path("images"))}}
      http: {addr: "127.0.0.1:\(registry)"}
      notifications:
        endpoints:
          - name: checks
            url: http://127.0.0.1:\(server)/notifications
            headers: {Authorization: [Basic \(Data("ci:secret".utf8).base64EncodedString())]}
            timeout: 5s
            threshold: 5
            backoff: 1s
      """.utf8)
    files["checks.yaml"] = Array(
      """
      project: shop
      registries: ["127.0.0.1:\(registry)"]
      checks:
        diy: {repositories: ["127.0.0.1:\(registry)/shop/**"], attestor: projects/shop/attestors/diy, signer: keys/diy.key}
        nobody: {attestor: projects/shop/attestors/nobody, signer: keys/nobody.key}
      users: [{name: ci, passwordSHA256: \(Self.secretHash)}]
      tokens: [{name: other, tokenSHA256: \(token)}]
      """.utf8)
    try folder.write(files)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = ["120", "bash", "-c", Self.journey]
    process.currentDirectoryURL = folder.url
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.url.path, "PRATIQUE": Pratique.programs.appending(path: "pratique").path,
      "REGISTRY": "\(registry)", "SERVER": "\(server)", "IMAGE": "127.0.0.1:\(registry)/shop/web@\(image.digest)",
    ]
    _ = FileManager.default.createFile(atPath: folder.path("output"), contents: nil)
    process.standardOutput = FileHandle(forWritingAtPath: folder.path("output"))
    process.standardError = FileHandle(forWritingAtPath: folder.path("output"))
    process.standardInput = FileHandle.nullDevice
    try process.start()
    process.waitForEnd()
    let output = try String(contentsOfFile: folder.path("output"), encoding: .utf8)
    let log = (try? String(contentsOfFile: folder.path("server.log"), encoding: .utf8)) ?? ""
    let lines = output.split(separator: "\n")
    try #require(lines.count == 3, "\(output)\n\(log)")
    for line in lines.prefix(2) {
      #expect(line.contains(#""name":"diy","success":true"#) && line.contains(#""name":"nobody","success":true"#))
      #expect(line.components(separatedBy: #""attested":true"#).count == 3)
    }
    #expect(lines[2] == "username or password is incorrect")
    #expect(log.contains("a pushed image was checked"))
  }

  /// Of `secret`.
  private static let secretHash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
}

extension Dictionary {
  fileprivate func mapKeys<Name: Hashable>(_ name: (Key) -> Name) -> [Name: Value] {
    Dictionary<Name, Value>(uniqueKeysWithValues: map { (name($0.key), $0.value) })
  }
}
