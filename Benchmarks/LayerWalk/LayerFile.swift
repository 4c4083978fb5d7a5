import Foundation
import Images

/// A layer on disk, dressed as an image of one layer.
struct LayerFile: ImageSource {
  static let status = "/var/lib/dpkg/status"

  let origin: String
  let compressedBytes: Int64
  let uncompressedBytes: Int64
  private let manifestBytes: [UInt8]
  private let configuration: [UInt8]

  /// Reads the file once to learn its digests; that is not timed.
  init(_ path: String) async throws {
    origin = path
    var (blob, content) = (ContentHash(.sha256), ContentHash(.sha256))
    var (packed, unpacked): (Int64, Int64) = (0, 0)
    var unpacker = Unpacker()
    for try await chunk in Self.chunks(path) {
      blob.update(chunk)
      packed += Int64(chunk.count)
      try unpacker.feed(chunk) { (bytes) throws(ImageError) in
        bytes.withUnsafeBytes { content.update($0) }
        unpacked += Int64(bytes.count)
      }
    }
    compressedBytes = packed
    uncompressedBytes = unpacked
    configuration = Array(
      """
      {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["\(content.digest())"]}}
      """.utf8)
    manifestBytes = Array(
      """
      {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest.text)","config":{"mediaType":"\(MediaType.ociConfiguration.text)",\
      "digest":"\(Digest(sha256Of: configuration))","size":\(configuration.count)},"layers":[{"mediaType":\
      "\(MediaType.ociGzipLayer.text)","digest":"\(blob.digest())","size":\(packed)}]}
      """.utf8)
  }

  /// The whole walk: digest of the blob, digest of the content, inflate, index of the tar, the package database kept.
  func walk() async throws -> ImageContents {
    try await ImageContents.read(.tag("layer"), from: self) { $0 == Self.status }
  }

  /// What a person would do to learn the diff id alone.
  func pipe() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "gzip -dc \"$1\" | sha256sum", "sh", origin]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }

  func unverifiedManifest(_ name: ManifestName) async throws -> UnverifiedManifest { UnverifiedManifest(bytes: manifestBytes) }

  func unverifiedBlob(_ descriptor: Descriptor) async throws -> BlobChunks {
    descriptor.mediaType == .ociConfiguration ? BlobChunks(configuration) : Self.chunks(origin)
  }

  private static func chunks(_ path: String) -> BlobChunks {
    BlobChunks {
      var handle: FileHandle?
      return {
        let open = try handle ?? FileHandle(forReadingFrom: URL(filePath: path))
        handle = open
        guard let data = try open.read(upToCount: 256 << 10), !data.isEmpty else { return nil }
        return Array(data)
      }
    }
  }
}
