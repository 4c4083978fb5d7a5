import SwiftASN1

/// Steps through DER that has been read whole: depth is bounded and lengths are in their one form before any of this runs.
///
/// Source: X.690.
extension ASN1Node {
  /// What is inside a constructed value, empty for a primitive one.
  var children: [ASN1Node] {
    if case .constructed(let nodes) = content { Array(nodes) } else { [] }
  }

  /// The content of a primitive value, nil for a constructed one.
  var primitive: [UInt8]? {
    if case .primitive(let bytes) = content { Array(bytes) } else { nil }
  }

  /// The children, if this is a value of that kind.
  func children(of identifier: ASN1Identifier) -> [ASN1Node]? { self.identifier == identifier ? children : nil }

  /// The content, if this is a primitive value of that kind.
  func primitive(of identifier: ASN1Identifier) -> [UInt8]? { self.identifier == identifier ? primitive : nil }

  /// The object identifier, nil for anything else.
  var objectIdentifier: ASN1ObjectIdentifier? { try? ASN1ObjectIdentifier(derEncoded: self) }

  /// Whether this carries the context-specific tag `number`.
  func isTagged(_ number: UInt) -> Bool { identifier == ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific) }
}

/// One DER value, nil when there is more or less than one.
func derNode(_ bytes: [UInt8]) -> ASN1Node? { try? DER.parse(bytes) }

/// `content` as the content of a constructed DER value with that first byte.
func derWrapped(_ identifier: UInt8, _ content: [UInt8]) -> [UInt8] {
  var length: [UInt8] = []
  if content.count < 0x80 {
    length = [UInt8(content.count)]
  } else {
    var rest = content.count
    while rest > 0 {
      length.insert(UInt8(rest & 0xFF), at: 0)
      rest >>= 8
    }
    length.insert(0x80 | UInt8(length.count), at: 0)
  }
  return [identifier] + length + content
}
