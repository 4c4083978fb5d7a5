import Audit

/// Takes the records of one file: advisories that can be used, and what had to be left out.
struct RecordSink {
  private(set) var advisories: [Advisory] = []
  private(set) var records = 0
  private(set) var leftOut = 0
  private(set) var named: [String] = []
  private(set) var releases: Set<Release> = []
  /// ISO 8601 day of the newest record that has one.
  private(set) var newest: String?

  /// Advisories of one file; what has more is no feed.
  static let limit = 10_000_000

  /// A record was read.
  mutating func countRecord() { records += 1 }

  mutating func add(_ advisory: Advisory, at place: String) {
    for text in [advisory.release, advisory.package, advisory.id] + advisory.aliases {
      guard text.utf8.count <= 256, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
        return leaveOut(place, "a name that is no visible ASCII")
      }
    }
    guard !advisory.package.isEmpty, isCVE(advisory.id) else { return leaveOut(place, "no package or no CVE id") }
    guard advisories.count < Self.limit else { return leaveOut(place, "over the limit of \(Self.limit) advisories a file") }
    let versions = [advisory.evidence?.version, advisory.ruling?.fixedVersion].compactMap { $0 }
    // apk compares what it calls invalid, as secdb has it; dpkg does not.
    if advisory.ecosystem == .debian, let fault = versions.lazy.compactMap({ VersionScheme.dpkg.fault(in: $0) }).first {
      return leaveOut(place, "a version that dpkg refuses: \(fault)")
    }
    guard versions.allSatisfy({ $0.utf8.count <= 1024 && $0.utf8.allSatisfy { (33...126).contains($0) } }) else {
      return leaveOut(place, "a version that is no visible ASCII")
    }
    advisories.append(advisory)
    if !advisory.release.isEmpty { releases.insert(Release(ecosystem: advisory.ecosystem, name: advisory.release)) }
  }

  /// Says that the file knows `release`, even if nothing is known against it.
  mutating func cover(_ release: Release) { releases.insert(release) }

  mutating func leaveOut(_ place: String, _ reason: String) {
    leftOut += 1
    if named.count < FeedReport.namedLimit { named.append("\(place): \(reason)") }
  }

  mutating func date(_ day: String) {
    if day > newest ?? "" { newest = day }
  }
}

extension Advisory.Ruling {
  var fixedVersion: String? {
    guard case .fixed(let version) = self else { return nil }
    return version
  }
}

/// `CVE-`, four digits, `-` and digits.
func isCVE(_ text: some StringProtocol) -> Bool { cveIDs(in: text) == [String(text)] }

/// Every CVE id that stands somewhere in `text`, in order.
func cveIDs(in text: some StringProtocol) -> [String] {
  let bytes = Array(text.utf8)
  let mark = Array("CVE-".utf8)
  var found: [String] = []
  var at = 0
  while at + mark.count < bytes.count {
    guard bytes[at...].starts(with: mark) else {
      at += 1
      continue
    }
    let year = bytes[(at + 4)...].prefix(while: isDigit)
    let rest = bytes[(at + 4 + year.count)...]
    let number = rest.first == UInt8(ascii: "-") ? rest.dropFirst().prefix(while: isDigit) : []
    guard year.count == 4, !number.isEmpty else {
      at += 1
      continue
    }
    let end = at + 4 + year.count + 1 + number.count
    found.append(String(decoding: bytes[at..<end], as: UTF8.self))
    at = end
  }
  return found
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
