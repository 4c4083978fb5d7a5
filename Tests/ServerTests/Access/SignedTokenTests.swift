import Crypto
import Foundation
import Images
import Metadata
import Server
import TestSupport
import Testing

@Suite("A caller with a signed token")
struct SignedTokenTests {
  static let file = """
    callers:
      - name: pipeline
        subject: \(TokenForge.subject)
        issuer: \(TokenForge.issuer)
        roles:
          - projects/shop: editor
      - name: robot
        tokenSHA256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
    issuers:
      - issuer: \(TokenForge.issuer)
        audience: pratique
        jwks: jwks.json
      - issuer: https://other.example.test
        audience: pratique
        jwks: other.json
    """

  /// Made once: RSA keys take their time.
  static let forges = Result { (try TokenForge(), try TokenForge()) }

  /// The callers of `file`, the forge's keys for the one issuer, and keys of its own for the other.
  static func authority(_ forge: TokenForge, other: TokenForge) async throws -> (Authority, TemporaryFolder) {
    let folder = try TemporaryFolder()
    try folder.write([
      "callers.yaml": Array(file.utf8), "jwks.json": Array(forge.keySet.utf8), "other.json": Array(other.keySet.utf8),
    ])
    return (Authority(reading: try await CallersFile(folder.path("callers.yaml"))), folder)
  }

  @Test("is who the token's subject is listed as, whatever the key's algorithm")
  func known() async throws {
    let (forge, other) = try Self.forges.get()
    let (authority, folder) = try await Self.authority(forge, other: other)
    for key in forge.keys {
      let caller = try authority.caller(showing: "Bearer \(forge.token(key.id))")
      #expect(caller.name == "pipeline", "\(key.id)")
      let (shop, other) = (try ProjectName(id: "shop"), try ProjectName(id: "p"))
      #expect(caller.may(.createNotes, in: shop) && !caller.may(.getNotes, in: other))
    }
    let single = try forge.token { $0["aud"] = "\"pratique\"" }
    let late = try forge.token { $0["exp"] = "\(Int(Date().timeIntervalSince1970) - 5)" }
    let plain = try forge.token {
      $0["nbf"] = nil
      $0["iat"] = nil
    }
    for token in [single, late, plain] { #expect(try authority.caller(showing: "bearer \(token)").name == "pipeline") }
    #expect(try authority.caller(showing: "Bearer secret").name == "robot")
    withExtendedLifetime(folder) {}
  }

  /// A token that must be refused, and the reason that the log must have.
  struct Forgery: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reason: String
    let make: @Sendable (TokenForge, TokenForge) throws -> String
  }

  static let forgeries: [Forgery] = [
    Forgery(testDescription: "expired", reason: "has expired") { forge, _ in
      try forge.token { $0["exp"] = "\(Int(Date().timeIntervalSince1970) - 60)" }
    },
    Forgery(testDescription: "without expiry", reason: "no time of expiry") { forge, _ in try forge.token { $0["exp"] = nil } },
    Forgery(testDescription: "with an expiry in words", reason: "no time of expiry") { forge, _ in
      try forge.token { $0["exp"] = "\"9999999999\"" }
    },
    Forgery(testDescription: "not valid yet", reason: "not valid yet") { forge, _ in
      try forge.token { $0["nbf"] = "\(Int(Date().timeIntervalSince1970) + 120)" }
    },
    Forgery(testDescription: "for another audience", reason: "another audience") { forge, _ in
      try forge.token { $0["aud"] = "[\"vault\"]" }
    },
    Forgery(testDescription: "for no audience", reason: "another audience") { forge, _ in try forge.token { $0["aud"] = nil } },
    Forgery(testDescription: "of an unknown issuer", reason: "issuer is not known") { forge, _ in
      try forge.token { $0["iss"] = "\"https://evil.example.test\"" }
    },
    Forgery(testDescription: "of one issuer in the name of another", reason: "signature is wrong") { _, other in try other.token()
    },
    Forgery(testDescription: "of another issuer about the same subject", reason: "not in the callers file") { _, other in
      try other.token { $0["iss"] = "\"https://other.example.test\"" }
    },
    Forgery(testDescription: "about an unlisted subject", reason: "not in the callers file") { forge, _ in
      try forge.token { $0["sub"] = "\"system:serviceaccount:shop:default\"" }
    },
    Forgery(testDescription: "about nobody", reason: "names no subject") { forge, _ in try forge.token { $0["sub"] = nil } },
    Forgery(testDescription: "with an unknown key id", reason: "set does not have") { forge, _ in try forge.token(kid: "nobody")
    },
    Forgery(testDescription: "with the id of another key", reason: "algorithm is not its key's") { forge, _ in
      try forge.token(kid: "EdDSA")
    },
    Forgery(testDescription: "signed with none", reason: "algorithm is not its key's") { forge, _ in
      try forge.token(algorithm: "none", sign: { _ in Data([0]) })
    },
    Forgery(testDescription: "with no signature at all", reason: "no JSON Web Token") { forge, _ in
      try forge.token(algorithm: "none", sign: { _ in Data() })
    },
    Forgery(testDescription: "with the public key as a secret", reason: "algorithm is not its key's") { forge, _ in
      let key = SymmetricKey(data: Data(forge.key("RS256").published.utf8))
      return try forge.token(
        "RS256", algorithm: "HS256", sign: { Data(HMAC<SHA256>.authenticationCode(for: $0, using: key)) })
    },
    Forgery(testDescription: "with the RSA key used another way", reason: "algorithm is not its key's") { forge, _ in
      try forge.token("PS256", kid: "RS256")
    },
    Forgery(testDescription: "with a changed claim", reason: "signature is wrong") { forge, _ in
      let (good, other) = (try forge.token(), try forge.token { $0["sub"] = "\"system:serviceaccount:shop:admin\"" })
      let (parts, changed) = (good.split(separator: "."), other.split(separator: "."))
      return "\(parts[0]).\(changed[1]).\(parts[2])"
    },
    Forgery(testDescription: "with a changed signature", reason: "signature is wrong") { forge, _ in
      try forge.token(sign: { data in
        var signature = try forge.key("ES256").sign(data)
        signature[7] ^= 1
        return signature
      })
    },
    Forgery(testDescription: "with a claim twice", reason: "no JSON Web Token") { forge, _ in
      try forge.token { $0["aud"] = "\"pratique\",\"aud\":\"vault\"" }
    },
    Forgery(testDescription: "too long", reason: "at most 8192 bytes") { forge, _ in
      try forge.token { $0["pad"] = "\"\(String(repeating: "x", count: 9000))\"" }
    },
    Forgery(testDescription: "in three empty parts", reason: "no JSON Web Token") { _, _ in ".." },
    Forgery(testDescription: "unknown and opaque", reason: "token is not known") { _, _ in "secret-b" },
  ]

  @Test("is nobody with a token", arguments: forgeries)
  func forged(_ the: Forgery) async throws {
    let (forge, other) = try Self.forges.get()
    let (authority, folder) = try await Self.authority(forge, other: other)
    let book = LogBook()
    let token = try the.make(forge, other)
    #expect(throws: MetadataError.unauthenticated) {
      try authority.caller(showing: "Bearer \(token)", logger: book.logger)
    }
    #expect(book.all.count == 1 && book.all[0].contains(the.reason), "\(book.all)")
    #expect(token.utf8.count < 3 || !book.all.contains { $0.contains(token) })
    withExtendedLifetime(folder) {}
  }
}
