import ArgumentParser
import Audit
import Foundation

/// Compares pairs of versions: every `*.csv` of a directory, one scheme a file, named after its ecosystem.
struct Versions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the versions cases of a directory.")

  @Argument(help: "The directory of the cases: a,op,b,source,oracle in every *.csv.") var directory: String

  func run() async throws {
    var tally = Tally()
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".csv") }.sorted()
    guard !names.isEmpty else { throw ValidationError("\(directory) holds no *.csv.") }
    for name in names {
      let text = try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
      let rows = text.split(whereSeparator: \.isNewline).dropFirst().map { CommaSeparated.fields(of: $0) }
      guard let scheme = Self.schemes[name] else {
        tally.addSkips(rows.count, of: name, because: Self.reason(for: name))
        continue
      }
      for (index, row) in rows.enumerated() { judge(row, scheme, "\(name) row \(index + 1)", &tally) }
    }
    try tally.finish()
  }

  private static let schemes: [String: VersionScheme] = ["debian.csv": .dpkg, "alpine.csv": .apk]

  private static func reason(for name: String) -> String {
    if name == "disputed.csv" { return "the tools of these ecosystems contradict each other here" }
    if name.hasPrefix("ranges-") { return "ranges of language ecosystems are not read yet" }
    return "the version order of this ecosystem is not built yet"
  }

  private func judge(_ row: [String], _ scheme: VersionScheme, _ name: String, _ tally: inout Tally) {
    guard row.count >= 3 else {
      tally.add(.failed(expected: "a,op,b,source,oracle", got: row.joined(separator: ",")), of: name)
      return
    }
    let expected = "\(row[0]) \(row[1]) \(row[2])"
    do throws(AuditError) {
      let isLess = try scheme.isEarlier(row[0], than: row[2])
      let isGreater = try scheme.isEarlier(row[2], than: row[0])
      let got = isLess == isGreater ? (isLess ? "both < and >" : "=") : isLess ? "<" : ">"
      // The native tool's word is checked too where it has one; apk calls some of the texts invalid and says nothing.
      let oracle = row.count > 4 && !row[4].isEmpty ? row[4] : row[1]
      if got == row[1], got == oracle { return tally.addPasses(1) }
      tally.add(.failed(expected: "\(expected) (the native tool: \(oracle))", got: got), of: name)
    } catch {
      tally.add(.failed(expected: expected, got: error.problem), of: name)
    }
  }
}

/// Comma-separated values as RFC 4180 quotes them, one line a row.
enum CommaSeparated {
  /// The fields of one line.
  static func fields(of line: some StringProtocol) -> [String] {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuote = false
    for character in line {
      if character == "\"" {
        if !isQuoted, wasQuote { field.append("\"") }
        isQuoted.toggle()
        wasQuote = !isQuoted
        continue
      }
      wasQuote = false
      if character == ",", !isQuoted {
        fields.append(field)
        field = ""
      } else {
        field.append(character)
      }
    }
    return fields + [field]
  }
}
