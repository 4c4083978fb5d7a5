import ArgumentParser
import Audit
import Feeds
import Foundation
import Images

/// Scans real files against feeds and compares every row.
struct Vulnerabilities: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the vulnerabilities cases of a directory.",
    discussion: "Example: swift run conform vulnerabilities ../shared/data/cases --data ../shared/data")

  @Argument(help: "The directory of the cases, one *.json each.") var directory: String
  @Option(help: "Where the paths in the cases start, after DIRECTORY/inputs. (default: the parent of DIRECTORY)")
  var data: String?

  func run() async throws {
    var tally = Tally()
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }.sorted()
    for name in names {
      do {
        guard let the = try VulnerabilityCase(path: "\(directory)/\(name)") else {
          tally.add(.skipped(because: "the file is no case: it has no input or no expected rows"), of: name)
          continue
        }
        guard !the.inputs.isEmpty else { throw CaseError(reason: "it names no input") }
        for input in the.inputs {
          let label = the.inputs.count == 1 ? the.name : "\(the.name), \(input)"
          do {
            tally.add(try await outcome(of: the, input), of: label)
          } catch {
            tally.add(.failed(expected: "a scan", got: "\(error)"), of: label)
          }
        }
      } catch {
        tally.add(.failed(expected: "a case", got: "\(error)"), of: name)
      }
    }
    try tally.finish()
  }

  private func outcome(of the: VulnerabilityCase, _ input: String) async throws -> Outcome {
    let feeds = try the.feeds.map { try located($0, ["feeds/\($0)", $0]) }
    let database: AdvisoryIndex
    switch try compiled(feeds) {
    case .success(let index): database = index
    case .failure(let unread): return .skipped(because: unread.reason)
    }
    let opened = try CaseInput()
    defer { opened.close() }
    let (source, name) = try await opened.open(try located(input, [input]), kind: the.inputKind)
    let contents = try await ImageContents.read(name, from: source, keep: auditReads)
    let report = audit(
      AuditSubject(contents, in: try Repository(parsing: "conform.test/case")), against: database, atSeconds: 0)
    let faults = faults(of: the, report, manifest: contents.manifestDigest)
    return faults.isEmpty
      ? .passed
      : .failed(
        expected: faults.map(\.expected).joined(separator: "\n            "),
        got: faults.map(\.got).joined(separator: "\n            "))
  }

  /// Compiles the feeds of a case as the product does. Where a case brings records of the tracker, they are the whole truth
  /// of it, and changelogs are only evidence.
  private func compiled(_ feeds: [String]) throws -> Result<AdvisoryIndex, CaseError> {
    let asked: FeedImport
    do {
      asked = try FeedImport(feeds)
    } catch FeedsError.nothingImported {
      return .failure(CaseError(reason: "its feeds are of kinds that this build does not read: \(feeds.map(fileName))"))
    }
    if let unread = asked.files.first(where: { $0.unread != nil }) {
      return .failure(CaseError(reason: "feed \(fileName(unread.path)) is not read: \(unread.unread ?? "")"))
    }
    guard asked.index.feeds.contains(where: { $0.kind == .debianTracker }) else { return .success(asked.index) }
    return .success(try FeedImport(feeds, changelogs: .evidence).index)
  }

  private func fileName(_ path: String) -> String { URL(filePath: path).lastPathComponent }

  /// The first that exists: in `inputs/` beside the cases, by its path or its name alone, then below the data root.
  private func located(_ path: String, _ below: [String]) throws -> String {
    let root = data ?? URL(filePath: directory).standardizedFileURL.deletingLastPathComponent().path(percentEncoded: false)
    let places = (below + [path, fileName(path)]).map { "\(directory)/inputs/\($0)" } + below.map { "\(root)/\($0)" }
    guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw CaseError(reason: "\(path) is neither in \(directory)/inputs nor below \(root)")
    }
    return found
  }

  private func faults(
    of the: VulnerabilityCase, _ report: AuditReport, manifest: Digest
  ) -> [(expected: String, got: String)] {
    var faults: [(expected: String, got: String)] = []
    func compare(_ what: String, _ expected: String?, _ got: String) {
      if let expected, expected != got { faults.append(("\(what) \(expected)", "\(what) \(got)")) }
    }
    compare("manifest", the.manifestDigest, "\(manifest)")
    // A case may add a remark in parentheses.
    let system = the.system.map { $0.components(separatedBy: " (")[0] }
    compare("os", system, report.inventory.operatingSystem?.description ?? "none")
    compare("packages", the.packageCount.map(String.init), "\(report.inventory.packages.count)")
    let columns = the.columns
    let got = Set(report.vulnerabilities.map { row($0).filter { columns.isEmpty || columns.contains($0.key) } })
    let expected = Set(the.expected)
    for missing in the.expected where !got.contains(missing) { faults.append((text(missing), "no such row")) }
    for extra in got.subtracting(expected).sorted(by: { text($0) < text($1) }) { faults.append(("no such row", text(extra))) }
    for banned in the.mustNotReport where got.contains(banned) { faults.append(("never \(text(banned))", "that row")) }
    return Array(faults.prefix(20))
  }

  private func row(_ found: VulnerablePackage) -> VulnerabilityCase.Row {
    [
      "package": found.package.name, "installed": found.package.version, "source": found.package.sourceName,
      "source_version": found.package.sourceVersion, "id": found.id, "fixed": found.fixedVersion ?? "",
      "status": found.status.rawValue,
    ]
  }

  private func text(_ row: VulnerabilityCase.Row) -> String {
    let order = ["package", "installed", "source", "source_version", "id", "fixed", "status"]
    let known = order.compactMap { row[$0] }
    return (known + row.filter { !order.contains($0.key) }.map { "\($0.key)=\($0.value)" }.sorted()).joined(separator: " | ")
  }
}
