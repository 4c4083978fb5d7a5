package import Images

/// What is installed in an image, and what of it could not be read.
package struct Inventory: Hashable, Sendable {
  /// Nil when no file of the image names one.
  package var operatingSystem: OperatingSystem?
  /// In the order of the databases, dpkg first.
  package var packages: [InstalledPackage] = []
  /// What a database holds and this build could not read, one sentence each; empty when all was read.
  package var gaps: [String] = []

  /// Reads the package databases of `files`, which must have been read with `auditReads`.
  package init(of files: ImageFiles) {
    operatingSystem = OperatingSystem(of: files)
    readDpkg(files)
    readApk(files)
  }

  package init(operatingSystem: OperatingSystem?, packages: [InstalledPackage], gaps: [String] = []) {
    self.operatingSystem = operatingSystem
    self.packages = packages
    self.gaps = gaps
  }

  /// At most this many gaps are named; a hostile database could have millions.
  static let gapLimit = 20

  mutating func addGap(_ sentence: String) {
    if gaps.count < Self.gapLimit { gaps.append(sentence) }
  }

  /// The bytes of a database, or a gap when it is there and its bytes are not: a special file, or one over a ceiling.
  mutating func database(_ path: String, in files: ImageFiles) -> (bytes: [UInt8], layer: Int)? {
    guard let entry = files.entry(at: path) else { return nil }
    guard let bytes = files.contents(of: path) else {
      addGap("\(printable(path)) is there, but its content could not be read")
      return nil
    }
    return (bytes, entry.layer)
  }
}

/// Whether the audit needs the content of the file at `path`, in normal form. Hand this to whoever reads the layers.
@Sendable package func auditReads(_ path: String) -> Bool {
  kept.contains(path) || path.hasPrefix(Inventory.dpkgFolder)
}

private let kept: Set<String> = [
  "/etc/os-release", "/usr/lib/os-release", "/etc/alpine-release", "/etc/debian_version", "/etc/passwd", "/etc/group",
  Inventory.dpkgStatus, "/lib/apk/db/installed", "/usr/lib/apk/db/installed",
]
