import Crypto

/// A primary key or subkey of version 4.
///
/// Source: RFC 4880 sections 5.5.2, 12.2.
struct PublicKeyPacket: Sendable {
  /// Seconds since 1970 UTC.
  let createdAtSeconds: Int64
  let algorithm: UInt8
  /// Nil for a key that cannot sign, or not by an algorithm taken here.
  let material: KeyMaterial?
  /// As it goes into fingerprints and signatures about it: a mark, its length, itself.
  let hashed: ArraySlice<UInt8>
  let fingerprint: [UInt8]

  init(_ body: ArraySlice<UInt8>) throws(OpenPGPRefusal) {
    var reader = PacketReader(body)
    let version = try reader.byte()
    guard version == 4 else { throw .unsupported("a key of version \(version)") }
    createdAtSeconds = Int64(try reader.number(ofBytes: 4))
    algorithm = try reader.byte()
    do throws(OpenPGPRefusal) {
      material = try KeyMaterial(algorithm: algorithm, reading: &reader)
    } catch {
      guard case .unsupported = error else { throw error }
      material = nil
    }
    guard let length = UInt16(exactly: body.count) else { throw .malformed("a key in it is longer than 65535 bytes") }
    hashed = [0x99, UInt8(length >> 8), UInt8(length & 0xff)] + body
    fingerprint = hashed.withUnsafeBytes { Array(Insecure.SHA1.hash(data: $0)) }
  }

  var keyID: ArraySlice<UInt8> { fingerprint.suffix(8) }
}
