import Schemas

/// The reference server never looks at this kind; these rules are what its schema's comments say is required.
///
/// Source: grafeas.v1, upgrade.proto.
extension Faults {
  mutating func check(_ note: Grafeas_V1_UpgradeNote) {
    for (index, distribution) in note.distributions.enumerated() {
      check(distribution, "upgrade.distributions[\(index)]")
    }
    if note.hasWindowsUpdate { return check(note.windowsUpdate) }
    require(!note.package.isEmpty, "upgrade.package", "name the package that the upgrade is for, or set windows_update")
    require(note.hasVersion, "upgrade.version", "set the version to upgrade to, or set windows_update")
    if note.hasVersion { checkVersion(note.version, "upgrade.version") }
  }

  mutating func check(_ occurrence: Grafeas_V1_UpgradeOccurrence) {
    if occurrence.hasDistribution { check(occurrence.distribution, "upgrade.distribution") }
    if occurrence.hasWindowsUpdate { return check(occurrence.windowsUpdate) }
    require(!occurrence.package.isEmpty, "upgrade.package", "name the package that can be upgraded, or set windows_update")
    require(occurrence.hasParsedVersion, "upgrade.parsed_version", "set the version to upgrade to, or set windows_update")
    if occurrence.hasParsedVersion { checkVersion(occurrence.parsedVersion, "upgrade.parsed_version") }
  }

  private mutating func check(_ distribution: Grafeas_V1_UpgradeDistribution, _ at: String) {
    require(!distribution.cpeUri.isEmpty, "\(at).cpe_uri", "name the distribution, cpe:/o:debian:debian_linux:12")
    for (index, cve) in distribution.cve.enumerated() {
      require(!cve.isEmpty, "\(at).cve[\(index)]", "set it, or leave the entry out")
    }
  }

  private mutating func check(_ update: Grafeas_V1_WindowsUpdate) {
    require(!update.identity.updateID.isEmpty, "upgrade.windows_update.identity.update_id", "set the id of the update")
    checkTime(
      update.hasLastPublishedTimestamp ? update.lastPublishedTimestamp : nil, "upgrade.windows_update.last_published_timestamp")
  }
}
