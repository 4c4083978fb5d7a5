import Crypto
import Images
import Metadata
import Policies

/// The callers file, read: who may call, how each is recognised, what each may do, and whose tokens are believed.
struct Roster: Sendable {
  /// What a caller shows.
  enum Credential: Hashable, Sendable {
    /// The SHA-256 of a bearer token: the file is no list of secrets.
    case token([UInt8])
    /// One of the names of a client certificate, as `PeerCertificate` has them.
    case certificate(String)
    /// The subject of a token that the issuer signed.
    case subject(String, issuer: String)
  }

  /// Somebody whose signed tokens are believed.
  struct Issuer: Sendable {
    let name: String
    let audience: String
    /// As written; a relative path starts at the folder of the callers file.
    let keySetFile: String
  }

  let callers: [(credential: Credential, caller: Caller)]
  let issuers: [Issuer]

  init(tokens: [(token: String, caller: Caller)]) {
    callers = tokens.map { (.token(Array(SHA256.hash(data: Array($0.token.utf8)))), $0.caller) }
    issuers = []
  }

  /// - Throws: `DocumentError`, as `Authority.init(parsing:file:)` says.
  init(parsing text: String, file: String) throws(DocumentError) {
    let root = try DocumentNode(parsing: text, file: file)
    try root.onlyKeys(["callers", "issuers"])
    var issuers: [Issuer] = []
    for node in try root["issuers"]?.elements() ?? [] {
      let issuer = try Self.issuer(node)
      guard !issuers.contains(where: { $0.name == issuer.name }) else {
        throw node.error("the issuer stands twice", remedy: "Keep one entry for each issuer.")
      }
      issuers.append(issuer)
    }
    var callers: [(credential: Credential, caller: Caller)] = []
    var names: Set<String> = []
    var credentials: Set<Credential> = []
    for node in try root.required("callers").elements() {
      let entry = try Self.caller(node, issuers)
      guard names.insert(entry.caller.name).inserted else {
        throw node.error("the name stands twice", remedy: "Give every caller a name of its own.")
      }
      guard credentials.insert(entry.credential).inserted else {
        throw node.error(
          "another caller has the same token, certificate or subject", remedy: "Give every caller one of its own.")
      }
      callers.append(entry)
    }
    self.callers = callers
    self.issuers = issuers
  }

  private static func issuer(_ node: DocumentNode) throws(DocumentError) -> Issuer {
    try node.onlyKeys(["issuer", "audience", "jwks"])
    return Issuer(
      name: try filled(node.required("issuer")), audience: try filled(node.required("audience")),
      keySetFile: try filled(node.required("jwks")))
  }

  private static func caller(
    _ node: DocumentNode, _ issuers: [Issuer]
  ) throws(DocumentError) -> (credential: Credential, caller: Caller) {
    try node.onlyKeys(["name", "tokenSHA256", "certificate", "subject", "issuer", "grants", "roles"])
    var grants: Set<Grant> = []
    for element in try node["grants"]?.elements() ?? [] { grants.insert(try grant(element)) }
    for element in try node["roles"]?.elements() ?? [] { grants.formUnion(try role(element)) }
    let name = try node.required("name")
    guard try name.string() == printable(try name.string()), try !name.string().isEmpty else {
      throw name.error("not a name", remedy: "Write up to 120 visible ASCII characters.")
    }
    return (try credential(node, issuers), Caller(name: try name.string(), grants: grants))
  }

  private static func credential(_ node: DocumentNode, _ issuers: [Issuer]) throws(DocumentError) -> Credential {
    switch (node["tokenSHA256"], node["certificate"], node["subject"], node["issuer"]) {
    case (let hash?, nil, nil, nil):
      guard let digest = bytes(hex: try hash.string()), digest.count == SHA256.byteCount else {
        throw hash.error("not the SHA-256 of a token", remedy: "Write the 64 hex digits of `printf %s \"$TOKEN\" | sha256sum`.")
      }
      return .token(digest)
    case (nil, let name?, nil, nil):
      guard PeerCertificate.isName(try name.string()) else {
        throw name.error("not a name of a certificate", remedy: "Write CN=gate,O=shop or DNS:NAME or URI:spiffe://DOMAIN/PATH.")
      }
      return .certificate(try name.string())
    case (nil, nil, let subject?, let issuer?):
      guard issuers.contains(where: { (try? issuer.string()) == $0.name }) else {
        throw issuer.error("not one of the issuers", remedy: "Add it to issuers, with its audience and jwks.")
      }
      return .subject(try filled(subject), issuer: try issuer.string())
    default:
      throw node.error(
        "a caller is recognised by one thing", remedy: "Write tokenSHA256, or certificate, or subject with its issuer.")
    }
  }

  private static func grant(_ node: DocumentNode) throws(DocumentError) -> Grant {
    guard let grant = Grant(parsing: try node.string()) else {
      throw node.error(
        "not a grant",
        remedy: "Write projects/PROJECT:RIGHT or projects/PROJECT/notes/NOTE:RIGHT with one of: "
          + Right.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    return grant
  }

  private static func role(_ node: DocumentNode) throws(DocumentError) -> Set<Grant> {
    var grants: Set<Grant> = []
    for (key, value) in try node.entries() {
      guard let resource = AccessResource(parsing: key) else {
        throw value.error("not a project or note", remedy: "Write projects/PROJECT, projects/PROJECT/notes/NOTE or projects/*.")
      }
      guard let role = Role(rawValue: try value.string()) else {
        throw value.error("not a role", remedy: "Write one of: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      for right in role.rights { grants.insert(Grant(right, on: resource)) }
    }
    return grants
  }

  private static func filled(_ node: DocumentNode) throws(DocumentError) -> String {
    let text = try node.string()
    guard !text.isEmpty else { throw node.error("it is empty", remedy: "Write a value.") }
    return text
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
