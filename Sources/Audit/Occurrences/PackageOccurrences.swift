import Schemas

extension Scribe {
  mutating func writePackages() {
    for package in report.inventory.packages {
      var note = Grafeas_V1_Note()
      note.shortDescription = package.name
      note.package.name = package.name
      note.package.packageType = package.scheme.packageType
      var location = Grafeas_V1_Location()
      location.cpeUri = cpeURI
      location.version = Grafeas_V1_Version(package.version, package.scheme)
      location.path = package.path
      var found = Grafeas_V1_PackageOccurrence()
      found.name = package.name
      found.location = [location]
      found.packageType = package.scheme.packageType
      found.cpeUri = cpeURI
      found.version = location.version
      found.architecture =
        switch package.architecture {
        case "amd64", "x86_64": .x64
        case "i386", "x86": .x86
        default: .unspecified
        }
      if let license = package.license { found.license.expression = license }
      write(
        .package, of: "package-\(package.scheme.rawValue)-\(idPart(package.name))", note: note, details: .package(found))
    }
  }
}

extension VersionScheme {
  /// As occurrences call a package of the operating system.
  var packageType: String { "OS" }
}

extension Grafeas_V1_Version {
  /// `version` cut into the parts that Grafeas names.
  init(_ version: String, _ scheme: VersionScheme) {
    self.init()
    kind = .normal
    fullName = version
    var rest = version[...]
    if scheme == .dpkg, let colon = rest.firstIndex(of: ":"), let number = Int32(rest[..<colon]) {
      epoch = number
      rest = rest[rest.index(after: colon)...]
    }
    if let hyphen = rest.lastIndex(of: "-") {
      name = String(rest[..<hyphen])
      revision = String(rest[rest.index(after: hyphen)...])
    } else {
      name = String(rest)
    }
    if name.isEmpty { name = version }
  }

  /// Later than any version: there is none that mends it.
  static var never: Grafeas_V1_Version {
    var version = Grafeas_V1_Version()
    version.kind = .maximum
    return version
  }
}
