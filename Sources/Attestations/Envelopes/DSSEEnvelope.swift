import Foundation
package import Images

/// A payload with signatures over its type and its bytes, as JSON carries it.
///
/// Source: DSSE v1, envelope.md.
package struct DSSEEnvelope: Hashable, Sendable {
  package let payloadType: String
  package let payload: [UInt8]
  /// An empty key id says nothing.
  package let signatures: [UnverifiedAttestation.Signature]

  /// In bytes: the largest statement in base64, and room for the rest.
  package static let limitBytes = InTotoStatement.limitBytes / 3 * 4 + (1 << 16)

  package init(payloadType: String, payload: [UInt8], signatures: [UnverifiedAttestation.Signature]) {
    self.payloadType = payloadType
    self.payload = payload
    self.signatures = signatures
  }

  /// Reads an envelope of at most `limitBytes`; base64 in its standard alphabet.
  ///
  /// - Throws: `JSONError` for text with more than one meaning, and for one of another shape.
  package init(parsing bytes: [UInt8]) throws(JSONError) {
    try self.init(JSONDocument(parsing: bytes, atMost: Self.limitBytes, depth: 16).root)
  }

  /// - Throws: `JSONError.invalid` for a value of another shape.
  init(_ root: JSONNode) throws(JSONError) {
    guard let payloadType = root["payloadType"]?.string, let payload = root["payload"]?.base64, let list = root["signatures"],
      list.isArray
    else { throw .invalid(offset: 0, "it is no DSSE envelope") }
    self.payloadType = payloadType
    self.payload = payload
    var signatures: [UnverifiedAttestation.Signature] = []
    for node in list.elements {
      guard let bytes = node["sig"]?.base64 else { throw .invalid(offset: 0, "a signature of the DSSE envelope has no sig") }
      signatures.append(.init(keyID: try node.textMember("keyid") ?? "", bytes: bytes))
    }
    self.signatures = signatures
  }

  /// As it is stored: a key id only where there is one.
  package var json: JSONValue {
    [
      "payloadType": .text(payloadType), "payload": .text(base64(payload)),
      "signatures": .array(
        signatures.map { signature in
          let key: [(String, JSONValue)] = signature.keyID.isEmpty ? [] : [("keyid", .text(signature.keyID))]
          return .object(key + [("sig", .text(base64(signature.bytes)))])
        }),
    ]
  }

  /// As an attestor verifies it.
  package var envelope: UnverifiedAttestation.Envelope {
    .dsse(payloadType: payloadType, payload: payload, signatures)
  }
}

/// Standard alphabet, padded. Source: RFC 4648 section 4.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

extension JSONNode {
  /// The bytes that a text in base64 stands for; nil for anything else.
  var base64: [UInt8]? { string.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
}

extension Signer {
  /// Signs `payload` together with its type.
  package func envelope(over payload: [UInt8], type: String) async throws -> DSSEEnvelope {
    let signature = try await signature(over: preAuthenticationEncoding(payloadType: type, payload: payload))
    return DSSEEnvelope(payloadType: type, payload: payload, signatures: [.init(keyID: keyID, bytes: signature)])
  }
}
