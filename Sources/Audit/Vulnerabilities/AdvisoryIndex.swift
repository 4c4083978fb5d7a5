package import Images

/// The compiled advisory database: one flat run of sorted bytes, searched where it lies.
///
/// Opening it checks its frame and hashes it; nothing is decoded before it is asked for. The same advisories give the same
/// bytes in whatever order they came, so its digest is its name: every audit tells which database it was made with.
package struct AdvisoryIndex: Sendable {
  package let bytes: [UInt8]
  /// sha256 of `bytes`.
  package let digest: Digest
  private let frame: IndexFrame

  /// 1 GiB; all of Debian and Alpine is below 100 MiB.
  package static let limitBytes = 1 << 30

  /// Opens what `compiled(_:feeds:)` made.
  ///
  /// - Throws: `AuditError.foreignIndex` for another format, `.malformedIndex` for other or damaged bytes.
  package init(reading bytes: [UInt8]) throws(AuditError) {
    frame = try IndexFrame(bytes)
    self.bytes = bytes
    digest = Digest(sha256Of: bytes)
  }

  /// How many (release, package, id) it knows.
  package var count: Int { frame.advisoryCount }

  /// The files it was made from, by name.
  package var feeds: [FeedSummary] {
    (0..<frame.feedCount).compactMap { index in
      let at = frame.feeds + index * IndexFrame.feedBytes
      guard let kind = FeedSummary.Kind(rawValue: UInt8(truncatingIfNeeded: number(at + 16))),
        let digest = try? Digest(parsing: string(number(at + 4)))
      else { return nil }
      let releases = span(at + 20, next: IndexFrame.feedBytes, isLast: index + 1 == frame.feedCount, end: frame.releaseCount)
        .compactMap { release(string(number(frame.releases + $0 * 4))) }
      let newest = string(number(at + 8))
      return FeedSummary(
        name: string(number(at)), kind: kind, digest: digest, records: number(at + 12),
        newest: newest.isEmpty ? nil : newest, releases: Set(releases))
    }
  }

  /// What is known of `package` in `release`, by id; for Debian's line of unstable name the empty release.
  package func advisories(of package: String, in release: Release) -> [Advisory] {
    guard let scope = indexOfString(scopeName(release)), let name = indexOfString(package),
      let found = indexOfPackage(scope: scope, name: name)
    else { return [] }
    let at = frame.packages + found * IndexFrame.packageBytes
    return span(
      at + 8, next: IndexFrame.packageBytes, isLast: found + 1 == frame.packageCount, end: frame.advisoryCount
    ).map { advisory($0, of: package, in: release) }
  }

  private func advisory(_ index: Int, of package: String, in release: Release) -> Advisory {
    let at = frame.advisories + index * IndexFrame.advisoryBytes
    let fixed = string(number(at + 4))
    let named = string(number(at + 8))
    let ruling: Advisory.Ruling? =
      switch bytes[at + 16] {
      case RulingCode.fixed: .fixed(fixed)
      case RulingCode.notAffected: .notAffected
      case RulingCode.silent: .silent
      case let code: Advisory.OpenState(rawValue: code).map { .open($0) }
      }
    return Advisory(
      ecosystem: release.ecosystem, release: release.name, package: package, id: string(number(at)), ruling: ruling,
      evidence: named.isEmpty ? nil : Advisory.Evidence(version: named, isAdvisory: bytes[at + 18] == 1),
      urgency: Advisory.Urgency(rawValue: bytes[at + 17]),
      aliases: Set(string(number(at + 12)).split(separator: " ").map(String.init)))
  }

  // MARK: - The bytes

  private func number(_ at: Int) -> Int { frame.number(bytes, at) }

  private func release(_ scope: String) -> Release? {
    guard let slash = scope.firstIndex(of: "/"), let ecosystem = Ecosystem(rawValue: String(scope[..<slash])) else {
      return nil
    }
    return Release(ecosystem: ecosystem, name: String(scope[scope.index(after: slash)...]))
  }

  /// From the number at `at` to the same number of the next record; empty when the two are damaged.
  private func span(_ at: Int, next: Int, isLast: Bool, end: Int) -> Range<Int> {
    let first = number(at)
    let last = isLast ? end : number(at + next)
    return first <= last && last <= end ? first..<last : 0..<0
  }

  private func stringBytes(_ index: Int) -> ArraySlice<UInt8> {
    guard index < frame.stringCount else { return [] }
    let start = number(frame.stringOffsets + index * 4)
    let end = number(frame.stringOffsets + index * 4 + 4)
    guard start <= end, frame.strings + end <= frame.packages else { return [] }
    return bytes[(frame.strings + start)..<(frame.strings + end)]
  }

  private func string(_ index: Int) -> String { String(decoding: stringBytes(index), as: UTF8.self) }

  private func indexOfString(_ text: String) -> Int? {
    let wanted = Array(text.utf8)
    let index = lowerBound(frame.stringCount) { stringBytes($0).lexicographicallyPrecedes(wanted) }
    return index < frame.stringCount && stringBytes(index).elementsEqual(wanted) ? index : nil
  }

  private func indexOfPackage(scope: Int, name: Int) -> Int? {
    func key(_ index: Int) -> (Int, Int) {
      let at = frame.packages + index * IndexFrame.packageBytes
      return (number(at), number(at + 4))
    }
    let index = lowerBound(frame.packageCount) { key($0) < (scope, name) }
    return index < frame.packageCount && key(index) == (scope, name) ? index : nil
  }

  private func lowerBound(_ count: Int, isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// How a release is written in the index.
func scopeName(_ release: Release) -> String { "\(release.ecosystem.rawValue)/\(release.name)" }

/// Rulings in one byte; what is between is an `Advisory.OpenState`.
enum RulingCode {
  static let none: UInt8 = 0
  static let fixed: UInt8 = 100
  static let notAffected: UInt8 = 101
  static let silent: UInt8 = 102
}
