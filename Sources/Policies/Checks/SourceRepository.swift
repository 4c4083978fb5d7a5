import Images

/// A source repository in normal form, `github.com/shop/web`: no scheme, user, `.git`, branch or query.
///
/// Hosts are compared without regard to case and paths with it.
package struct SourceRepository: Hashable, Sendable, CustomStringConvertible {
  package let host: String
  package let path: [String]

  package var description: String { ([host] + path).joined(separator: "/") }

  /// Reads what provenance writes: `git+https://github.com/shop/web@refs/heads/main`, `git@github.com:shop/web.git`.
  ///
  /// - Returns: nil for whatever could be read in two ways: escapes, empty segments, `..`, no path.
  ///
  /// Source: SPDX download location, as SLSA uses it for git.
  package init?(_ text: some StringProtocol) {
    guard (1...2048).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return nil }
    var rest = Substring(String(text))
    if rest.hasPrefix("git+") { rest = rest.dropFirst(4) }
    let end = rest.firstIndex { $0 == "#" || $0 == "?" } ?? rest.endIndex
    rest = rest[..<end]
    if let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...]
      let authority = rest.prefix { $0 != "/" }
      if let user = authority.lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
    } else if let user = rest.firstIndex(of: "@"), let colon = rest[user...].firstIndex(of: ":"),
      !rest[..<colon].contains("/")
    {
      // scp's form: user@host:path.
      rest = "\(rest[rest.index(after: user)..<colon])/\(rest[rest.index(after: colon)...])"
    }
    guard let slash = rest.firstIndex(of: "/") else { return nil }
    let host = rest[..<slash].lowercased()
    var path = rest[rest.index(after: slash)...].prefix { $0 != "@" }
    if path.hasSuffix("/") { path = path.dropLast() }
    if path.hasSuffix(".git") { path = path.dropLast(4) }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    let isSound = segments.allSatisfy { $0 != "." && $0 != ".." && !$0.isEmpty && $0.utf8.allSatisfy(Self.isPlain) }
    guard isSound, !host.isEmpty, host.utf8.allSatisfy({ Self.isPlain($0) || $0 == UInt8(ascii: ":") }) else { return nil }
    self.host = host
    self.path = segments.map(String.init)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
  }
}

/// Which source repositories are meant: one, with `/*` at its end those in a place, with `/**` all below it. Segments are
/// whole.
struct SourcePattern: Hashable, Sendable, CustomStringConvertible {
  private enum Reach: String {
    case one = ""
    case within = "/*"
    case below = "/**"
  }

  private let place: SourceRepository
  private let reach: Reach

  init?(_ text: String) {
    reach = text.hasSuffix("/**") ? .below : text.hasSuffix("/*") ? .within : .one
    guard let place = SourceRepository(text.dropLast(reach.rawValue.count)) else { return nil }
    self.place = place
  }

  /// All below `place`.
  init(below place: SourceRepository) { (self.place, reach) = (place, .below) }

  var description: String { "\(place)\(reach.rawValue)" }

  func covers(_ repository: SourceRepository) -> Bool {
    if reach == .one { return repository == place }
    let deeper = repository.path.count - place.path.count
    return repository.host == place.host && (reach == .within ? deeper == 1 : deeper > 0)
      && repository.path.starts(with: place.path)
  }
}
