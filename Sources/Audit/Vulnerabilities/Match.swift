package import Metadata
import Schemas

/// How a vulnerability stands in the release of the image.
package enum VulnerabilityStatus: String, Sendable, CaseIterable {
  /// A version of this release mends it.
  case fixed
  case unfixed
  case noDSA = "no-dsa"
  case postponed, ignored
  /// Debian says it needs no security support, fix or not.
  case unimportant
  case endOfLife = "end-of-life"

  init(_ open: Advisory.OpenState) {
    switch open {
    case .unfixed: self = .unfixed
    case .noDSA: self = .noDSA
    case .postponed: self = .postponed
    case .ignored: self = .ignored
    case .endOfLife: self = .endOfLife
    }
  }
}

/// One vulnerability in one installed package.
package struct VulnerablePackage: Hashable, Sendable {
  package let package: InstalledPackage
  /// `CVE-2024-6119`.
  package let id: String
  /// Other names of it, sorted.
  package let aliases: [String]
  /// The first version of this release without it; nil when there is none.
  package let fixedVersion: String?
  package let status: VulnerabilityStatus
  /// `.unspecified` when nobody has said.
  package let severity: Severity
  /// Who says so: `debian`; nil when nobody has.
  package let severitySource: String?
}

extension Inventory {
  /// What `index` knows against the packages of this inventory: by source package and source version, one finding for each
  /// binary package, sorted by package, id and version.
  ///
  /// Empty without a release whose advisories are read; coverage says why.
  package func vulnerabilities(in index: AdvisoryIndex) -> [VulnerablePackage] {
    guard let release = operatingSystem?.release else { return [] }
    var known: [Source: [Verdict]] = [:]
    var found: [VulnerablePackage] = []
    for package in packages where package.scheme == release.ecosystem.scheme {
      let source = Source(name: package.sourceName, version: package.sourceVersion)
      let verdicts = known[source] ?? Self.verdicts(on: source, in: release, index)
      known[source] = verdicts
      found += verdicts.map { $0.finding(in: package) }
    }
    return found.sorted {
      ($0.package.name, $0.id, $0.package.version, $0.package.architecture)
        < ($1.package.name, $1.id, $1.package.version, $1.package.architecture)
    }
  }

  private struct Source: Hashable {
    let name: String
    let version: String
  }

  private static func verdicts(on source: Source, in release: Release, _ index: AdvisoryIndex) -> [Verdict] {
    let own = index.advisories(of: source.name, in: release)
    let unstable =
      release.ecosystem == .debian
      ? index.advisories(of: source.name, in: Release(ecosystem: .debian, name: "")) : []
    let byID = Dictionary(unstable.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    let ownIDs = Set(own.map(\.id))
    let pairs: [(own: Advisory?, unstable: Advisory?)] =
      own.map { ($0, byID[$0.id]) } + unstable.filter { !ownIDs.contains($0.id) }.map { (nil, $0) }
    return pairs.compactMap { pair in
      // A version nobody can compare makes no finding here; coverage tells of it.
      try? Judgement(own: pair.own, unstable: pair.unstable, release: release).verdict(on: source.version)
    }
  }
}

/// That a version is affected.
struct Verdict {
  let id: String
  let aliases: [String]
  let fixedVersion: String?
  let status: VulnerabilityStatus
  let urgency: Advisory.Urgency?

  func finding(in package: InstalledPackage) -> VulnerablePackage {
    let severity: Severity =
      switch urgency {
      case nil: .unspecified
      case .unimportant: .minimal
      case .low: .low
      case .medium: .medium
      case .high: .high
      }
    return VulnerablePackage(
      package: package, id: id, aliases: aliases, fixedVersion: fixedVersion, status: status, severity: severity,
      severitySource: urgency == nil ? nil : package.scheme == .dpkg ? "debian" : "alpine")
  }
}
