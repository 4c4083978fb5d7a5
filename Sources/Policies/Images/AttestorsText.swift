package import Attestations
import Images

/// An attestors document as text, changed without disturbing what is not meant.
package struct AttestorsText: Sendable {
  /// As read, or as changed.
  package private(set) var text: String
  private let file: String

  /// - Throws: `DocumentError` when it is no attestors document.
  package init(_ text: String, file: String) throws(DocumentError) {
    self.text = text
    self.file = file
    _ = try attestors
  }

  /// What the text says.
  package var attestors: Attestors {
    get throws(DocumentError) { try Attestors(DocumentNode(parsing: text, file: file)) }
  }

  /// Puts a key before those of an attestor and lets each other key that has no end yet end later. What the old keys were
  /// kept to, the new one is kept to.
  ///
  /// - Parameters:
  ///   - pem: SubjectPublicKeyInfo in PEM.
  ///   - endSeconds: until when the old keys go on, in seconds since 1970 UTC.
  /// - Throws: `DocumentError`; then nothing is changed.
  package mutating func rotate(
    _ attestor: String, to pem: String, _ algorithm: SignatureAlgorithm, oldKeysUntilSeconds endSeconds: Int64,
    change: (by: String, why: String), nowSeconds: Int64
  ) throws(DocumentError) {
    var next = self
    let old = try next.keys(of: attestor)
    for index in old.indices where old[index]["notAfter"] == nil && old[index]["revokedAt"] == nil {
      let end = json(rfc3339(endSeconds))
      next.text = try next.keys(of: attestor)[index].inserting([("notAfter", end)], into: next.text)
    }
    let key = "{\"pkixPublicKey\": {\"signatureAlgorithm\": \(json(algorithm.rawValue)), \"publicKeyPem\": \(json(pem))}"
    let purposes = try Set((attestors[attestor]?.keys ?? []).map(\.purpose))
    guard purposes.count == 1, let purpose = purposes.first else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "the keys of \(printable(attestor)) have different purposes",
        remedy: "Write the new key by hand, with the purpose that it is to have.")
    }
    try next.prependKey(key + (purpose == .unlimited ? "" : ", \"purpose\": \(json(purpose))") + "}", to: attestor)
    try next.record("rotated to a key of \(algorithm.rawValue)", of: attestor, change, nowSeconds)
    _ = try next.attestors
    self = next
  }

  /// Revokes a key of an attestor, in every record that is of this key.
  ///
  /// - Parameter reason: with the moment of a compromise where it is known.
  /// - Throws: `DocumentError`; then nothing is changed.
  package mutating func revoke(
    _ keyID: String, of attestor: String, _ reason: AttestorKey.Revocation.Reason, change: (by: String, why: String),
    nowSeconds: Int64
  ) throws(DocumentError) {
    var next = self
    let known = try attestors[attestor]?.keys ?? []
    guard let key = known.first(where: { $0.id == keyID }) else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "\(printable(attestor)) has no key \(printable(keyID))",
        remedy: "Run `pratique keys list --attestors \(file)`.")
    }
    var entries = [(key: "revokedAt", json: json(rfc3339(nowSeconds)))]
    switch reason {
    case .superseded: entries.append(("revocationReason", json("superseded")))
    case .compromise(let since):
      entries.append(("revocationReason", json("compromise")))
      if let since { entries.append(("compromisedAt", json(rfc3339(since)))) }
    }
    let records = known.indices.filter { !Set(known[$0].identities).isDisjoint(with: key.identities) }
    for index in records { next.text = try next.keys(of: attestor)[index].inserting(entries, into: next.text) }
    try next.record("revoked \(keyID)", of: attestor, change, nowSeconds)
    let after = try next.attestors[attestor]?.keys ?? []
    guard after.count == known.count, after.map(\.id) == known.map(\.id),
      after.indices.allSatisfy({ (after[$0].revocation != known[$0].revocation) == records.contains($0) })
    else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "the change would not do what it should",
        remedy: "Change the file by hand, and report this.")
    }
    self = next
  }

  /// The history of one attestor, as the text has it: newest first.
  package func changes(of attestor: String) throws(DocumentError) -> [KeyChange] {
    var all: [KeyChange] = []
    for node in try node(of: attestor)["changes"]?.elements() ?? [] { all.append(try KeyChange(node)) }
    return all
  }

  private mutating func record(
    _ what: String, of attestor: String, _ change: (by: String, why: String), _ nowSeconds: Int64
  ) throws(DocumentError) {
    let made = try KeyChange(atSeconds: nowSeconds, by: change.by, what: what, why: change.why)
    let entry = """
      {"at": \(json(rfc3339(nowSeconds))), "by": \(json(made.by)), "what": \(json(made.what)), "why": \(json(made.why))}
      """
    let node = try node(of: attestor)
    text =
      if let history = node["changes"] { try history.prepending(entry, into: text) } else {
        try node.inserting([("changes", "[\(entry)]")], into: text)
      }
  }

  private func node(of attestor: String) throws(DocumentError) -> DocumentNode {
    for node in try DocumentNode(parsing: text, file: file).elements() where try node["name"]?.string() == attestor {
      return node
    }
    throw DocumentError(
      file: file, line: nil, column: nil, path: "", reason: "it has no attestor \(printable(attestor))",
      remedy: "Run `pratique keys list --attestors \(file)`.")
  }

  private func keys(of attestor: String) throws(DocumentError) -> [DocumentNode] {
    try node(of: attestor).required("userOwnedGrafeasNote").required("publicKeys").elements()
  }

  private mutating func prependKey(_ json: String, to attestor: String) throws(DocumentError) {
    text = try node(of: attestor).required("userOwnedGrafeasNote").required("publicKeys").prepending(json, into: text)
  }
}

/// A purpose as the document has it.
private func json(_ purpose: KeyPurpose) -> String {
  func list(_ texts: [String]) -> String { "[" + texts.map { json($0) }.joined(separator: ", ") + "]" }
  let parts = [
    purpose.payloadTypes.map { "\"payloadTypes\": " + list($0.sorted()) },
    purpose.predicateTypes.map { "\"predicateTypes\": " + list($0.sorted()) },
    purpose.repositories.map { "\"repositories\": " + list($0.map(\.description)) },
  ]
  return "{" + parts.compactMap(\.self).joined(separator: ", ") + "}"
}

/// Text as a JSON string.
private func json(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value):
      "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count) + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"" + escaped.joined() + "\""
}
