package import Audit
import Images

/// Compiles feeds into an advisory database.
///
/// The records are those of the sources themselves; which they are is told by their content, whatever the file is called.
/// One bad record never keeps the others out: it is counted and named.
package struct FeedImport: Sendable {
  /// What the changelogs of a release are used for.
  package enum Changelogs: Sendable {
    /// An installation below the upload that names a CVE is a finding, beside what other feeds say.
    case advisories
    /// They only end findings that other feeds make: for databases in which those feeds are the whole truth.
    case evidence
  }

  package let index: AdvisoryIndex
  /// By path.
  package let files: [FeedReport]

  /// One line of a file of lines.
  static let lineLimitBytes = 16 << 20

  /// Reads files, and all files below folders.
  ///
  /// - Throws: `FeedsError` for a path that is not there or may not be read, ceilings, and when nothing is imported at all;
  ///   `AuditError` does not come from feeds that this reads.
  package init(_ paths: [String], changelogs: Changelogs = .advisories) throws {
    var compiler = IndexCompiler()
    var reports: [FeedReport] = []
    for path in try FeedFile.list(paths) {
      let report = try Self.read(path, changelogs, into: &compiler)
      reports.append(report)
      if let summary = report.summary { compiler.add(summary) }
    }
    guard reports.contains(where: { $0.summary != nil }) else { throw FeedsError.nothingImported }
    index = try compiler.compiled()
    files = reports
  }

  private static func read(
    _ path: String, _ changelogs: Changelogs, into compiler: inout IndexCompiler
  ) throws(FeedsError) -> FeedReport {
    let packed = try FeedFile.read(path)
    var sink = RecordSink()
    let kind: FeedSummary.Kind
    do throws(ImageError) {
      let bytes = try FeedFile.unpacked(packed)
      switch FeedFormat.read(bytes, changelogs, into: &sink) {
      case .success(let found): kind = found
      case .failure(let unknown): return unread(path, unknown.reason)
      }
    } catch {
      return unread(path, error.problem)
    }
    for advisory in sink.advisories { compiler.add(advisory) }
    let name = printable(path.split(separator: "/").last ?? "")
    let summary = FeedSummary(
      name: name, kind: kind, digest: Digest(sha256Of: packed), records: sink.records, newest: sink.newest ?? day(in: name),
      releases: sink.releases)
    return FeedReport(path: path, summary: summary, unread: nil, leftOut: sink.leftOut, named: sink.named)
  }

  private static func unread(_ path: String, _ reason: String) -> FeedReport {
    FeedReport(path: path, summary: nil, unread: reason, leftOut: 0, named: [])
  }

  /// The last `YYYY-MM-DD` in a file's name.
  private static func day(in name: String) -> String? {
    let bytes = Array(name.utf8)
    let form = Array("0000-00-00".utf8)
    guard bytes.count >= form.count else { return nil }
    for start in (0...(bytes.count - form.count)).reversed() {
      let piece = bytes[start..<(start + form.count)]
      let fits = zip(piece, form).allSatisfy { byte, wanted in
        wanted == UInt8(ascii: "-") ? byte == wanted : isDigit(byte)
      }
      if fits { return String(decoding: piece, as: UTF8.self) }
    }
    return nil
  }
}
