package import Images

/// Which distribution an image is made of, by its own files.
package struct OperatingSystem: Hashable, Sendable, CustomStringConvertible {
  /// `ID` of os-release, lower case: `debian`, `alpine`, `ubuntu`.
  package let id: String
  /// `12`, `3.10.4`, `trixie/sid`; empty when no file says it.
  package let version: String
  /// `VERSION_CODENAME` of os-release, or the name Debian gave that version; nil when there is none.
  package let codename: String?
  /// For people; nil when os-release has none.
  package let prettyName: String?

  package init(id: String, version: String, codename: String? = nil, prettyName: String? = nil) {
    self.id = id
    self.version = version
    self.codename = codename
    self.prettyName = prettyName
  }

  /// Reads os-release, and the older files of Alpine and Debian where that is missing.
  ///
  /// - Returns: nil when no file names a distribution.
  package init?(of files: ImageFiles) {
    let bytes = files.contents(of: "/etc/os-release") ?? files.contents(of: "/usr/lib/os-release") ?? []
    let fields = Self.assignments(bytes)
    let alpine = Self.line(files.contents(of: "/etc/alpine-release"))
    let debian = Self.line(files.contents(of: "/etc/debian_version"))
    guard let id = fields["ID"]?.lowercased() ?? (alpine != nil ? "alpine" : debian != nil ? "debian" : nil),
      !id.isEmpty
    else { return nil }
    self.id = id
    prettyName = fields["PRETTY_NAME"]
    let written = fields["VERSION_ID"] ?? ""
    switch id {
    case "alpine":
      version = alpine ?? written
      codename = nil
    case "debian":
      version = written.isEmpty ? debian ?? "" : written
      codename = fields["VERSION_CODENAME"] ?? Self.debianCodename(of: version)
    default:
      version = written
      codename = fields["VERSION_CODENAME"]
    }
  }

  /// `debian 12`, `alpine 3.10.4`.
  package var description: String { version.isEmpty ? id : "\(id) \(version)" }

  /// What advisories call this release: `bookworm`, `v3.10`, `edge`; nil for a distribution whose advisories this build
  /// does not read, derivatives included: they rebuild packages and fix them in versions of their own.
  package var release: Release? {
    switch id {
    case "debian": codename.map { Release(ecosystem: .debian, name: $0) }
    case "alpine": Self.alpineBranch(of: version).map { Release(ecosystem: .alpine, name: $0) }
    default: nil
    }
  }

  /// The distribution as occurrences name it: `cpe:/o:debian:debian_linux:12`.
  ///
  /// Source: CPE 2.2 URI binding, with the vendor and product names of the National Vulnerability Database.
  package var cpeURI: String {
    func part(_ text: String) -> String {
      String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }.prefix(64))
    }
    let version = version.isEmpty ? "" : ":\(part(version))"
    switch id {
    case "debian": return "cpe:/o:debian:debian_linux\(version)"
    case "alpine": return "cpe:/o:alpinelinux:alpine_linux\(version)"
    case "ubuntu": return "cpe:/o:canonical:ubuntu_linux\(version)"
    default: return "cpe:/o:\(part(id)):\(part(id))\(version)"
    }
  }

  private static func debianCodename(of version: String) -> String? {
    let names = [
      "3.0": "woody", "3.1": "sarge", "4": "etch", "5": "lenny", "6": "squeeze", "7": "wheezy", "8": "jessie",
      "9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie", "14": "forky", "15": "duke",
    ]
    // Before base-files names a number, debian_version is a name: `trixie/sid`.
    if let slash = version.firstIndex(of: "/") { return String(version[..<slash]) }
    let parts = version.split(separator: ".")
    return names[version] ?? parts.first.flatMap { names[String($0)] } ?? (version.first?.isLetter == true ? version : nil)
  }

  /// `v3.10` for 3.10.4; snapshots of the development branch are `edge`.
  private static func alpineBranch(of version: String) -> String? {
    if version == "edge" || version.contains("_alpha") || version.contains("_beta") { return "edge" }
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].utf8.allSatisfy(isDigit), !parts[0].isEmpty else { return nil }
    let minor = parts[1].prefix { $0.isASCII && $0.isNumber }
    return minor.isEmpty ? nil : "v\(parts[0]).\(minor)"
  }

  /// `KEY=value` lines with the quoting of the shell. The last of two equal keys counts, as it would in a shell.
  ///
  /// Source: os-release(5).
  private static func assignments(_ bytes: [UInt8]) -> [String: String] {
    var found: [String: String] = [:]
    for raw in String(decoding: bytes.prefix(64 << 10), as: UTF8.self).split(whereSeparator: \.isNewline) {
      let line = raw.drop { $0 == " " || $0 == "\t" }
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
      found[String(line[..<equals])] = unquoted(line[line.index(after: equals)...])
    }
    return found
  }

  private static func unquoted(_ text: Substring) -> String {
    var out = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        out.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      } else if quote == nil, character == " " || character == "\t" {
        break
      } else {
        out.append(character)
      }
    }
    return out
  }

  private static func line(_ bytes: [UInt8]?) -> String? {
    guard let bytes else { return nil }
    let text = String(decoding: bytes.prefix(256), as: UTF8.self).split(whereSeparator: \.isWhitespace).first
    return text.map(String.init)
  }
}

/// One line of a distribution that has advisories of its own.
package struct Release: Hashable, Sendable, CustomStringConvertible {
  package let ecosystem: Ecosystem
  /// `bookworm`, `v3.10`.
  package let name: String

  package init(ecosystem: Ecosystem, name: String) {
    self.ecosystem = ecosystem
    self.name = name
  }

  package var description: String { "\(ecosystem.rawValue) \(name)" }
}

/// Whose advisories are read.
package enum Ecosystem: String, Sendable, CaseIterable {
  case debian, alpine

  package var scheme: VersionScheme { self == .debian ? .dpkg : .apk }
}
