import ArgumentParser
import Audit
import Images
import Metadata
import Registry
import Schemas

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Look into an image: packages, vulnerabilities, checks.",
    discussion: """
      IMAGE is a registry reference, oci:DIR, oci-archive:FILE or docker-archive:FILE. Nothing is run and nothing is
      extracted. Exit code 0 when nothing at or above --fail-on was found, 1 when something was, 2 when the image could not
      be read or nobody can tell whether it is vulnerable (coverage unknown).

      Example: pratique audit oci-archive:web.tar --fail-on critical
      """)

  @Argument(help: "The image.") var image: String
  @Option(help: "The platform to choose in an index.") var platform = "linux/amd64"
  @Option(help: "The severity from which a finding fails the audit: low, medium, high, critical, never. Unknown is critical.")
  var failOn: FailOn = .high
  @OptionGroup var audit: AuditOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let location = try ImageLocation(parsing: image)
    let platform = try Platform(parsing: platform)
    let auditor = Auditor(index: try audit.index(default: store.advisories()), settings: try audit.settings())
    let progress = Progress()
    progress.show("reading \(image)")
    let repository = try location.repository
    let report = try await registry.withClient(for: [repository]) { client in
      let (source, name) = try await location.open(client)
      return try await auditor.report(on: name, in: source, as: repository, platform: platform)
    }
    progress.clear()
    switch output.output {
    case .json: try output.printJSON(AuditDocument(report))
    case .table: print(AuditDocument(report).text)
    }
    if failOn.fails(report) { throw ExitCode.no }
    if !report.coverage.isComplete { throw ExitCode.couldNotTell }
  }
}

/// From which severity on a finding counts.
enum FailOn: String, ExpressibleByArgument, CaseIterable {
  case low, medium, high, critical, never

  private var threshold: Int {
    switch self {
    case .low: Severity.low.rawValue
    case .medium: Severity.medium.rawValue
    case .high: Severity.high.rawValue
    case .critical: Severity.critical.rawValue
    case .never: Int.max
    }
  }

  /// Debian's unimportant and ignored ones are shown and do not fail; what nobody has assessed may be as bad as can be.
  func fails(_ report: AuditReport) -> Bool {
    report.findings.contains { $0.severity.rawValue >= threshold }
      || report.vulnerabilities.contains { found in
        let rank = found.severity == .unspecified ? Severity.critical.rawValue : found.severity.rawValue
        return rank >= threshold && found.status != .unimportant && found.status != .ignored
      }
  }
}

extension ImageLocation {
  /// Where the image is said to be; files stand under a name of this machine.
  var repository: Repository {
    get throws(ImageError) {
      if case .registry(let reference) = self { return reference.repository }
      return try Repository(parsing: "localhost/file")
    }
  }
}
