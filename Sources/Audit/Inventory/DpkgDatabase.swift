import Images

/// dpkg: one status file, and in images without dpkg one file a package in status.d.
///
/// Source: dpkg-query(1) for the states; distroless for status.d.
extension Inventory {
  static let dpkgStatus = "/var/lib/dpkg/status"
  static let dpkgFolder = "/var/lib/dpkg/status.d/"

  /// What else lies in status.d beside the control files.
  private static let besides = [
    ".md5sums", ".list", ".preinst", ".postinst", ".prerm", ".postrm", ".conffiles", ".config", ".templates", ".triggers",
    ".shlibs", ".symbols",
  ]

  mutating func readDpkg(_ files: ImageFiles) {
    if let status = database(Self.dpkgStatus, in: files) {
      readDpkg(status.bytes, Self.dpkgStatus, layer: status.layer, needsStatus: true)
    }
    let parts = files.entries.keys.filter { path in
      path.hasPrefix(Self.dpkgFolder) && !Self.besides.contains { path.hasSuffix($0) }
    }
    for path in parts.sorted() where files.entry(at: path)?.kind != .directory {
      guard let part = database(path, in: files) else { continue }
      readDpkg(part.bytes, path, layer: part.layer, needsStatus: false)
    }
  }

  private mutating func readDpkg(_ bytes: [UInt8], _ path: String, layer: Int, needsStatus: Bool) {
    let wanted: Set = ["package", "status", "version", "source", "architecture", "installed-size"]
    for paragraph in ControlParagraphs.read(bytes, fields: wanted) {
      let fields = paragraph.fields
      let place = "\(printable(path)), line \(paragraph.line)"
      if let line = paragraph.malformedLine { addGap("\(printable(path)), line \(line): neither a field nor part of one") }
      // want, flag, state: only the last says whether the files are there. status.d has no such field.
      let state = fields["status"]?.split(separator: " ").last
      if let state, state != "installed" { continue }
      guard let name = fields["package"], !name.isEmpty, state != nil || !needsStatus else {
        addGap("\(place): a paragraph that names no package, or no state of it")
        continue
      }
      guard let version = fields["version"], !version.isEmpty else {
        addGap("\(place): package \(printable(name)) has no version")
        continue
      }
      packages.append(
        InstalledPackage(
          name: name, version: version, architecture: fields["architecture"] ?? "",
          source: Self.source(fields["source"], version), scheme: .dpkg,
          sizeBytes: fields["installed-size"].flatMap { Int32($0) }.map { Int64($0) << 10 }, path: path, layer: layer))
    }
  }

  /// `name (version)`; the version stands there only where it differs from the binary's.
  private static func source(_ text: String?, _ version: String) -> (name: String, version: String)? {
    guard let text, !text.isEmpty else { return nil }
    guard let open = text.firstIndex(of: "(") else { return (text, version) }
    let name = text[..<open].split(separator: " ").first
    let inner = text[text.index(after: open)...].prefix { $0 != ")" }.split(separator: " ").first
    return name.map { (String($0), inner.map(String.init) ?? version) }
  }
}
