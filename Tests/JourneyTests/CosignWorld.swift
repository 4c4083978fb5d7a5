import Foundation
import TestSupport
import Testing

/// The programs called cosign that a person gave to the tests: `PRATIQUE_COSIGN`, several separated by colons.
///
/// `Scripts/cosign-binary` fetches them.
struct Cosign: Sendable, CustomTestStringConvertible {
  let path: String

  static let all: [Cosign] = (ProcessInfo.processInfo.environment["PRATIQUE_COSIGN"] ?? "").split(separator: ":")
    .map { Cosign(path: String($0)) }.filter { FileManager.default.isExecutableFile(atPath: $0.path) }

  /// Those that sign bundles.
  static let makingBundles = all.filter(\.makesBundles)

  /// Whether this cosign signs bundles where it is not told otherwise, as version 3 does.
  var makesBundles: Bool {
    let help = Process()
    let output = Pipe()
    help.executableURL = URL(fileURLWithPath: path)
    help.arguments = ["sign", "--help"]
    help.standardOutput = output
    help.standardError = FileHandle.nullDevice
    guard (try? help.start()) != nil else { return false }
    let text = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    help.waitForEnd()
    return String(decoding: text, as: UTF8.self).contains("--use-signing-config")
  }

  var testDescription: String { path }
}

extension SmallWorld {
  /// The same with cosign and keys of its own.
  static func run(with cosign: Cosign, _ body: (SmallWorld, CosignProgram) async throws -> Void) async throws {
    try await run { world in
      try await world.shell.must(cosign.path, ["generate-key-pair"])
      try await body(
        world, CosignProgram(path: cosign.path, shell: world.shell, makesBundles: cosign.makesBundles))
    }
  }
}

/// cosign without a transparency log.
struct CosignProgram: Sendable {
  let path: String
  let shell: Shell
  let makesBundles: Bool

  func callAsFunction(_ arguments: String...) async throws -> Shell.Outcome {
    let isSigning = arguments.first == "sign" || arguments.first == "attest"
    let withoutConfig = makesBundles ? ["--use-signing-config=false"] : []
    let quiet = isSigning ? ["--yes", "--tlog-upload=false"] + withoutConfig : ["--insecure-ignore-tlog=true"]
    return try await shell.run(path, [arguments[0]] + quiet + arguments.dropFirst())
  }
}
