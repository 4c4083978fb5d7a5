import Foundation
import Images
import Registry

/// Opens what a case scans, over the doors that the product has for files.
struct CaseInput {
  /// Holds what had to be unpacked or wrapped; removed by `close`.
  private let scratch = FileManager.default.temporaryDirectory.appending(path: "conform-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true) }

  func close() { try? FileManager.default.removeItem(at: scratch) }

  /// The image at `path`.
  ///
  /// - Parameter kind: as the case words it; empty has the file tell.
  func open(_ path: String, kind: String) async throws -> (any ImageSource, ManifestName) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CaseError(reason: "\(path) does not exist")
    }
    if isFolder.boolValue {
      if FileManager.default.fileExists(atPath: "\(path)/oci-layout") { return try only(OCILayout(path: path)) }
      return try wrapped(try packed(folder: path))
    }
    let file = try await unpackedFromXZ(path)
    if kind.contains("docker") {
      let archive = try await DockerArchive(path: file)
      return (archive, try archive.only())
    }
    if kind.contains("oci") {
      let archive = try await OCIArchive(path: file)
      return (archive, try archive.only())
    }
    if kind.isEmpty {
      if let archive = try? await OCIArchive(path: file), let name = try? archive.only() { return (archive, name) }
      if let archive = try? await DockerArchive(path: file), let name = try? archive.only() { return (archive, name) }
    }
    return try wrapped(Array(try Data(contentsOf: URL(filePath: file))))
  }

  private func only(_ layout: OCILayout) throws -> (any ImageSource, ManifestName) { (layout, try layout.only()) }

  /// The product reads no xz; the cases that need it say so.
  private func unpackedFromXZ(_ path: String) async throws -> String {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    guard try file.read(upToCount: 6) == Data([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) else { return path }
    let target = scratch.appending(path: "unpacked.tar")
    return try run("/usr/bin/xz", ["-dc", path], into: target)
  }

  /// A folder of a root file system as a layer.
  private func packed(folder: String) throws -> [UInt8] {
    let target = scratch.appending(path: "folder.tar")
    let file = try run("/bin/tar", ["-C", folder, "--sort=name", "-cf", "-", "."], into: target)
    return Array(try Data(contentsOf: URL(filePath: file)))
  }

  private func run(_ program: String, _ arguments: [String], into target: URL) throws -> String {
    guard FileManager.default.createFile(atPath: target.path(percentEncoded: false), contents: nil) else {
      throw CaseError(reason: "\(target.path(percentEncoded: false)) cannot be written")
    }
    let output = try FileHandle(forWritingTo: target)
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CaseError(reason: "\(program) ended with \(process.terminationStatus)") }
    return target.path(percentEncoded: false)
  }

  /// One layer, plain or gzip, as an image of its own in a layout on disk.
  private func wrapped(_ layer: [UInt8]) throws -> (any ImageSource, ManifestName) {
    var content: [UInt8] = []
    var unpacker = Unpacker()
    func take(_ piece: Span<UInt8>) throws(ImageError) { piece.withUnsafeBufferPointer { content += $0 } }
    try unpacker.feed(layer, take)
    try unpacker.finish(take)
    let isPacked = layer.starts(with: [0x1F, 0x8B])
    let config = Array(
      """
      {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["\(Digest(sha256Of: content))"]}}
      """.utf8)
    func descriptor(_ type: String, _ bytes: [UInt8]) -> String {
      "{\"mediaType\":\"application/vnd.oci.image.\(type)\",\"digest\":\"\(Digest(sha256Of: bytes))\",\"size\":\(bytes.count)}"
    }
    let manifest = Array(
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":\(descriptor("config.v1+json", config)),\
      "layers":[\(descriptor("layer.v1.tar\(isPacked ? "+gzip" : "")", layer))]}
      """.utf8)
    let index = "{\"schemaVersion\":2,\"manifests\":[\(descriptor("manifest.v1+json", manifest))]}"
    let folder = scratch.appending(path: "layout")
    let blobs = folder.appending(path: "blobs/sha256")
    try FileManager.default.createDirectory(at: blobs, withIntermediateDirectories: true)
    try Data("{\"imageLayoutVersion\":\"1.0.0\"}".utf8).write(to: folder.appending(path: "oci-layout"))
    try Data(index.utf8).write(to: folder.appending(path: "index.json"))
    for bytes in [layer, config, manifest] {
      try Data(bytes).write(to: blobs.appending(path: Digest(sha256Of: bytes).hex))
    }
    return try only(OCILayout(path: folder.path(percentEncoded: false)))
  }
}
