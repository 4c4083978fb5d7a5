import Images

/// apk: one file with a paragraph of `letter:value` lines a package.
///
/// Source: apk-tools, `src/package.c` (fields), the installed database of Alpine 2 and 3; apk 3 moves it below usr.
extension Inventory {
  private struct Paragraph {
    var name = ""
    var version = ""
    var architecture = ""
    var origin = ""
    var license: String?
    var sizeBytes: Int64?
    var isEmpty = true
  }

  mutating func readApk(_ files: ImageFiles) {
    var seen: Set<String> = []
    for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
      // With lib linked to usr/lib the two are one file.
      guard let target = files.entry(at: path)?.path, seen.insert(target).inserted,
        let found = database(path, in: files)
      else { continue }
      readApk(found.bytes, path, layer: found.layer)
    }
  }

  private mutating func readApk(_ bytes: [UInt8], _ path: String, layer: Int) {
    var open = Paragraph()
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      guard !line.isEmpty else {
        take(open, path, layer)
        open = Paragraph()
        continue
      }
      open.isEmpty = false
      guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: ":") else { continue }
      switch line[line.startIndex] {
      case UInt8(ascii: "P"): open.name = Self.value(line)
      case UInt8(ascii: "V"): open.version = Self.value(line)
      case UInt8(ascii: "A"): open.architecture = Self.value(line)
      case UInt8(ascii: "o"): open.origin = Self.value(line)
      case UInt8(ascii: "L"): open.license = Self.value(line)
      case UInt8(ascii: "I"): open.sizeBytes = Int64(Self.value(line))
      default: break
      }
    }
    take(open, path, layer)
  }

  private static func value(_ line: ArraySlice<UInt8>) -> String {
    String(decoding: line.dropFirst(2).filter { $0 != 0x0D }, as: UTF8.self)
  }

  private mutating func take(_ paragraph: Paragraph, _ path: String, _ layer: Int) {
    guard !paragraph.isEmpty else { return }
    guard !paragraph.name.isEmpty, !paragraph.version.isEmpty else {
      // apk keeps files that no package owns in a paragraph without a name.
      if !paragraph.name.isEmpty || !paragraph.version.isEmpty {
        addGap("\(path): package \"\(printable(paragraph.name))\" has no name or no version")
      }
      return
    }
    let origin = paragraph.origin.isEmpty ? paragraph.name : paragraph.origin
    packages.append(
      InstalledPackage(
        name: paragraph.name, version: paragraph.version, architecture: paragraph.architecture,
        source: (origin, paragraph.version), scheme: .apk, license: paragraph.license, sizeBytes: paragraph.sizeBytes,
        path: path, layer: layer))
  }
}
