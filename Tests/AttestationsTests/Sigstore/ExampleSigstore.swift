import Attestations
import Crypto
import Foundation
import Images
import SwiftASN1
import X509

/// A whole Sigstore made for the run: an authority for signers, logs for certificates and signatures, one for times.
struct ExampleSigstore {
  static let now = Example.noonOfFourthMay2026
  static let artifact = Array("an artifact\n".utf8)
  static let identity = CertificateIdentity(
    subject: .exact(ExampleAuthority.Request().subject), issuer: .exact(ExampleAuthority.Request().issuer ?? ""))

  var authority: ExampleAuthority
  let certificateLog = ExampleLog.ecdsa("ct.test")
  let log = ExampleLog.ecdsa("rekor.test")
  let tiledLog = ExampleLog.ed25519("log2026.test")
  let timestamps: ExampleTimestampAuthority

  init() throws {
    authority = try ExampleAuthority(named: "fulcio", usage: .codeSigning)
    timestamps = try ExampleTimestampAuthority(named: "tsa")
  }

  /// The kinds of log entries.
  enum Kind: String, CaseIterable {
    case hashedrekord1 = "hashedrekord 0.0.1"
    case hashedrekord2 = "hashedrekord 0.0.2"
    case dsse1 = "dsse 0.0.1"
    case dsse2 = "dsse 0.0.2"
    case intoto2 = "intoto 0.0.2"

    var isTiled: Bool { self == .hashedrekord2 || self == .dsse2 }
    var parts: [String] { rawValue.split(separator: " ").map(String.init) }
  }

  /// What one bundle is made of; everything holds unless it is changed.
  struct Recipe {
    var version = "0.3"
    var kind = Kind.hashedrekord1
    var isEnvelope = false
    var subjectDigest: String?
    var payloadType = "application/vnd.in-toto+json"
    var request = ExampleAuthority.Request()
    var entrySeconds = ExampleSigstore.now
    var stampSeconds = ExampleSigstore.now
    var hasPromise = true
    var hasProof = true
    /// How many entries the log has, and which of them is this one.
    var treeSize = 5
    var place = 2
    var hasTimestamp = false
    var carriesTimestampCertificate = false
    var hasCertificateTimestamp = true
    var certificateTimestampIssuer: [UInt8]?
    /// Signs with a bare key instead of a certificate.
    var hasKeyAlone = false
    /// Where the entry speaks of something else.
    var loggedHash: [UInt8]?
    var loggedSignature: [UInt8]?
    var loggedVerifier: [UInt8]?
    var stampedSignature: [UInt8]?
  }

  func root(change: (inout [String: Any]) throws -> Void = { _ in }) throws -> TrustedRoot {
    let chain = [authority.intermediate, authority.root]
    var json: [String: Any] = [
      "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      "tlogs": [log.json(), tiledLog.json()], "ctlogs": [certificateLog.json()],
      "certificateAuthorities": [
        [
          "certChain": ["certificates": try chain.map { ["rawBytes": try $0.base64] }],
          "validFor": ["start": "2020-01-01T00:00:00Z"],
        ] as [String: Any]
      ], "timestampAuthorities": [try timestamps.json()],
    ]
    try change(&json)
    return try TrustedRoot(parsing: Self.text(json))
  }

