import Audit
import Images

/// Debian's own list of security advisories, DSA or DLA:
/// ```
/// [29 Mar 2023] DSA-5380-1 xorg-server - security update
///     {CVE-2023-1393}
///     [bullseye] - xorg-server 2:1.20.11-1+deb11u6
/// ```
/// Source: security-tracker, `data/DSA/list` and `data/DLA/list`.
enum DebianAdvisoryList {
  static func recognises(_ text: ArraySlice<UInt8>) -> Bool {
    let first = String(decoding: text.prefix(200).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return header(first[...]) != nil
  }

  static func read(_ bytes: ArraySlice<UInt8>, into sink: inout RecordSink) {
    var open: (name: String, ids: [String])?
    var number = 0
    for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard raw.count <= FeedImport.lineLimitBytes else {
        sink.leaveOut("line \(number)", "longer than \(FeedImport.lineLimitBytes) bytes")
        continue
      }
      let line = String(decoding: raw, as: UTF8.self)[...]
      let isIndented = line.first?.isWhitespace == true
      let text = line.drop(while: \.isWhitespace)
      if text.isEmpty { continue }
      if !isIndented {
        guard let found = header(text) else {
          open = nil
          sink.leaveOut("line \(number)", "not the head of an advisory")
          continue
        }
        open = (found.name, [])
        sink.countRecord()
        sink.date(found.day)
      } else if text.hasPrefix("{") {
        open?.ids += cveIDs(in: text)
      } else if text.hasPrefix("[") {
        guard let advisory = open else { continue }
        read(text, of: advisory, at: "line \(number)", into: &sink)
      }
      // What is left are notes for people.
    }
  }

  private static func read(
    _ text: Substring, of advisory: (name: String, ids: [String]), at place: String, into sink: inout RecordSink
  ) {
    let words = text.split(separator: " ")
    guard words.count >= 4, words[0].hasPrefix("["), words[0].hasSuffix("]"), words[1] == "-" else {
      return sink.leaveOut(place, "not [release] - package version")
    }
    let release = String(words[0].dropFirst().dropLast())
    let ruling: Advisory.Ruling
    switch words[3] {
    case "<not-affected>": ruling = .notAffected
    case "<unfixed>": ruling = .open(.unfixed)
    case "<no-dsa>": ruling = .open(.noDSA)
    case "<postponed>": ruling = .open(.postponed)
    case "<ignored>": ruling = .open(.ignored)
    case "<end-of-life>": ruling = .open(.endOfLife)
    case "<undetermined>", "<removed>", "<itp>": ruling = .silent
    case let version where version.hasPrefix("<"):
      return sink.leaveOut(place, "an unknown state \(printable(version))")
    case let version: ruling = .fixed(String(version))
    }
    guard !advisory.ids.isEmpty else { return sink.leaveOut(place, "\(printable(advisory.name)) names no CVE") }
    for id in advisory.ids {
      sink.add(
        Advisory(
          ecosystem: .debian, release: release, package: String(words[2]), id: id, ruling: ruling, aliases: [advisory.name]),
        at: place)
    }
  }

  /// `[29 Mar 2023] DSA-5380-1 …`; early ones have no `-1`.
  private static func header(_ line: Substring) -> (name: String, day: String)? {
    guard line.hasPrefix("["), let close = line.firstIndex(of: "]") else { return nil }
    let date = line[line.index(after: line.startIndex)..<close].split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard date.count == 3, let month = months.firstIndex(where: { date[1].hasPrefix($0) }), let year = Int(date[2]),
      (1990...9999).contains(year), let day = Int(date[0]), (1...31).contains(day),
      let name = line[line.index(after: close)...].split(separator: " ").first,
      ["DSA-", "DLA-", "DTSA-"].contains(where: { name.hasPrefix($0) })
    else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (String(name), "\(year)-\(two(month + 1))-\(two(day))")
  }
}
