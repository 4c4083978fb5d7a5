import Attestations
import Crypto
import Images
import Policies
import Testing

@Suite("An attestors file")
struct AttestorsTextTests {
  static let key = P256.Signing.PrivateKey().publicKey.pemRepresentation
  static let next = P256.Signing.PrivateKey().publicKey.pemRepresentation
  static let qa = "projects/shop/attestors/qa"
  static let now: Int64 = 1_777_896_000

  private static var block: String {
    let pem = key.split(separator: "\n").map { "            \($0)" }.joined(separator: "\n")
    return """
      # Who vouches for what.
      - name: \(qa)   # the testers
        userOwnedGrafeasNote:
          noteReference: projects/shop/notes/qa
          publicKeys:
          - id: k1
            pkixPublicKey:
              signatureAlgorithm: ECDSA_P256_SHA256
              publicKeyPem: |
      \(pem)
      """
  }

  private static var json: String {
    """
    [{"name": "\(qa)", "userOwnedGrafeasNote": {"noteReference": "projects/shop/notes/qa", "publicKeys": [
      {"id": "k1", "pkixPublicKey": {"signatureAlgorithm": "ECDSA_P256_SHA256", "publicKeyPem": "\(key.replacing("\n", with: "\\n"))"}}]}}]
    """
  }

  @Test("is changed in place by a rotation, in YAML and in JSON, and everything else stays", arguments: [block, json])
  func rotation(text: String) throws {
    var changed = try AttestorsText(text, file: "attestors.yaml")
    try changed.rotate(
      Self.qa, to: Self.next, .ecdsaP256SHA256, oldKeysUntilSeconds: Self.now + 86400, change: ("ann", "yearly: \"as ever\""),
      nowSeconds: Self.now)
    let keys = try #require(try changed.attestors[Self.qa]).keys
    #expect(keys.map(\.notBeforeSeconds) == [nil, nil])
    #expect(keys.map(\.notAfterSeconds) == [nil, Self.now + 86400])
    #expect(keys.map(\.id).last == "k1")
    let history = try changed.changes(of: Self.qa)
    #expect(history.map(\.by) == ["ann"])
    #expect(history.map(\.why) == ["yearly: \"as ever\""])
    #expect(history.map(\.atSeconds) == [Self.now])
    #expect(text.hasPrefix("[") || changed.text.contains("# Who vouches for what.") && changed.text.contains("# the testers"))
    // Once more: the first end stays, and the history grows at its head.
    try changed.rotate(
      Self.qa, to: P256.Signing.PrivateKey().publicKey.pemRepresentation, .ecdsaP256SHA256,
      oldKeysUntilSeconds: Self.now + 200_000, change: ("bob", "again"), nowSeconds: Self.now + 100_000)
    #expect(
      try changed.attestors[Self.qa]?.keys.map(\.notAfterSeconds) == [nil, Self.now + 200_000, Self.now + 86400])
    #expect(try changed.changes(of: Self.qa).map(\.by) == ["bob", "ann"])
  }

  @Test("is changed in place by a revocation", arguments: [block, json])
  func revocation(text: String) throws {
    var changed = try AttestorsText(text, file: "attestors.yaml")
    try changed.revoke(
      "k1", of: Self.qa, .compromise(sinceSeconds: Self.now - 60), change: ("ann", "stolen"), nowSeconds: Self.now)
    let revocation = try changed.attestors[Self.qa]?.keys.first?.revocation
    #expect(revocation == .init(atSeconds: Self.now, reason: .compromise(sinceSeconds: Self.now - 60)))
    #expect(throws: DocumentError.self) {
      try changed.revoke("k1", of: Self.qa, .superseded, change: ("ann", "twice"), nowSeconds: Self.now)
    }
  }

  @Test("keeps a new key to what the old ones were kept to")
  func purpose() throws {
    let text = Self.block.replacing(
      "    - id: k1\n", with: "    - id: k1\n      purpose: {repositories: [registry.example.test/shop/**]}\n")
    var changed = try AttestorsText(text, file: "attestors.yaml")
    try changed.rotate(
      Self.qa, to: Self.next, .ecdsaP256SHA256, oldKeysUntilSeconds: Self.now, change: ("ann", "why"), nowSeconds: Self.now)
    let purposes = try changed.attestors[Self.qa]?.keys.map { $0.purpose.repositories?.map(\.description) }
    #expect(purposes == [["registry.example.test/shop/**"], ["registry.example.test/shop/**"]])
  }

  @Test("finds its places behind whatever ends a line in YAML", arguments: ["\u{2028}", "\u{85}", "\r\n"])
  func lineEnds(end: String) throws {
    let text = "# one\(end)# two\(end)" + Self.block.replacing("\n", with: end == "\r\n" ? end : "\n")
    var changed = try AttestorsText(text, file: "attestors.yaml")
    try changed.revoke("k1", of: Self.qa, .superseded, change: ("ann", "a\(end)b"), nowSeconds: Self.now)
    #expect(try changed.attestors[Self.qa]?.keys.first?.revocation?.reason == .superseded)
    #expect(try changed.changes(of: Self.qa).map(\.why) == ["a\(end)b"])
  }

  @Test("is left alone by a change that nobody answers for, or that means nothing there")
  func refused() throws {
    var text = try AttestorsText(Self.block, file: "attestors.yaml")
    let before = text.text
    #expect(throws: DocumentError.self) {
      try text.revoke("k1", of: Self.qa, .superseded, change: ("ann", "  "), nowSeconds: Self.now)
    }
    #expect(throws: DocumentError.self) {
      try text.revoke("k2", of: Self.qa, .superseded, change: ("ann", "why"), nowSeconds: Self.now)
    }
    #expect(throws: DocumentError.self) {
      try text.rotate(
        Self.qa, to: "no key", .ecdsaP256SHA256, oldKeysUntilSeconds: Self.now, change: ("ann", "why"), nowSeconds: Self.now)
    }
    #expect(throws: DocumentError.self) {
      try text.rotate(
        Self.qa, to: Self.key, .ecdsaP256SHA256, oldKeysUntilSeconds: Self.now - 1_000_000, change: ("", "why"),
        nowSeconds: Self.now)
    }
    #expect(text.text == before)
  }

  @Test(
    "says when in RFC 3339, and reads it back",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
      (1_777_896_000, "2026-05-04T12:00:00Z"), (1_798_761_599, "2026-12-31T23:59:59Z"), (4_102_444_800, "2100-01-01T00:00:00Z"),
    ])
  func moments(seconds: Int64, text: String) {
    #expect(rfc3339(seconds) == text)
    #expect(secondsSince1970(rfc3339: text) == seconds)
  }
}
