import Crypto
import Metadata
package import Policies

/// Who may call the metadata API: everybody in the demo profile, else who shows a token that is listed.
package struct Authority: Sendable {
  /// A token as it is kept: only its hash, so that the list is no list of secrets.
  private struct Entry: Sendable {
    let tokenDigest: [UInt8]
    let caller: Caller
  }

  private let entries: [Entry]
  private let isOpen: Bool

  /// The demo profile: everybody may do everything. The door allows it on loopback only.
  package static let open = Authority(entries: [], isOpen: true)

  private init(entries: [Entry], isOpen: Bool) {
    self.entries = entries
    self.isOpen = isOpen
  }

  /// One caller for each token, given as it will be shown.
  package init(tokens: [(token: String, caller: Caller)]) {
    self.init(
      entries: tokens.map { Entry(tokenDigest: Array(SHA256.hash(data: Array($0.token.utf8))), caller: $0.caller) },
      isOpen: false)
  }

  /// Reads the callers file:
  ///
  /// ```yaml
  /// callers:
  ///   - name: tenant-a-robot
  ///     tokenSHA256: 64 hex digits, as `printf %s "$TOKEN" | sha256sum` prints them
  ///     grants:
  ///       - projects/tenant-a:occurrences.create
  ///       - projects/attestors:notes.attachOccurrence
  /// ```
  ///
  /// - Parameter file: its name, for errors.
  /// - Throws: `DocumentError` with the place: an unknown key or right, a hash that is none, a name or hash given twice.
  package init(parsing text: String, file: String) throws(DocumentError) {
    let root = try DocumentNode(parsing: text, file: file)
    try root.onlyKeys(["callers"])
    var entries: [Entry] = []
    for node in try root.required("callers").elements() {
      let entry = try Self.entry(node)
      guard !entries.contains(where: { $0.caller.name == entry.caller.name }) else {
        throw node.error("the name stands twice", remedy: "Give every caller a name of its own.")
      }
      guard !entries.contains(where: { $0.tokenDigest == entry.tokenDigest }) else {
        throw node.error("another caller has the same token", remedy: "Give every caller a token of its own.")
      }
      entries.append(entry)
    }
    self.init(entries: entries, isOpen: false)
  }

  private static func entry(_ node: DocumentNode) throws(DocumentError) -> Entry {
    try node.onlyKeys(["name", "tokenSHA256", "grants"])
    let hash = try node.required("tokenSHA256")
    guard let digest = bytes(hex: try hash.string()), digest.count == SHA256.byteCount else {
      throw hash.error("not the SHA-256 of a token", remedy: "Write the 64 hex digits of `printf %s \"$TOKEN\" | sha256sum`.")
    }
    var grants: Set<Grant> = []
    for element in try node.required("grants").elements() {
      guard let grant = Grant(parsing: try element.string()) else {
        throw element.error(
          "not a grant",
          remedy: "Write projects/PROJECT:RIGHT with one of: \(Right.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      grants.insert(grant)
    }
    return Entry(tokenDigest: digest, caller: Caller(name: try node.required("name").string(), grants: grants))
  }

  /// Who calls.
  ///
  /// Tokens are compared by hash and each comparison takes the same time whatever it finds, so that the time of an
  /// answer says nothing of a token.
  ///
  /// - Parameter authorization: the value of the `Authorization` header, `Bearer TOKEN`; nil when there is none.
  /// - Throws: `MetadataError.unauthenticated`.
  func caller(showing authorization: String?) throws(MetadataError) -> Caller {
    if isOpen { return .anybody }
    let scheme = "Bearer "
    guard let authorization, authorization.utf8.count <= 4096,
      authorization.prefix(scheme.count).lowercased() == scheme.lowercased()
    else { throw .unauthenticated }
    let shown = SHA256.hash(data: Array(authorization.dropFirst(scheme.count).utf8))
    var found: Caller?
    for entry in entries where shown == entry.tokenDigest { found = entry.caller }
    guard let found else { throw .unauthenticated }
    return found
  }
}

private func bytes(hex: String) -> [UInt8]? {
  let digits = hex.utf8.compactMap { hexValue($0) }
  guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: byte - 48
  case 97...102: byte - 87
  case 65...70: byte - 55
  default: nil
  }
}
