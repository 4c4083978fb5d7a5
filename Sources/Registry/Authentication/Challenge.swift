/// What a registry asks for before it answers.
///
/// Source: RFC 9110 11.6.1; distribution spec, token authentication.
enum Challenge: Hashable {
  case basic
  case bearer(realm: String, service: String?)

  /// The strongest challenge in the `WWW-Authenticate` headers that we can meet; nil for none.
  init?(headers: [String]) {
    let all = headers.compactMap(Challenge.init(header:))
    guard let best = all.first(where: { $0 != .basic }) ?? all.first else { return nil }
    self = best
  }

  private init?(header: String) {
    let scheme = header.prefix { $0 != " " }.lowercased()
    if scheme == "basic" {
      self = .basic
      return
    }
    guard scheme == "bearer", header.utf8.count <= 4096 else { return nil }
    let parameters = Self.parameters(header.dropFirst(scheme.count))
    guard let realm = parameters["realm"] else { return nil }
    self = .bearer(realm: realm, service: parameters["service"])
  }

  /// `name="value"` or `name=value`, between commas; the first of two with one name counts.
  private static func parameters(_ text: Substring) -> [String: String] {
    var found: [String: String] = [:]
    var rest = text
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].drop { $0 == " " || $0 == "," }.lowercased()
      rest = rest[rest.index(after: equals)...]
      let isQuoted = rest.hasPrefix("\"")
      if isQuoted { rest = rest.dropFirst() }
      let value = rest.prefix { isQuoted ? $0 != "\"" : $0 != "," }
      rest = rest.dropFirst(value.count + (isQuoted ? 1 : 0))
      if found[name] == nil { found[name] = String(value) }
    }
    return found
  }
}

extension HostSettings {
  /// Where to ask for a token, if the realm may be trusted with the credential of `registry`.
  ///
  /// - Throws: `RegistryError.refusedWay` unless it is https (or the registry's own plain origin), and the host is the
  ///   registry itself or one of `tokenHosts`, and no bare address that is not the registry's.
  func tokenAddress(realm: String, of registry: Origin) throws(RegistryError) -> WebAddress {
    guard let address = WebAddress(parsing: realm) else {
      throw .refusedWay(host: registry.authority, because: "its token realm is no http address")
    }
    if address.origin == registry { return address }
    guard address.origin.scheme == .https else {
      throw .refusedWay(host: registry.authority, because: "its token realm is not https")
    }
    guard !address.origin.isLiteralAddress else {
      throw .refusedWay(host: registry.authority, because: "its token realm is a bare address")
    }
    guard tokenHosts.contains(address.origin.authority) else {
      throw .refusedWay(
        host: registry.authority, because: "its token realm \(address.origin.authority) is not a token host of it")
    }
    return address
  }
}
