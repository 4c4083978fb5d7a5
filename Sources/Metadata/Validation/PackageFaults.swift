import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_PackageNote) {
    require(!note.name.isEmpty, "package.name", "name the package")
    for (index, distribution) in note.distribution.enumerated() {
      let at = "package.distribution[\(index)]"
      require(!distribution.cpeUri.isEmpty, "\(at).cpe_uri", "name the distribution, cpe:/o:debian:debian_linux:12")
      if distribution.hasLatestVersion { checkVersion(distribution.latestVersion, "\(at).latest_version") }
    }
  }

  mutating func check(_ occurrence: Grafeas_V1_PackageOccurrence) {
    require(!occurrence.location.isEmpty, "package.location", "say where the package is installed")
    for (index, location) in occurrence.location.enumerated() {
      let at = "package.location[\(index)]"
      require(!location.cpeUri.isEmpty, "\(at).cpe_uri", "name the distribution, cpe:/o:debian:debian_linux:12")
      if location.hasVersion { checkVersion(location.version, "\(at).version") }
    }
  }
}
