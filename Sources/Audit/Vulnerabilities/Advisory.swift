/// What one feed says of one vulnerability in one source package of one release.
///
/// Feeds disagree and repeat each other; `AdvisoryIndex` merges what is said of the same (release, package, id).
package struct Advisory: Hashable, Sendable {
  /// What the distribution has decided for the release.
  package enum Ruling: Hashable, Sendable {
    /// Versions before this one are affected.
    case fixed(String)
    /// Affected, and no version of this release mends it.
    case open(OpenState)
    case notAffected
    /// The feed knows the vulnerability and says nothing of it here: undetermined, or the package was removed.
    case silent
  }

  /// Why there is no fix. The later of two that are said of the same counts.
  package enum OpenState: UInt8, Comparable, Sendable {
    case unfixed = 1
    case noDSA, postponed, ignored, endOfLife

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// What the changelog of the release's own uploads says.
  package struct Evidence: Hashable, Sendable {
    /// The lowest upload that names the vulnerability: this version and those above it hold the fix.
    package var version: String
    /// Whether it also makes findings of installations below it, or only ends those that other feeds make.
    package var isAdvisory: Bool

    package init(version: String, isAdvisory: Bool) {
      self.version = version
      self.isAdvisory = isAdvisory
    }
  }

  /// How bad the distribution says it is.
  package enum Urgency: UInt8, Comparable, Sendable {
    /// Debian: no security support is needed; shown, but not counted against an image.
    case unimportant = 1
    case low, medium, high

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  package let ecosystem: Ecosystem
  /// `bookworm`, `v3.19`; empty for Debian's line of unstable, which counts where a release has no ruling of its own.
  package let release: String
  /// The source package.
  package let package: String
  /// `CVE-2024-6119`.
  package let id: String
  package var ruling: Ruling?
  package var evidence: Evidence?
  package var urgency: Urgency?
  /// Other names: `DSA-5764-1`, `XSA-200`.
  package var aliases: Set<String>

  /// Everything outside must be visible ASCII: the index sorts by bytes.
  package init(
    ecosystem: Ecosystem, release: String, package: String, id: String, ruling: Ruling? = nil, evidence: Evidence? = nil,
    urgency: Urgency? = nil, aliases: Set<String> = []
  ) {
    self.ecosystem = ecosystem
    self.release = release
    self.package = package
    self.id = id
    self.ruling = ruling
    self.evidence = evidence
    self.urgency = urgency
    self.aliases = aliases
  }
}

extension Advisory {
  /// Adds what `other` says of the same thing. The result does not depend on the order of merging.
  mutating func merge(_ other: Advisory) {
    aliases.formUnion(other.aliases)
    urgency = [urgency, other.urgency].compactMap { $0 }.max()
    if let theirs = other.evidence {
      if let ours = evidence {
        evidence = Evidence(
          version: earlier(ours.version, theirs.version), isAdvisory: ours.isAdvisory || theirs.isAdvisory)
      } else {
        evidence = theirs
      }
    }
    guard let theirs = other.ruling else { return }
    guard let ours = ruling else {
      ruling = theirs
      return
    }
    switch (ours, theirs) {
    case (.fixed(let a), .fixed(let b)): ruling = .fixed(earlier(a, b) == a ? b : a)
    case (.open(let a), .open(let b)): ruling = .open(max(a, b))
    default: ruling = ours.rank >= theirs.rank ? ours : theirs
    }
  }

  /// Texts of one version are ordered by their bytes, so that which one is kept is no matter of chance.
  private func earlier(_ a: String, _ b: String) -> String {
    let scheme = ecosystem.scheme
    if (try? scheme.isEarlier(a, than: b)) == true { return a }
    if (try? scheme.isEarlier(b, than: a)) == true { return b }
    return min(a, b)
  }
}

extension Advisory.Ruling {
  /// Not affected wins over all, a fix over what is still open.
  fileprivate var rank: Int {
    switch self {
    case .silent: 0
    case .open: 1
    case .fixed: 2
    case .notAffected: 3
    }
  }
}
