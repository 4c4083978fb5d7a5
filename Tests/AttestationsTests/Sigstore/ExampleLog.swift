import Crypto
import Foundation
import Images

/// A log that keeps signatures, or certificates, with a key made for the run.
struct ExampleLog {
  enum Key {
    case p256(P256.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
  }

  let name: String
  let key: Key

  static func ecdsa(_ name: String) -> ExampleLog { ExampleLog(name: name, key: .p256(P256.Signing.PrivateKey())) }
  static func ed25519(_ name: String) -> ExampleLog { ExampleLog(name: name, key: .ed25519(Curve25519.Signing.PrivateKey())) }

  var publicKey: [UInt8] {
    switch key {
    case .p256(let key): Array(key.publicKey.derRepresentation)
    case .ed25519(let key):
      [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + Array(key.publicKey.rawRepresentation)
    }
  }

  var id: [UInt8] { Array(SHA256.hash(data: publicKey)) }

  func sign(_ bytes: [UInt8]) throws -> [UInt8] {
    switch key {
    case .p256(let key): Array(try key.signature(for: bytes).derRepresentation)
    case .ed25519(let key): Array(try key.signature(for: bytes))
    }
  }

  func json(start: String = "2020-01-01T00:00:00Z", end: String? = nil) -> [String: Any] {
    var range = ["start": start]
    range["end"] = end
    return [
      "baseUrl": "https://\(name)", "hashAlgorithm": "SHA2_256",
      "publicKey": ["rawBytes": publicKey.base64, "keyDetails": "any", "validFor": range] as [String: Any],
      "logId": ["keyId": id.base64],
    ]
  }

  func promise(_ body: [UInt8], seconds: Int64, index: Int) throws -> [UInt8] {
    let text =
      #"{"body":"\#(body.base64)","integratedTime":\#(seconds),"logID":"\#(lowerHex(id))","logIndex":\#(index)}"#
    return try sign(Array(text.utf8))
  }

  func checkpoint(size: Int, root: [UInt8], origin: String? = nil) throws -> String {
    let text = "\(origin ?? "\(name) - 42")\n\(size)\n\(root.base64)\n"
    let signature = try sign(Array(text.utf8))
    return "\(text)\n\u{2014} \(name) \((Array(id.prefix(4)) + signature).base64)\n"
  }

  /// A signed certificate timestamp list of one, as the extension holds it. Source: RFC 6962.
  func certificateTimestamps(precertificate: [UInt8], issuerKey: [UInt8], seconds: Int64) throws -> [UInt8] {
    let milliseconds = (0..<8).reversed().map { UInt8(truncatingIfNeeded: (seconds * 1000) >> ($0 * 8)) }
    let size = precertificate.count
    let signed =
      [0, 0] + milliseconds + [0, 1] + Array(SHA256.hash(data: issuerKey))
      + [UInt8(size >> 16), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF)] + precertificate + [0, 0]
    let signature = try sign(signed)
    let one = [0] + id + milliseconds + [0, 0, 4, 3, 0, UInt8(signature.count)] + signature
    let list = [0, UInt8(one.count)] + one
    return ExampleDER.octets([0, UInt8(list.count)] + list)
  }
}

/// A Merkle tree by the recursive definition. Source: RFC 6962, sections 2.1 and 2.1.1.
enum ExampleTree {
  static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    if leaves.count == 1, let leaf = leaves.first { return Array(SHA256.hash(data: [0] + leaf)) }
    let middle = leaves.startIndex + split(leaves.count)
    return Array(SHA256.hash(data: [1] + root(leaves[..<middle]) + root(leaves[middle...])))
  }

  /// From the leaf up.
  static func path(to index: Int, in leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
    if leaves.count <= 1 { return [] }
    let middle = leaves.startIndex + split(leaves.count)
    return index < middle
      ? path(to: index, in: leaves[..<middle]) + [root(leaves[middle...])]
      : path(to: index, in: leaves[middle...]) + [root(leaves[..<middle])]
  }

  private static func split(_ count: Int) -> Int {
    var power = 1
    while power * 2 < count { power *= 2 }
    return power
  }
}
