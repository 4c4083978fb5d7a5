import SwiftASN1

/// Just enough DER to make a timestamp.
enum ExampleDER {
  static func value(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
    switch content.count {
    case ..<0x80: [identifier, UInt8(content.count)] + content
    case ..<0x100: [identifier, 0x81, UInt8(content.count)] + content
    default: [identifier, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }
  static func set(_ parts: [UInt8]...) -> [UInt8] { value(0x31, parts.flatMap { $0 }) }
  static func octets(_ bytes: [UInt8]) -> [UInt8] { value(0x04, bytes) }
  static func integer(_ small: UInt8) -> [UInt8] { value(0x02, [small]) }

  static func name(_ identifier: ASN1ObjectIdentifier) throws -> [UInt8] { try der(identifier) }

  static func der(_ node: some DERSerializable) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(node)
    return serializer.serializedBytes
  }
}
