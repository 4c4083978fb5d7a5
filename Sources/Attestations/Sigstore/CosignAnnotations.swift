import Images
import SwiftASN1

extension SigstoreBundle {
  /// Reads what cosign keeps in the annotations of a layer that holds the signed payload, or an envelope with one signature.
  ///
  /// - Parameters:
  ///   - annotations: of the layer's descriptor. Only `dev.cosignproject.cosign/signature` must be there, which is empty
  ///     beside an envelope.
  ///   - envelope: what the layer holds, where it is an envelope.
  /// - Throws: `SigstoreRefusal.malformed` or `.overLimit`.
  ///
  /// Source: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Properties".
  package init(
    cosignAnnotations annotations: [String: String], envelope: DSSEEnvelope? = nil
  ) throws(SigstoreRefusal) {
    let content: Content = if let envelope { try Self.content(envelope) } else { try Self.content(annotations) }
    var certificates = try Self.certificates(inPEM: annotations["dev.sigstore.cosign/certificate"] ?? "")
    guard certificates.count <= 1 else { throw .malformed("its certificate annotation holds more than one") }
    if !certificates.isEmpty {
      // Cosign writes the root too; a root that comes with the message is nobody's proof.
      certificates += try Self.certificates(inPEM: annotations["dev.sigstore.cosign/chain"] ?? "")
        .filter { X509Certificate(der: $0)?.isSelfIssued == false }
    }
    let entry = try annotations["dev.sigstore.cosign/bundle"].map(Self.legacyEntry)
    let timestamp = try annotations["dev.sigstore.cosign/rfc3161timestamp"].map(Self.legacyTimestamp)
    self.init(
      content: content,
      material: certificates.isEmpty ? .keyHint("") : .certificates(certificates),
      logEntries: entry.map { [$0] } ?? [], timestamps: timestamp.map { [$0] } ?? [])
  }

  private static func content(_ annotations: [String: String]) throws(SigstoreRefusal) -> Content {
    guard let signature = annotations["dev.cosignproject.cosign/signature"].flatMap(strictBase64), !signature.isEmpty else {
      throw .malformed("its annotations hold no signature")
    }
    return .message(digest: nil, signature: signature)
  }

  private static func content(_ envelope: DSSEEnvelope) throws(SigstoreRefusal) -> Content {
    guard envelope.signatures.count == 1, let signature = envelope.signatures.first else {
      throw .malformed("its envelope has \(envelope.signatures.count) signatures")
    }
    return .envelope(payloadType: envelope.payloadType, payload: envelope.payload, signature: signature.bytes)
  }

  /// The certificates of a PEM text in their order, DER; empty for an empty text.
  ///
  /// - Throws: `SigstoreRefusal.malformed` when anything else than certificates stands in it, `.overLimit`.
  package static func certificates(inPEM text: String) throws(SigstoreRefusal) -> [[UInt8]] {
    guard text.utf8.count <= 1 << 16 else { throw .overLimit(what: "bytes of PEM", limit: 1 << 16) }
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    guard let documents = try? PEMDocument.parseMultiple(pemString: text), !documents.isEmpty,
      documents.allSatisfy({ $0.discriminator == "CERTIFICATE" })
    else { throw .malformed("its PEM holds something else than certificates") }
    guard documents.count <= Limits.certificates else { throw .overLimit(what: "certificates", limit: Limits.certificates) }
    return documents.map(\.derBytes)
  }

  private static func legacyEntry(_ text: String) throws(SigstoreRefusal) -> LogEntry {
    let root = try document(Array(text.utf8))
    guard let payload = try root.object("Payload"), let id = hexBytes(try payload.text("logID")) else {
      throw .malformed("its log bundle has no payload with a log id")
    }
    let promise = try root.bytes("SignedEntryTimestamp")
    guard !promise.isEmpty else { throw .malformed("its log bundle has no signed entry timestamp") }
    return LogEntry(
      logIndex: try payload.number("logIndex"), logID: id, kind: "", version: "",
      integratedTimeSeconds: try payload.number("integratedTime"), promise: promise, proof: nil,
      body: try payload.bytes("body"))
  }

  private static func legacyTimestamp(_ text: String) throws(SigstoreRefusal) -> [UInt8] {
    let bytes = try document(Array(text.utf8)).bytes("SignedRFC3161Timestamp")
    guard !bytes.isEmpty else { throw .malformed("its timestamp annotation holds no timestamp") }
    return bytes
  }
}

/// The bytes of lower-case hex, nil for anything else.
func hexBytes(_ text: String) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  for at in stride(from: 0, to: digits.count, by: 2) {
    guard let high = hexDigit(digits[at]), let low = hexDigit(digits[at + 1]) else { return nil }
    bytes.append(high << 4 | low)
  }
  return bytes
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: byte - 48
  case 97...102: byte - 87
  default: nil
  }
}