  static func text(_ json: [String: Any]) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: json, options: [.sortedKeys, .withoutEscapingSlashes]))
  }

  static var statement: [UInt8] { statement(of: Digest(sha256Of: artifact).hex) }

  static func statement(of hex: String) -> [UInt8] {
    Array(
      #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"\#(hex)"}}],"predicateType":"https://example.test/p","predicate":{}}"#
        .utf8)
  }

  /// The bundle of `recipe`, and the key that signed it.
  func bundle(_ recipe: Recipe = Recipe()) throws -> (json: [String: Any], key: P256.Signing.PrivateKey) {
    let key = P256.Signing.PrivateKey()
    let payload = recipe.subjectDigest.map(Self.statement(of:)) ?? Self.statement
    let message =
      recipe.isEnvelope ? preAuthenticationEncoding(payloadType: recipe.payloadType, payload: payload) : Self.artifact
    let signature = Array(try key.signature(for: message).derRepresentation)
    let certificate = try certificate(for: key, recipe)
    let verifier = recipe.hasKeyAlone ? Array(key.publicKey.derRepresentation) : try certificate.bytes
    let isPayload = recipe.kind != .hashedrekord1 && recipe.kind != .hashedrekord2
    let body = try LogBody(
      kind: recipe.kind, hash: recipe.loggedHash ?? Array(SHA256.hash(data: isPayload ? payload : message)),
      signature: recipe.loggedSignature ?? signature, verifier: recipe.loggedVerifier ?? verifier,
      isCertificate: !recipe.hasKeyAlone
    ).bytes
    var material: [String: Any] = ["tlogEntries": [try entry(body, recipe)]]
    if recipe.hasKeyAlone {
      material["publicKey"] = ["hint": "somebody"]
    } else if recipe.version == "0.3" {
      material["certificate"] = ["rawBytes": try certificate.base64]
    } else {
      material["x509CertificateChain"] = ["certificates": [["rawBytes": try certificate.base64]]]
    }
    if recipe.hasTimestamp {
      let stamp = try timestamps.response(
        over: recipe.stampedSignature ?? signature, seconds: recipe.stampSeconds,
        carrying: recipe.carriesTimestampCertificate ? [timestamps.certificate] : [])
      material["timestampVerificationData"] = ["rfc3161Timestamps": [["signedTimestamp": stamp.base64]]]
    }
    var json: [String: Any] = [
      "mediaType": "application/vnd.dev.sigstore.bundle.v\(recipe.version)+json", "verificationMaterial": material,
    ]
    if recipe.isEnvelope {
      json["dsseEnvelope"] = [
        "payload": payload.base64, "payloadType": recipe.payloadType, "signatures": [["sig": signature.base64, "keyid": ""]],
      ]
    } else {
      let digest = Array(SHA256.hash(data: Self.artifact)).base64
      json["messageSignature"] = [
        "messageDigest": ["algorithm": "SHA2_256", "digest": digest], "signature": signature.base64,
      ]
    }
    return (json, key)
  }

  private func certificate(for key: P256.Signing.PrivateKey, _ recipe: Recipe) throws -> Certificate {
    let bare = try authority.leaf(.init(key.publicKey), recipe.request)
    guard recipe.hasCertificateTimestamp else { return bare }
    let issuer = recipe.certificateTimestampIssuer ?? Array(authority.intermediateKey.publicKey.derRepresentation)
    let list = try certificateLog.certificateTimestamps(
      precertificate: Array(bare.tbsCertificateBytes), issuerKey: issuer, seconds: Self.now)
    return try authority.leaf(
      .init(key.publicKey), recipe.request,
      extra: .init(oid: [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2], critical: false, value: list[...]))
  }

  private func entry(_ body: [UInt8], _ recipe: Recipe) throws -> [String: Any] {
    let log = recipe.kind.isTiled ? tiledLog : log
    let leaves = (0..<recipe.treeSize).map { $0 == recipe.place ? body : [UInt8($0)] }
    var entry: [String: Any] = [
      "logIndex": "1002", "logId": ["keyId": log.id.base64], "canonicalizedBody": body.base64,
      "kindVersion": ["kind": recipe.kind.parts[0], "version": recipe.kind.parts[1]],
    ]
    if !recipe.kind.isTiled { entry["integratedTime"] = "\(recipe.entrySeconds)" }
    if recipe.hasPromise, !recipe.kind.isTiled {
      let promise = try log.promise(body, seconds: recipe.entrySeconds, index: 1002)
      entry["inclusionPromise"] = ["signedEntryTimestamp": promise.base64]
    }
    if recipe.hasProof {
      let root = ExampleTree.root(leaves[...])
      entry["inclusionProof"] = [
        "logIndex": "\(recipe.place)", "treeSize": "\(leaves.count)", "rootHash": root.base64,
        "hashes": ExampleTree.path(to: recipe.place, in: leaves[...]).map(\.base64),
        "checkpoint": [
          "envelope": try log.checkpoint(size: leaves.count, root: root, origin: recipe.kind.isTiled ? log.name : nil)
        ],
      ]
    }
    return entry
  }
}

/// The body of a log entry of each kind.
private struct LogBody {
  let kind: ExampleSigstore.Kind
  let hash: [UInt8]
  let signature: [UInt8]
  let verifier: [UInt8]
  let isCertificate: Bool

  var bytes: [UInt8] {
    get throws {
      let pem = Array(verifier.pem(isCertificate ? "CERTIFICATE" : "PUBLIC KEY").utf8).base64
      let old: [String: Any] = ["algorithm": "sha256", "value": lowerHex(hash)]
      let new: [String: Any] = ["algorithm": "SHA2_256", "digest": hash.base64]
      let signed: [String: Any] = [
        "content": signature.base64,
        "verifier": [isCertificate ? "x509Certificate" : "publicKey": ["rawBytes": verifier.base64], "keyDetails": "any"],
      ]
      let spec: [String: Any] =
        switch kind {
        case .hashedrekord1:
          ["data": ["hash": old], "signature": ["content": signature.base64, "publicKey": ["content": pem]]]
        case .hashedrekord2: ["hashedRekordV002": ["data": new, "signature": signed]]
        case .dsse1: ["payloadHash": old, "signatures": [["signature": signature.base64, "verifier": pem]]]
        case .dsse2: ["dsseV002": ["payloadHash": new, "signatures": [signed]]]
        case .intoto2:
          [
            "content": [
              "envelope": ["signatures": [["sig": Array(signature.base64.utf8).base64, "publicKey": pem]]],
              "payloadHash": old,
            ]
          ]
        }
      return try ExampleSigstore.text(["kind": kind.parts[0], "apiVersion": kind.parts[1], "spec": spec])
    }
  }
}

/// Changes what stands at the end of `path`, which names members and places.
func change(_ json: inout [String: Any], at path: String, to value: Any?) {
  json = changed(json, path.split(separator: ".")[...], value) as? [String: Any] ?? json
}

private func changed(_ node: Any, _ path: ArraySlice<Substring>, _ value: Any?) -> Any? {
  guard let step = path.first else { return value }
  if var members = node as? [String: Any] {
    members[String(step)] = changed(members[String(step)] ?? [String: Any](), path.dropFirst(), value)
    return members
  }
  if var elements = node as? [Any], let place = Int(step), elements.indices.contains(place) {
    elements[place] = changed(elements[place], path.dropFirst(), value) ?? NSNull()
    return elements
  }
  return node
}
