/// What a DSSE signature is made over: type and payload, each with its length, so neither can be read as the other.
///
/// Source: DSSE v1, protocol.md, "Signature definition".
package func preAuthenticationEncoding(payloadType: String, payload: [UInt8]) -> [UInt8] {
  Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
}
