import Crypto
import Foundation
import SwiftASN1
import X509

/// Who puts times to signatures. Source: RFC 3161, RFC 5652.
struct ExampleTimestampAuthority {
  let authority: ExampleAuthority
  let key = P256.Signing.PrivateKey()
  let certificate: Certificate

  init(named name: String, usage: ExtendedKeyUsage.Usage = .timeStamping) throws {
    authority = try ExampleAuthority(named: name, usage: .timeStamping)
    var request = ExampleAuthority.Request()
    request.usage = usage
    request.startSeconds = Int64(ExampleAuthority.start.timeIntervalSince1970)
    request.endSeconds = Int64(ExampleAuthority.end.timeIntervalSince1970)
    certificate = try authority.leaf(.init(key.publicKey), request)
  }

  /// - Parameter listsItself: whether the trusted root names the certificate that signs.
  func json(end: String? = nil, listsItself: Bool = true) throws -> [String: Any] {
    let chain = (listsItself ? [certificate] : []) + [authority.intermediate, authority.root]
    var range = ["start": "2020-01-01T00:00:00Z"]
    range["end"] = end
    return [
      "certChain": ["certificates": try chain.map { ["rawBytes": try $0.base64] }], "validFor": range, "uri": "https://tsa.test",
    ]
  }

  /// A response over `signature`.
  ///
  /// - Parameter carrying: certificates that the token brings along.
  func response(
    over signature: [UInt8], seconds: Int64, carrying: [Certificate] = [], signedBy other: P256.Signing.PrivateKey? = nil
  ) throws -> [UInt8] {
    let time = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601).filter { !"-:T".contains($0) }
    let sha256 = ExampleDER.sequence(try ExampleDER.name([2, 16, 840, 1, 101, 3, 4, 2, 1]))
    let type = try ExampleDER.name([1, 2, 840, 113549, 1, 9, 16, 1, 4])
    let statement = ExampleDER.sequence(
      ExampleDER.integer(1), try ExampleDER.name([1, 2, 3, 4]),
      ExampleDER.sequence(sha256, ExampleDER.octets(Array(SHA256.hash(data: signature)))), ExampleDER.integer(5),
      ExampleDER.value(0x18, Array(time.utf8)))
    let attributes =
      ExampleDER.sequence(try ExampleDER.name([1, 2, 840, 113549, 1, 9, 3]), ExampleDER.set(type))
      + ExampleDER.sequence(
        try ExampleDER.name([1, 2, 840, 113549, 1, 9, 4]),
        ExampleDER.set(ExampleDER.octets(Array(SHA256.hash(data: statement)))))
    let signed = Array(try (other ?? key).signature(for: ExampleDER.value(0x31, attributes)).derRepresentation)
    let signer = ExampleDER.sequence(
      ExampleDER.integer(1),
      ExampleDER.sequence(try ExampleDER.der(certificate.issuer), ExampleDER.value(0x02, Array(certificate.serialNumber.bytes))),
      sha256, ExampleDER.value(0xA0, attributes),
      ExampleDER.sequence(try ExampleDER.name([1, 2, 840, 10045, 4, 3, 2])), ExampleDER.octets(signed))
    let certificates = carrying.isEmpty ? [] : ExampleDER.value(0xA0, try carrying.flatMap { try $0.bytes })
    let data = ExampleDER.sequence(
      ExampleDER.integer(3), ExampleDER.set(sha256),
      ExampleDER.sequence(type, ExampleDER.value(0xA0, ExampleDER.octets(statement))), certificates, ExampleDER.set(signer))
    return ExampleDER.sequence(
      ExampleDER.sequence(ExampleDER.integer(0)),
      ExampleDER.sequence(try ExampleDER.name([1, 2, 840, 113549, 1, 7, 2]), ExampleDER.value(0xA0, data)))
  }
}
