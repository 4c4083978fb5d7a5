import Crypto
import SwiftASN1

/// What logs of certificates have promised about one certificate, as it carries it.
///
/// Source: RFC 6962, sections 3.2 and 3.3.
struct SignedCertificateTimestamps {
  private static let identifier: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2]
  private static let limit = 8

  struct Promise {
    let logID: [UInt8]
    let milliseconds: UInt64
    let extensions: [UInt8]
    let signature: [UInt8]
  }

  let promises: [Promise]

  /// Reads the extension of `leaf`; no promises when it has none.
  init(of leaf: X509Certificate) throws(SigstoreRefusal) {
    guard let content = leaf.content(of: Self.identifier) else {
      promises = []
      return
    }
    guard let list = derNode(content)?.primitive(of: .octetString) else {
      throw .badCertificateTimestamp("its list is malformed")
    }
    var outer = TLSBytes(list)
    guard var rest = outer.vector(lengthBytes: 2).map(TLSBytes.init), outer.isEmpty else {
      throw .badCertificateTimestamp("its list is malformed")
    }
    var promises: [Promise] = []
    while !rest.isEmpty {
      guard promises.count < Self.limit, var one = rest.vector(lengthBytes: 2).map(TLSBytes.init) else {
        throw .badCertificateTimestamp("its list is malformed or too long")
      }
      guard one.number(bytes: 1) == 0, let id = one.take(32), let time = one.number(bytes: 8),
        let extensions = one.vector(lengthBytes: 2), one.number(bytes: 1) == 4, one.number(bytes: 1) != nil,
        let signature = one.vector(lengthBytes: 2), one.isEmpty
      else { throw .badCertificateTimestamp("one is malformed, or not by SHA-256") }
      promises.append(Promise(logID: id, milliseconds: time, extensions: extensions, signature: signature))
    }
    self.promises = promises
  }

  /// What a log signed when it promised to log `leaf` before `issuer` had signed it.
  static func signedBytes(_ promise: Promise, leaf: X509Certificate, issuer: X509Certificate) -> [UInt8]? {
    guard let body = precertificate(of: leaf), body.count < 1 << 24, promise.extensions.count < 1 << 16 else { return nil }
    var out: [UInt8] = [0, 0]
    for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: promise.milliseconds >> shift)) }
    out += [0, 1]
    out += SHA256.hash(data: issuer.key.subjectPublicKeyInfo)
    out += [UInt8(body.count >> 16), UInt8(body.count >> 8 & 0xFF), UInt8(body.count & 0xFF)]
    out += body
    out += [UInt8(promise.extensions.count >> 8), UInt8(promise.extensions.count & 0xFF)]
    return out + promise.extensions
  }

  /// The part of `leaf` that is signed, without the promises; every other byte stays.
  private static func precertificate(of leaf: X509Certificate) -> [UInt8]? {
    guard let parts = derNode(leaf.der)?.children.first?.children(of: .sequence) else { return nil }
    var content: [UInt8] = []
    for part in parts {
      guard part.isTagged(3), let list = part.children.first?.children(of: .sequence) else {
        content += part.encodedBytes
        continue
      }
      let kept = list.filter { $0.children.first?.objectIdentifier != identifier }
      content += derWrapped(0xA3, derWrapped(0x30, kept.flatMap(\.encodedBytes)))
    }
    return derWrapped(0x30, content)
  }
}

/// Bytes that are read from the front in the presentation language of TLS. Source: RFC 8446, section 3.
private struct TLSBytes {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func number(bytes: Int) -> UInt64? { take(bytes)?.reduce(0) { $0 << 8 | UInt64($1) } }

  mutating func vector(lengthBytes: Int) -> [UInt8]? { number(bytes: lengthBytes).flatMap { take(Int($0)) } }
}
