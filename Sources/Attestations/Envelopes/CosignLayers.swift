import Foundation
package import Images

/// How cosign keeps what is signed beside an image: one manifest under a tag made of the image's digest, one layer for each
/// signature or attestation, the newest last.
///
/// Source: cosign, specs/SIGNATURE_SPEC.md and ATTESTATION_SPEC.md.
package enum CosignLayers: String, CaseIterable, Sendable {
  case signatures = "sig"
  case attestations = "att"

  static let simpleSigning = MediaType("application/vnd.dev.cosign.simplesigning.v1+json")
  static let dsseEnvelope = MediaType("application/vnd.dsse.envelope.v1+json")
  static let signatureAnnotation = "dev.cosignproject.cosign/signature"
  static let certificateAnnotation = "dev.sigstore.cosign/certificate"
  static let logAnnotation = "dev.sigstore.cosign/bundle"
  static let predicateTypeAnnotation = "predicateType"

  /// `sha256-HEX.sig` or `sha256-HEX.att`.
  package func tag(of digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex.prefix(64)).\(rawValue)" }

  /// A layer and what it holds.
  package struct Layer: Sendable {
    package let descriptor: Descriptor
    package let content: [UInt8]
  }

  /// The layer of a signature over a simple signing payload.
  package static func layer(signature: [UInt8], over payload: [UInt8]) -> Layer {
    Layer(
      descriptor: Descriptor(
        of: payload, mediaType: simpleSigning, annotations: [signatureAnnotation: base64(signature)]),
      content: payload)
  }

  /// The layer of an attestation. Its signature annotation is empty: the envelope holds the signature.
  package static func layer(attestation envelope: DSSEEnvelope, predicateType: String) -> Layer {
    let bytes = envelope.json.bytes
    return Layer(
      descriptor: Descriptor(
        of: bytes, mediaType: dsseEnvelope, annotations: [signatureAnnotation: "", predicateTypeAnnotation: predicateType]),
      content: bytes)
  }

  /// The manifest over `layers`, lowest first, and the configuration that it points at.
  package static func manifest(over layers: [Descriptor]) -> (manifest: PinnedManifest, configuration: [UInt8]) {
    let configuration: JSONValue = [
      "architecture": "", "os": "", "config": [:],
      "rootfs": ["type": "layers", "diff_ids": .array(layers.map { .text("\($0.digest)") })],
    ]
    let bytes = configuration.bytes
    let manifest = ImageManifest(
      mediaType: .ociManifest, configuration: Descriptor(of: bytes, mediaType: .ociConfiguration), layers: layers)
    return (PinnedManifest(writing: .image(manifest)), bytes)
  }

  /// What a layer holds, brought into the shape that an `Attestor` verifies. Nothing is believed here.
  ///
  /// - Parameters:
  ///   - descriptor: as the manifest has it, with the signature of a simple signing payload among its annotations.
  ///   - content: the bytes behind it.
  static func envelope(_ descriptor: Descriptor, _ content: [UInt8]) -> UnverifiedAttestation.Envelope {
    let isWitnessed = [certificateAnnotation, logAnnotation].contains { descriptor.annotations[$0] != nil }
    switch descriptor.mediaType {
    case simpleSigning:
      if isWitnessed { return bundle(descriptor.annotations, payload: content, envelope: nil) }
      guard let text = descriptor.annotations[signatureAnnotation], let signature = Data(base64Encoded: text), !text.isEmpty
      else { return .unsupported("a simple signing payload without a signature") }
      return .simpleSigning(payload: content, signature: Array(signature))
    case dsseEnvelope:
      do throws(JSONError) {
        let envelope = try DSSEEnvelope(parsing: content)
        if isWitnessed { return bundle(descriptor.annotations, payload: [], envelope: envelope) }
        return envelope.envelope
      } catch {
        return .unsupported("a DSSE envelope that cannot be read (\(error.problem.dropLast()))")
      }
    default: return .unsupported("a layer of type \(descriptor.mediaType)")
    }
  }

  private static func bundle(
    _ annotations: [String: String], payload: [UInt8], envelope: DSSEEnvelope?
  ) -> UnverifiedAttestation.Envelope {
    do throws(SigstoreRefusal) {
      return .bundle(try SigstoreBundle(cosignAnnotations: annotations, envelope: envelope), payload: payload)
    } catch {
      return .unsupported("a signature whose annotations cannot be read (\(error.problem.dropLast()))")
    }
  }

  /// The most bytes that are read of a layer of its kind.
  static func limitBytes(_ type: MediaType) -> Int { type == simpleSigning ? 1 << 16 : DSSEEnvelope.limitBytes }
}
