import Audit
import Images

/// Tells what a feed is by its first record, and reads it.
enum FeedFormat {
  struct Unknown: Error { let reason: String }

  private enum Rows {
    case changelogs(DebianChangelogs)
    case annotations, secdb

    /// The kind of the record `node`; nil for one of a format that is not read.
    init?(_ node: JSONNode, _ changelogs: FeedImport.Changelogs) {
      if DebianChangelogs.recognises(node) {
        self = .changelogs(DebianChangelogs(isAdvisory: changelogs == .advisories))
      } else if DebianAnnotations.recognises(node) {
        self = .annotations
      } else if AlpineSecdb.recognisesRow(node) {
        self = .secdb
      } else {
        return nil
      }
    }

    var kind: FeedSummary.Kind {
      switch self {
      case .changelogs: .debianChangelogs
      case .annotations: .debianTracker
      case .secdb: .alpineSecdb
      }
    }

    func read(_ node: JSONNode, at place: String, into sink: inout RecordSink) {
      switch self {
      case .changelogs(let reader): reader.read(node, at: place, into: &sink)
      case .annotations: DebianAnnotations.read(node, at: place, into: &sink)
      case .secdb: AlpineSecdb.read(row: node, at: place, into: &sink)
      }
    }
  }

  /// Reads unpacked `bytes`.
  static func read(
    _ bytes: [UInt8], _ changelogs: FeedImport.Changelogs, into sink: inout RecordSink
  ) -> Result<FeedSummary.Kind, Unknown> {
    let text = bytes[...].drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    guard let first = text.first else { return .failure(Unknown(reason: "it is empty")) }
    if DebianAdvisoryList.recognises(text) {
      DebianAdvisoryList.read(text, into: &sink)
      return .success(.debianSecurityAdvisories)
    }
    guard first == UInt8(ascii: "{") else {
      return .failure(Unknown(reason: "it is neither JSON objects nor a list of advisories"))
    }
    if let rows = firstRows(text, changelogs) {
      readLines(text, rows, into: &sink)
      return .success(rows.kind)
    }
    return readDocument(text, into: &sink)
  }

  /// What the first line holds that is a record of a known kind, among the first few: a damaged one may come first.
  private static func firstRows(_ text: ArraySlice<UInt8>, _ changelogs: FeedImport.Changelogs) -> Rows? {
    for line in text.split(separator: UInt8(ascii: "\n"), maxSplits: 20).prefix(20) {
      guard line.count <= FeedImport.lineLimitBytes, let node = object(Array(line)) else { continue }
      if let rows = Rows(node, changelogs) { return rows }
    }
    return nil
  }

  private static func readLines(_ text: ArraySlice<UInt8>, _ rows: Rows, into sink: inout RecordSink) {
    var number = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      let place = "line \(number)"
      guard line.count <= FeedImport.lineLimitBytes else {
        sink.leaveOut(place, "longer than \(FeedImport.lineLimitBytes) bytes")
        continue
      }
      guard let node = object(Array(line)) else {
        sink.leaveOut(place, "no JSON object")
        continue
      }
      rows.read(node, at: place, into: &sink)
    }
  }

  private static func readDocument(_ text: ArraySlice<UInt8>, into sink: inout RecordSink) -> Result<FeedSummary.Kind, Unknown> {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(parsing: Array(text), atMost: FeedFile.limitBytes).root
    } catch {
      let first = text.prefix { $0 != UInt8(ascii: "\n") }
      guard first.count <= FeedImport.lineLimitBytes, let node = object(Array(first)) else {
        return .failure(Unknown(reason: error.problem))
      }
      return .failure(Unknown(reason: "its records are of a kind that is not read yet: \(keys(node))"))
    }
    if AlpineSecdb.recognisesDocument(root) {
      AlpineSecdb.read(document: root, into: &sink)
      return .success(.alpineSecdb)
    }
    if DebianTracker.recognises(root) {
      DebianTracker.read(root, into: &sink)
      return .success(.debianTracker)
    }
    return .failure(Unknown(reason: "it is a document of a kind that is not read yet: \(keys(root))"))
  }

  private static func keys(_ node: JSONNode) -> String {
    node.members.prefix(5).map { printable($0.key) }.joined(separator: ", ")
  }

  private static func object(_ bytes: [UInt8]) -> JSONNode? {
    guard let root = try? JSONDocument(parsing: bytes, atMost: FeedImport.lineLimitBytes).root, root.isObject else { return nil }
    return root
  }
}
