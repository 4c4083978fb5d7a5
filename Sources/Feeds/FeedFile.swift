import Foundation
import Images

/// Files on disk, read whole and bounded.
enum FeedFile {
  /// One file, packed or not, and unpacked; the whole Debian tracker is about 60 MiB.
  static let limitBytes = 512 << 20
  /// Files of one import.
  static let countLimit = 10_000

  /// The files at `paths`, folders opened down to their last one, without hidden ones; sorted, each once.
  static func list(_ paths: [String]) throws(FeedsError) -> [String] {
    var found: Set<String> = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .unreadable(path: path, because: "there is no such file")
      }
      guard isFolder.boolValue else {
        found.insert(path)
        continue
      }
      for name in FileManager.default.enumerator(atPath: path)?.lazy.compactMap({ $0 as? String }) ?? [] as [String] {
        guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
        let file = "\(path)/\(name)"
        var isInner: ObjCBool = false
        if FileManager.default.fileExists(atPath: file, isDirectory: &isInner), !isInner.boolValue { found.insert(file) }
        guard found.count <= countLimit else { throw .overLimit(what: "The number of files", limit: countLimit) }
      }
    }
    return found.sorted()
  }

  /// The bytes of the file at `path`.
  static func read(_ path: String, atMost limit: Int = limitBytes) throws(FeedsError) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      let bytes = Array(try handle.read(upToCount: limit + 1) ?? Data())
      guard bytes.count <= limit else { throw FeedsError.overLimit(what: "\(printable(path)) in bytes", limit: limit) }
      return bytes
    } catch let error as FeedsError {
      throw error
    } catch {
      throw .unreadable(path: path, because: error.localizedDescription)
    }
  }

  /// `bytes` unpacked where they are packed with gzip.
  ///
  /// - Throws: `ImageError` for what is damaged, packed otherwise, or over `limitBytes`.
  static func unpacked(_ bytes: [UInt8]) throws(ImageError) -> [UInt8] {
    var out: [UInt8] = []
    var unpacker = Unpacker()
    func take(_ piece: Span<UInt8>) throws(ImageError) {
      guard out.count + piece.count <= limitBytes else { throw .overLimit(what: "An unpacked feed in bytes", limit: limitBytes) }
      piece.withUnsafeBufferPointer { out += $0 }
    }
    try unpacker.feed(bytes, take)
    try unpacker.finish(take)
    return out
  }
}
