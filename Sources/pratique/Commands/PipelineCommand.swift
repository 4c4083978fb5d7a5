import ArgumentParser
import Attestations
import Foundation
import Images
import Pipeline
import Registry
import Signing
import Store
import SwiftProtobuf

struct PipelineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline", abstract: "Take images from source to vouched for.", subcommands: [PipelineRunCommand.self])
}

struct PipelineRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Build, validate, audit, push, record and attest one image.",
    discussion: """
      Reads DIR/pratique.yaml. The first stage that fails ends the run and says what to do; what was done stays recorded.
      Exit code 1 when the image was judged and found wanting, 2 when a stage could not be done.

      Example: pratique pipeline run services/web --key qa=keys/qa.key
      """)

  @Argument(help: "The directory with pratique.yaml.") var directory: String
  @Option(
    help: """
      NAME=KEY, the private key of an attestor, a file or any other that `attest --key` takes; may be repeated \
      (default: keys/NAME.key).
      """)
  var key: [String] = []
  @Option(help: "How the keys sign (default: the first way that fits each).") var algorithm: SignatureAlgorithm?
  @Flag(help: "Print what the build prints.") var verbose = false
  @OptionGroup var audit: AuditOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let file = "\(directory)/pratique.yaml"
    let definition = try PipelineDefinition(parsing: Files.text(at: file), file: file)
    let signers = try await signers(for: definition.attestors.map(\.name))
    let auditor = try audit.auditor(default: store.advisories())
    let stages = StageLines(isVerbose: verbose, isQuiet: output.output == .json)
    let report = try await withWorkFolder { folder in
      try await registry.withClient(for: [definition.repository]) { client in
        try await store.withStore { store in
          let edges = PipelineEdges(
            builder: builder(for: definition.builder), open: { try await $0.location.open(client) }, auditor: auditor,
            registry: try client.repository(definition.repository), metadata: store, signers: signers,
            now: { Now.timestamp }, newID: { UUID().uuidString.lowercased() })
          return try await PipelineRun(
            definition, in: directory, workFolder: folder, version: "pratique \(Pratique.version)", edges: edges,
            progress: stages
          ).run()
        }
      }
    }
    try tell(report)
  }

  private func tell(_ report: RunReport) throws {
    switch output.output {
    case .json: try output.printJSON(Run(report))
    case .table:
      if report.failure == nil, let image = report.image { print("\n\(Terminal.green("vouched for")) \(image)") }
      if let failure = report.failure { Terminal.complain("\(failure)") }
    }
    guard let failure = report.failure else { return }
    throw failure.isVerdict ? ExitCode.no : ExitCode.couldNotTell
  }

  private func builder(for choice: BuilderChoice) -> any ImageBuilder {
    switch choice {
    case .dockerfile(let dockerfile): DockerfileBuilder(dockerfile, access: registry.buildAccess)
    case .custom(let custom): CustomBuilder(custom)
    }
  }

  private func signers(for attestors: [String]) async throws -> [String: any Signer] {
    var references = Dictionary(uniqueKeysWithValues: attestors.map { ($0, "keys/\($0).key") })
    for pair in key {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, references[parts[0]] != nil else {
        throw DoorError.usage(
          "--key \(printable(pair)) names no attestor of this pipeline.",
          remedy: "Write NAME=KEY with one of: \(attestors.joined(separator: ", ")).")
      }
      references[parts[0]] = parts[1]
    }
    var settings = SignerSettings(environment: ProcessInfo.processInfo.environment)
    settings.algorithm = algorithm
    var signers: [String: any Signer] = [:]
    for (name, reference) in references { signers[name] = try await SignerReference(parsing: reference).open(settings) }
    return signers
  }

  private func withWorkFolder<Result>(_ work: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pratique-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await work(folder.path)
  }

  /// A run as programs read it.
  struct Run: Encodable {
    struct StageDone: Encodable {
      let stage, summary: String
    }
    struct Failure: Encodable {
      let stage, code, problem, remedy: String
    }

    let image: String?
    let stages: [StageDone]
    let attestations: [String]
    let failure: Failure?

    init(_ report: RunReport) {
      image = report.image.map { "\($0)" }
      stages = report.done.map { StageDone(stage: $0.stage.rawValue, summary: $0.summary) }
      attestations = report.attestations
      failure = report.failure.map {
        Failure(stage: $0.stage.rawValue, code: $0.code, problem: $0.problem, remedy: $0.remedy)
      }
    }
  }
}

extension BuildOutput {
  /// Where the image is that the build left.
  var location: ImageLocation {
    switch form {
    case .ociLayout: .ociLayout(path: path, tag: nil)
    case .ociArchive: .ociArchive(path: path, tag: nil)
    case .dockerArchive: .dockerArchive(path: path, tag: nil)
    }
  }
}

/// Tells a person which stage runs and what came of it.
struct StageLines: PipelineProgress {
  let isVerbose: Bool
  let isQuiet: Bool
  private let progress = Progress()

  init(isVerbose: Bool, isQuiet: Bool) {
    self.isVerbose = isVerbose
    self.isQuiet = isQuiet
  }

  func started(_ stage: Stage) { progress.show(stage.rawValue) }

  func printed(_ line: String) {
    if isVerbose { Terminal.complain("  | \(line)") }
  }

  func finished(_ stage: Stage, _ summary: String) {
    progress.clear()
    let name = stage.rawValue + String(repeating: " ", count: max(0, 9 - stage.rawValue.count))
    if !isQuiet { print("\(Terminal.green(name)) \(summary)") }
  }
}
