package import Images

/// An image made for a test: documents and layers as bytes, consistent unless a test breaks them.
package struct TestImage: Sendable {
  package let manifest: [UInt8]
  package let mediaType: MediaType
  /// Configuration and layers.
  package let blobs: [Digest: [UInt8]]
  package let layers: [Digest]
  package let configuration: Digest

  package var digest: Digest { Digest(sha256Of: manifest) }

  /// - Parameters:
  ///   - tars: uncompressed layers, lowest first; they are packed with gzip.
  ///   - user: what the configuration says, empty for root.
  ///   - run: further members of `config` as JSON, for example `"Cmd":["sh"]`.
  ///   - packed: false leaves the layers as they are.
  package init(
    tars: [[UInt8]], user: String = "", run: String? = nil, architecture: String = "amd64", packed: Bool = true
  ) {
    self.init(
      layerBlobs: tars.map { packed ? gzip($0) : $0 }, diffIDs: tars.map { Digest(sha256Of: $0) }, user: user, run: run,
      architecture: architecture, layerType: packed ? .ociGzipLayer : .ociLayer)
  }

  /// An image of layers as they are to lie in the registry, whatever they are.
  package init(
    layerBlobs: [[UInt8]], diffIDs ids: [Digest], user: String = "", run: String? = nil, architecture: String = "amd64",
    layerType: MediaType = .ociGzipLayer
  ) {
    let members = ["\"User\":\"\(user)\""] + (run.map { [$0] } ?? [])
    let config = Array(
      """
      {"architecture":"\(architecture)","os":"linux","config":{\(members.joined(separator: ","))},\
      "rootfs":{"type":"layers","diff_ids":[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]}}
      """.utf8)
    layers = layerBlobs.map { Digest(sha256Of: $0) }
    configuration = Digest(sha256Of: config)
    let parts = layerBlobs.map { TestImage.descriptor(layerType, $0) }.joined(separator: ",")
    manifest = Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest.text)",\
      "config":\(TestImage.descriptor(.ociConfiguration, config)),"layers":[\(parts)]}
      """.utf8)
    mediaType = .ociManifest
    blobs = Dictionary((layerBlobs + [config]).map { (Digest(sha256Of: $0), $0) }, uniquingKeysWith: { $1 })
  }

  /// The JSON of a descriptor of `bytes`; `more` are further members with a leading comma.
  package static func descriptor(_ type: MediaType, _ bytes: [UInt8], more: String = "") -> String {
    "{\"mediaType\":\"\(type.text)\",\"digest\":\"\(Digest(sha256Of: bytes))\",\"size\":\(bytes.count)\(more)}"
  }

  /// The bytes of an index over `images` with their platforms.
  package static func index(_ images: [(TestImage, String)]) -> [UInt8] {
    let entries = images.map { image, platform in
      let parts = platform.split(separator: "/")
      let variant = parts.count > 2 ? ",\"variant\":\"\(parts[2])\"" : ""
      return descriptor(
        .ociManifest, image.manifest,
        more: ",\"platform\":{\"os\":\"\(parts[0])\",\"architecture\":\"\(parts[1])\"\(variant)}")
    }
    return Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex.text)","manifests":[\(entries.joined(separator: ","))]}
      """.utf8)
  }

  /// The files of an OCI image layout that holds this image under `tag`, keyed by path.
  package func layoutFiles(tag: String? = nil) -> [String: [UInt8]] {
    let name = tag.map { ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"\($0)\"}" } ?? ""
    var files = [
      "oci-layout": Array("{\"imageLayoutVersion\":\"1.0.0\"}".utf8),
      "index.json": Array(
        """
        {"schemaVersion":2,"manifests":[\(TestImage.descriptor(mediaType, manifest, more: name))]}
        """.utf8),
      "blobs/sha256/\(digest.hex)": manifest,
    ]
    for (digest, bytes) in blobs { files["blobs/sha256/\(digest.hex)"] = bytes }
    return files
  }

  /// The files of an image layout that holds one index over `images` under `tag`, and the digest of the index.
  package static func layoutFiles(
    ofIndexOver images: [(TestImage, String)], tag: String
  ) -> (files: [String: [UInt8]], digest: Digest) {
    let index = TestImage.index(images)
    let digest = Digest(sha256Of: index)
    var files: [String: [UInt8]] = [:]
    for (image, _) in images { files.merge(image.layoutFiles()) { first, _ in first } }
    let name = ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"\(tag)\"}"
    files["blobs/sha256/\(digest.hex)"] = index
    files["index.json"] = Array("{\"schemaVersion\":2,\"manifests\":[\(descriptor(.ociIndex, index, more: name))]}".utf8)
    return (files, digest)
  }

  /// The same layout as one tar.
  package func layoutArchive(tag: String? = nil) -> [UInt8] {
    TarBuilder.build { tar in
      for (path, bytes) in layoutFiles(tag: tag).sorted(by: { $0.key < $1.key }) { tar.file(path, bytes: bytes) }
    }
  }
}
