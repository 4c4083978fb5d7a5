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

/// Which source repositories are meant: one, or with `/**` at its end all below a place. Segments are whole.
struct SourcePattern: Hashable, Sendable, CustomStringConvertible {
  private let place: SourceRepository
  private let coversBelow: Bool

  init?(_ text: String) {
    coversBelow = text.hasSuffix("/**")
    guard let place = SourceRepository(coversBelow ? text.dropLast(3) : text[...]) else { return nil }
    self.place = place
  }

  /// All below `place`.
  init(below place: SourceRepository) { (self.place, coversBelow) = (place, true) }

  var description: String { coversBelow ? "\(place)/**" : "\(place)" }

  func covers(_ repository: SourceRepository) -> Bool {
    guard coversBelow else { return repository == place }
    return repository.host == place.host && repository.path.count > place.path.count
      && repository.path.starts(with: place.path)
  }
}
