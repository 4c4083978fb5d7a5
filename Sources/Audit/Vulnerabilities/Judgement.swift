/// All that is said of one vulnerability in one source package of one release, ready to judge a version.
///
/// The release's own ruling comes before the line of unstable. What the changelog proves to be in the installed version
/// is no finding, however stale the other feeds are. A fix that only unstable has is no fix for this release.
struct Judgement {
  /// Of the release.
  let own: Advisory?
  /// Of Debian's line of unstable.
  let unstable: Advisory?
  let release: Release

  /// - Returns: nil when `installed` is not affected, or nobody says that it is.
  /// - Throws: `AuditError.malformedVersion`.
  func verdict(on installed: String) throws(AuditError) -> Verdict? {
    let scheme = release.ecosystem.scheme
    if let evidence = own?.evidence, try !scheme.isEarlier(installed, than: evidence.version) { return nil }
    switch own?.ruling ?? unstable?.ruling {
    case .notAffected: return nil
    case .silent, nil: return advisedByChangelog
    case .fixed(let version):
      guard try scheme.isEarlier(installed, than: version) else { return nil }
      let isOfThisRelease = own?.ruling != nil || release.name == "sid"
      return isOfThisRelease ? verdict(.fixed, fixed: version) : advisedByChangelog ?? verdict(.unfixed)
    case .open(let state):
      if case .fixed(let version) = unstable?.ruling, try !scheme.isEarlier(installed, than: version) { return nil }
      return advisedByChangelog ?? verdict(VulnerabilityStatus(state))
    }
  }

  private var advisedByChangelog: Verdict? {
    guard let evidence = own?.evidence, evidence.isAdvisory else { return nil }
    return verdict(.fixed, fixed: evidence.version)
  }

  private func verdict(_ status: VulnerabilityStatus, fixed: String? = nil) -> Verdict? {
    guard let id = own?.id ?? unstable?.id else { return nil }
    let urgency = [own?.urgency, unstable?.urgency].compactMap { $0 }
    let isUnimportant = urgency.contains(.unimportant)
    return Verdict(
      id: id, aliases: (own?.aliases ?? []).union(unstable?.aliases ?? []).sorted(), fixedVersion: fixed,
      status: isUnimportant ? .unimportant : status, urgency: isUnimportant ? .unimportant : urgency.max())
  }
}
