import Images

/// Merges advisories and lays them out as an `AdvisoryIndex`.
///
/// Ceilings are those of whoever reads the feeds: below 2^32 of everything.
package struct IndexCompiler: Sendable {
  private struct Key: Hashable {
    let scope: String
    let package: String
    let id: String
  }

  private var merged: [Key: Advisory] = [:]
  private var feeds: Set<FeedSummary> = []

  package init() {}

  package mutating func add(_ advisory: Advisory) {
    let scope = scopeName(Release(ecosystem: advisory.ecosystem, name: advisory.release))
    let key = Key(scope: scope, package: advisory.package, id: advisory.id)
    if merged[key]?.merge(advisory) == nil { merged[key] = advisory }
  }

  package mutating func add(_ feed: FeedSummary) { feeds.insert(feed) }

  /// The database of everything added so far.
  package func compiled() throws(AuditError) -> AdvisoryIndex {
    let feeds = feeds.sorted { ($0.name, $0.digest.hex) < ($1.name, $1.digest.hex) }
    let table = sortedStrings(feeds)
    let place = Dictionary(uniqueKeysWithValues: table.enumerated().map { ($1, $0) })
    func at(_ text: String?) -> Int { text.flatMap { place[$0] } ?? 0 }
    let records = merged.map { key, advisory in
      (scope: at(key.scope), package: at(key.package), id: at(key.id), advisory: advisory)
    }.sorted { ($0.scope, $0.package, $0.id) < ($1.scope, $1.package, $1.id) }

    var packages = IndexBytes()
    var advisories = IndexBytes()
    var last: (Int, Int)?
    for (index, record) in records.enumerated() {
      if last.map({ $0 == (record.scope, record.package) }) != true {
        packages.add(record.scope, record.package, index)
        last = (record.scope, record.package)
      }
      Self.write(record.advisory, id: record.id, at, into: &advisories)
    }
    var files = IndexBytes()
    var releases = IndexBytes()
    for feed in feeds {
      files.add(
        at(feed.name), at("\(feed.digest)"), at(feed.newest), feed.records, Int(feed.kind.rawValue),
        releases.bytes.count / 4)
      for release in feed.releases { releases.add(at(scopeName(release))) }
    }
    let texts = Self.stringTable(table)
    var header = IndexBytes(bytes: IndexFrame.magic)
    header.add(
      IndexFrame.format, table.count, texts.pool.count, packages.bytes.count / IndexFrame.packageBytes, records.count,
      feeds.count, releases.bytes.count / 4)
    return try AdvisoryIndex(
      reading: header.bytes + texts.offsets.bytes + texts.pool + packages.bytes + advisories.bytes + files.bytes
        + releases.bytes)
  }

  private static func stringTable(_ table: [String]) -> (offsets: IndexBytes, pool: [UInt8]) {
    var offsets = IndexBytes()
    var pool: [UInt8] = []
    for text in table {
      offsets.add(pool.count)
      pool += Array(text.utf8)
    }
    offsets.add(pool.count)
    return (offsets, pool)
  }

  private static func write(_ advisory: Advisory, id: Int, _ at: (String?) -> Int, into out: inout IndexBytes) {
    var fixed: String?
    let ruling: UInt8
    switch advisory.ruling {
    case nil: ruling = RulingCode.none
    case .fixed(let version):
      ruling = RulingCode.fixed
      fixed = version
    case .open(let state): ruling = state.rawValue
    case .notAffected: ruling = RulingCode.notAffected
    case .silent: ruling = RulingCode.silent
    }
    out.add(id, at(fixed), at(advisory.evidence?.version), at(aliases(of: advisory)))
    out.bytes += [ruling, advisory.urgency?.rawValue ?? 0, advisory.evidence?.isAdvisory == true ? 1 : 0, 0]
  }

  private static func aliases(of advisory: Advisory) -> String { advisory.aliases.sorted().joined(separator: " ") }

  private func sortedStrings(_ feeds: [FeedSummary]) -> [String] {
    var strings: Set<String> = [""]
    for (key, advisory) in merged {
      strings.formUnion([key.scope, key.package, key.id, Self.aliases(of: advisory)])
      if case .fixed(let version) = advisory.ruling { strings.insert(version) }
      if let evidence = advisory.evidence { strings.insert(evidence.version) }
    }
    for feed in feeds {
      strings.formUnion([feed.name, "\(feed.digest)", feed.newest ?? ""])
      strings.formUnion(feed.releases.map(scopeName))
    }
    return strings.sorted()
  }
}

/// Bytes in the making.
private struct IndexBytes {
  var bytes: [UInt8] = []

  mutating func add(_ numbers: Int...) {
    for number in numbers {
      let value = UInt32(truncatingIfNeeded: number)
      for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
  }
}
