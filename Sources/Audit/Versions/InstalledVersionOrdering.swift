import Metadata

/// Orders versions as the packager of a distribution does, known by the distribution's CPE name.
///
/// | CPE begins with | scheme |
/// |---|---|
/// | `cpe:/o:debian:`, `cpe:/o:canonical:ubuntu_linux` | dpkg |
/// | `cpe:/o:alpinelinux:`, `cpe:/o:alpine:` | apk |
///
/// Names of CPE 2.3, `cpe:2.3:o:debian:debian_linux:12:…`, are read as well.
package struct InstalledVersionOrdering: VersionOrdering {
  package init() {}

  /// Nil for other distributions, and for versions that the packager itself would refuse.
  package func isEarlier(_ a: String, than b: String, in cpeURI: String) -> Bool? {
    guard let scheme = VersionScheme(cpeURI: cpeURI), scheme.fault(in: a) == nil, scheme.fault(in: b) == nil else {
      return nil
    }
    return try? scheme.isEarlier(a, than: b)
  }
}

extension VersionScheme {
  /// The scheme of a distribution; nil for one that this build does not know.
  init?(cpeURI: String) {
    var name = cpeURI.lowercased()
    if name.hasPrefix("cpe:2.3:") { name = "cpe:/" + name.dropFirst("cpe:2.3:".count) }
    switch name {
    case let name where name.hasPrefix("cpe:/o:debian:") || name.hasPrefix("cpe:/o:canonical:ubuntu_linux"): self = .dpkg
    case let name where name.hasPrefix("cpe:/o:alpinelinux:") || name.hasPrefix("cpe:/o:alpine:"): self = .apk
    default: return nil
    }
  }
}
