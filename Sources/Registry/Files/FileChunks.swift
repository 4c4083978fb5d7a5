import Foundation
import Images

/// How much is read from a file at once.
private let pieceBytes = 256 << 10

/// Opens a regular file for reading.
///
/// - Throws: `RegistryError.unreadableFile`.
func openFile(_ path: String) throws(RegistryError) -> FileHandle {
  let attributes = try? FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)
  guard let type = attributes?[.type] as? FileAttributeType else {
    throw .unreadableFile(path: path, because: "it does not exist")
  }
  guard type == .typeRegular else { throw .unreadableFile(path: path, because: "it is no regular file") }
  guard let handle = FileHandle(forReadingAtPath: path) else {
    throw .unreadableFile(path: path, because: "this user may not open it")
  }
  return handle
}

/// The bytes of a file, or of a part of it, in pieces.
func fileChunks(_ path: String, from start: Int64 = 0, count: Int64 = .max) -> BlobChunks {
  BlobChunks {
    var handle: FileHandle?
    var left = count
    return {
      let open = try handle ?? openFile(path)
      if handle == nil, start > 0 { try open.seek(toOffset: UInt64(start)) }
      handle = open
      guard left > 0, let data = try open.read(upToCount: Int(min(left, Int64(pieceBytes)))), !data.isEmpty else { return nil }
      left -= Int64(data.count)
      return Array(data)
    }
  }
}

/// A whole small file.
///
/// - Throws: `RegistryError.overLimit`, `.unreadableFile`.
func wholeFile(_ path: String, atMost limitBytes: Int) throws(RegistryError) -> [UInt8] {
  let handle = try openFile(path)
  guard let data = try? handle.read(upToCount: limitBytes + 1) else {
    throw .unreadableFile(path: path, because: "reading failed")
  }
  guard data.count <= limitBytes else { throw .overLimit(what: "\(path) in bytes", limit: limitBytes) }
  return Array(data)
}
