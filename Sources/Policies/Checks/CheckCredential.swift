import Images

/// Somebody who may ask for checks, and what they show.
package struct CheckCaller: Sendable {
  /// What is kept of a password or token: nothing that lets anybody log in.
  package enum Hash: Hashable, Sendable {
    /// As `htpasswd -B` writes it, at most of cost 14.
    case bcrypt(String)
    /// For secrets that were drawn and not thought up.
    case sha256([UInt8])
  }

  /// For the log, and the user name of basic authentication.
  package let name: String
  package let hash: Hash

  package init(name: String, hash: Hash) {
    self.name = name
    self.hash = hash
  }
}

extension CheckCaller {
  /// Callers with a name and password.
  static func users(_ list: DocumentNode) throws(DocumentError) -> [CheckCaller] {
    try all(list) { node throws(DocumentError) in
      try node.onlyKeys(["name", "passwordBcrypt", "passwordSHA256"])
      switch (node["passwordBcrypt"], node["passwordSHA256"]) {
      case (let hash?, nil): return .bcrypt(try bcrypt(hash))
      case (nil, let hash?): return .sha256(try digest(hash))
      default:
        throw node.error(
          "a user has one password", remedy: "Write passwordBcrypt as `htpasswd -nB USER` prints it, or passwordSHA256.")
      }
    }
  }

  /// Callers with a bearer token.
  static func tokens(_ list: DocumentNode) throws(DocumentError) -> [CheckCaller] {
    try all(list) { node throws(DocumentError) in
      try node.onlyKeys(["name", "tokenSHA256"])
      return .sha256(try digest(node.required("tokenSHA256")))
    }
  }

  private static func all(
    _ list: DocumentNode, hash: (DocumentNode) throws(DocumentError) -> Hash
  ) throws(DocumentError) -> [CheckCaller] {
    var found: [CheckCaller] = []
    for node in try list.elements() {
      let name = try node.required("name")
      let text = try name.filledString()
      guard text == printable(text), !text.contains(":") else {
        throw name.error("not a name", remedy: "Write up to 120 visible ASCII characters without a colon.")
      }
      let kept = try hash(node)
      guard !found.contains(where: { $0.name == text || $0.hash == kept }) else {
        throw node.error("the name or the secret stands twice", remedy: "Give every caller a name and a secret of its own.")
      }
      found.append(CheckCaller(name: text, hash: kept))
    }
    guard !found.isEmpty else {
      throw list.error("an empty list names nobody", remedy: "List the callers, or remove the key.")
    }
    return found
  }

  private static func bcrypt(_ node: DocumentNode) throws(DocumentError) -> String {
    let text = try node.string()
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    let isSound =
      parts.count == 4 && parts[0].isEmpty && ["2a", "2b", "2y"].contains(parts[1]) && parts[2].utf8.count == 2
      && parts[3].utf8.count == 53
      && parts[3].utf8.allSatisfy {
        (46...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
      }
    guard isSound, let cost = Int(parts[2]), (4...14).contains(cost) else {
      throw node.error("not a bcrypt hash of cost 4 to 14", remedy: "Write what `htpasswd -nBC 10 USER` prints behind the name.")
    }
    return text
  }

  private static func digest(_ node: DocumentNode) throws(DocumentError) -> [UInt8] {
    let text = try node.string()
    guard let digest = try? Digest(parsing: "sha256:\(text)") else {
      throw node.error("not a SHA-256", remedy: "Write the 64 hex digits of `printf %s \"$SECRET\" | sha256sum`.")
    }
    let digits = Array(digest.hex.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
