import Images
import SwiftASN1

/// What an entry of a log says was signed, by whom and how.
///
/// Source: sigstore/rekor pkg/types (hashedrekord, dsse and intoto schemas); sigstore/rekor-tiles for version 0.0.2 of the
/// first two.
struct LoggedSignature {
  /// What the hash is over.
  enum Subject: Hashable {
    /// What the signature is over.
    case signed
    /// The payload of the envelope.
    case payload
  }

  let subject: Subject
  let hash: [UInt8]
  let algorithm: SigstoreKey.Hash
  let signature: [UInt8]
  /// DER of a certificate, or of a SubjectPublicKeyInfo.
  let verifier: [UInt8]
  let kind: String
  let version: String

  /// Reads the body of an entry.
  ///
  /// - Throws: `SigstoreRefusal.malformed`; `.unsupported` for a kind that says too little to be compared.
  init(_ body: [UInt8]) throws(SigstoreRefusal) {
    let root = try SigstoreBundle.document(body)
    kind = try root.text("kind")
    version = try root.text("apiVersion")
    guard let spec = try root.object("spec") else { throw .malformed("a log entry has no spec") }
    switch (kind, version) {
    case ("hashedrekord", "0.0.1"):
      let signed = try Self.required(spec, "signature")
      subject = .signed
      (algorithm, hash) = try Self.hash(try Self.required(try Self.required(spec, "data"), "hash"))
      signature = try signed.bytes("content")
      verifier = try Self.pem(try Self.required(signed, "publicKey").bytes("content"))
    case ("hashedrekord", "0.0.2"):
      let record = try Self.required(spec, "hashedRekordV002")
      subject = .signed
      (algorithm, hash) = try Self.hash2(try Self.required(record, "data"))
      (signature, verifier) = try Self.signature2(try Self.required(record, "signature"))
    case ("dsse", "0.0.1"):
      let one = try Self.only(spec, "signatures")
      subject = .payload
      (algorithm, hash) = try Self.hash(try Self.required(spec, "payloadHash"))
      signature = try one.bytes("signature")
      verifier = try Self.pem(try one.bytes("verifier"))
    case ("dsse", "0.0.2"):
      let record = try Self.required(spec, "dsseV002")
      subject = .payload
      (algorithm, hash) = try Self.hash2(try Self.required(record, "payloadHash"))
      (signature, verifier) = try Self.signature2(try Self.only(record, "signatures"))
    case ("intoto", "0.0.2"):
      let content = try Self.required(spec, "content")
      let one = try Self.only(try Self.required(content, "envelope"), "signatures")
      subject = .payload
      (algorithm, hash) = try Self.hash(try Self.required(content, "payloadHash"))
      // The log keeps the base64 text of the envelope, and that as bytes in base64.
      guard let text = String(validating: try one.bytes("sig"), as: UTF8.self), let bytes = strictBase64(text) else {
        throw .malformed("the signature in a log entry is no base64")
      }
      signature = bytes
      verifier = try Self.pem(try one.bytes("publicKey"))
    default: throw .unsupported("a log entry of the kind \"\(printable(kind)) \(printable(version))\"")
    }
  }

  private static func required(_ node: JSONNode, _ key: String) throws(SigstoreRefusal) -> JSONNode {
    guard let found = try node.object(key) else { throw .malformed("a log entry has no \(key)") }
    return found
  }

  private static func only(_ node: JSONNode, _ key: String) throws(SigstoreRefusal) -> JSONNode {
    let all = try node.list(key, atMost: 8)
    guard all.count == 1 else { throw .malformed("a log entry has \(all.count) signatures instead of one") }
    return all[0]
  }

  private static func hash(_ node: JSONNode) throws(SigstoreRefusal) -> (SigstoreKey.Hash, [UInt8]) {
    guard let bytes = hexBytes(try node.text("value")) else { throw .malformed("a hash in a log entry is no hex") }
    switch try node.text("algorithm") {
    case "sha256": return (.sha256, bytes)
    case "sha384": return (.sha384, bytes)
    case "sha512": return (.sha512, bytes)
    case let other: throw .unsupported("a log entry with a hash by \"\(printable(other))\"")
    }
  }

  private static func hash2(_ node: JSONNode) throws(SigstoreRefusal) -> (SigstoreKey.Hash, [UInt8]) {
    let bytes = try node.bytes("digest")
    switch try node.text("algorithm") {
    case "SHA2_256": return (.sha256, bytes)
    case "SHA2_384": return (.sha384, bytes)
    case "SHA2_512": return (.sha512, bytes)
    case let other: throw .unsupported("a log entry with a hash by \"\(printable(other))\"")
    }
  }

  private static func signature2(_ node: JSONNode) throws(SigstoreRefusal) -> ([UInt8], [UInt8]) {
    let verifier = try required(node, "verifier")
    switch (try verifier.object("x509Certificate"), try verifier.object("publicKey")) {
    case (let one?, nil), (nil, let one?): return (try node.bytes("content"), try one.bytes("rawBytes"))
    default: throw .malformed("a log entry names not exactly one certificate or key")
    }
  }

  private static func pem(_ bytes: [UInt8]) throws(SigstoreRefusal) -> [UInt8] {
    guard let text = String(validating: bytes, as: UTF8.self), let document = try? PEMDocument(pemString: text),
      ["CERTIFICATE", "PUBLIC KEY"].contains(document.discriminator)
    else { throw .malformed("a log entry has no PEM certificate or key") }
    return document.derBytes
  }
}
