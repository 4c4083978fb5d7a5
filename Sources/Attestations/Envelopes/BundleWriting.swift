import Foundation
package import Images

/// A Sigstore bundle of our own making: signed with a key, so that a verifier needs nothing but the key.
///
/// Source: Sigstore protobuf-specs, `sigstore_bundle.proto`, version 0.3; OCI storage as cosign 3 does it.
package enum BundleWriting {
  /// The bundle's own media type, and the artifact type of the manifest that carries it.
  package static let mediaType = MediaType("application/vnd.dev.sigstore.bundle.v0.3+json")
  static let contentAnnotation = "dev.sigstore.bundle.content"
  static let predicateTypeAnnotation = "dev.sigstore.bundle.predicateType"
  static let createdAnnotation = "org.opencontainers.image.created"

  /// The bundle of a DSSE envelope with one signature. Key ids in the envelope are left out: the hint says it.
  package static func bundle(_ envelope: DSSEEnvelope, keyID: String) -> JSONValue {
    let plain = DSSEEnvelope(
      payloadType: envelope.payloadType, payload: envelope.payload,
      signatures: envelope.signatures.map { .init(keyID: "", bytes: $0.bytes) })
    return [
      "mediaType": .text(mediaType.text), "verificationMaterial": material(keyID), "dsseEnvelope": plain.json,
    ]
  }

  /// The bundle of a signature over the bytes whose SHA-256 is `digest`.
  package static func bundle(signature: [UInt8], overSHA256 digest: [UInt8], keyID: String) -> JSONValue {
    [
      "mediaType": .text(mediaType.text), "verificationMaterial": material(keyID),
      "messageSignature": [
        "messageDigest": ["algorithm": "SHA2_256", "digest": .text(base64(digest))], "signature": .text(base64(signature)),
      ],
    ]
  }

  /// What cosign takes for the name of a key: the SHA-256 of its SubjectPublicKeyInfo in base64, which a key id of RFC 6920
  /// holds already. Any other id is the hint as it stands.
  package static func hint(of keyID: String) -> String {
    let prefix = "ni:///sha-256;"
    guard keyID.hasPrefix(prefix) else { return keyID }
    let hash = keyID.dropFirst(prefix.count).replacing("-", with: "+").replacing("_", with: "/")
    return hash + String(repeating: "=", count: (4 - hash.utf8.count % 4) % 4)
  }

  /// The manifest that carries a bundle beside `image`.
  ///
  /// - Parameters:
  ///   - subject: what the registry has of the image, see `ImageSource.manifest`.
  ///   - createdAt: RFC 3339; nobody signs it.
  package static func manifest(
    carrying bundle: [UInt8], predicateType: String, about subject: PinnedManifest, createdAt: String
  ) -> (manifest: PinnedManifest, layer: Descriptor) {
    let layer = Descriptor(of: bundle, mediaType: mediaType)
    let manifest = ImageManifest(
      mediaType: .ociManifest, configuration: Descriptor(of: emptyConfiguration, mediaType: .ociEmpty), layers: [layer],
      annotations: [
        contentAnnotation: "dsse-envelope", predicateTypeAnnotation: predicateType, createdAnnotation: createdAt,
      ],
      subject: Descriptor(
        mediaType: subject.document.mediaType, digest: subject.digest, sizeBytes: Int64(subject.bytes.count)),
      artifactType: mediaType)
    return (PinnedManifest(writing: .image(manifest)), layer)
  }

  /// The configuration of an artifact that has none. Source: OCI image-spec 1.1, "Guidance for an Empty Descriptor".
  package static let emptyConfiguration = Array("{}".utf8)

  private static func material(_ keyID: String) -> JSONValue { ["publicKey": ["hint": .text(hint(of: keyID))]] }
}
