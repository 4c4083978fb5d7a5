/// Who is spoken to: scheme, host and port. Credentials never leave the origin they were given for.
struct Origin: Hashable, Sendable {
  enum Scheme: String { case http, https }

  let scheme: Scheme
  /// Lower case; an IPv6 address without its brackets.
  let host: String
  let port: Int

  /// Host and, unless it is the scheme's own, port; as an image reference writes it.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (scheme == .https ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// True when the host is written as an address, in any way a resolver takes for one.
  var isLiteralAddress: Bool {
    host.contains(":") || host.split(separator: ".").last.map { $0.allSatisfy(\.isNumber) || $0.hasPrefix("0x") } ?? true
  }

  /// True for the names by which clouds know their metadata servers; they are not even looked up.
  var isMetadataServer: Bool {
    ["metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal"]
      .contains(host.hasSuffix(".") ? String(host.dropLast()) : host)
  }

  /// Reads `host[:port]`.
  init?(_ scheme: Scheme, authority: some StringProtocol) {
    guard let (host, port) = hostAndPort(authority) else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port ?? (scheme == .https ? 443 : 80)
  }
}

/// An `http` or `https` address of which every part is known; nothing is left for another parser to read differently.
struct WebAddress: Hashable, Sendable {
  let origin: Origin
  /// Path and query, starting with `/`.
  let target: String

  init(_ origin: Origin, _ target: String) {
    self.origin = origin
    self.target = target
  }

  /// Reads an absolute address, or one relative to the root of `base`.
  ///
  /// nil for other schemes, user names, fragments, and anything but visible ASCII.
  init?(parsing text: String, relativeTo base: Origin? = nil) {
    guard text.utf8.allSatisfy({ (33...126).contains($0) && !"\\#\"<>^`{|}".utf8.contains($0) }) else { return nil }
    if let base, text.hasPrefix("/"), !text.hasPrefix("//") {
      self.init(base, text)
      return
    }
    guard let colon = text.firstRange(of: "://"), let scheme = Origin.Scheme(rawValue: text[..<colon.lowerBound].lowercased())
    else { return nil }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let origin = Origin(scheme, authority: rest[..<end]) else { return nil }
    let target = String(rest[end...])
    self.init(origin, target.hasPrefix("/") ? target : "/\(target)")
  }
}

/// Splits `host[:port]`; nil when it is not exactly that.
func hostAndPort(_ text: some StringProtocol) -> (host: String, port: Int?)? {
  var host = String(text)
  var port: Int?
  let afterBracket = host.lastIndex(of: "]") ?? host.startIndex
  if let colon = host[afterBracket...].lastIndex(of: ":") {
    let digits = host[host.index(after: colon)...]
    guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
      (1...65535).contains(number)
    else { return nil }
    port = number
    host = String(host[..<colon])
  }
  let isVersion6 = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
  if isVersion6 { host = String(host.dropFirst().dropLast()) }
  let extra = isVersion6 ? ":" : "-."
  let isSound = host.utf8.allSatisfy { byte in
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || extra.utf8.contains(byte)
  }
  return isSound && !host.isEmpty ? (host.lowercased(), port) : nil
}
