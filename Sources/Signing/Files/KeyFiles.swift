import Foundation
import Glibc
package import Images

/// Keys on disk: the private half for its owner's eyes only.
package enum KeyFiles {
  /// No PEM of a key is longer, in bytes; OpenPGP keys with their signatures are the longest.
  static let limitBytes = 64 << 10

  /// Writes both halves to new files, the private one with mode 0600, the public one with 0644.
  ///
  /// Both files are on disk before this returns. When the public half cannot be written the private one is removed again.
  ///
  /// - Throws: `SigningError.exists`, `.unsafeFolder`, `.unwritable`.
  package static func write(_ pair: KeyPair, privateKey: String, publicKey: String) throws(SigningError) {
    try checkFolder(of: privateKey)
    try create(privateKey, mode: 0o600, holding: pair.privatePEM.revealed)
    do throws(SigningError) {
      try create(publicKey, mode: 0o644, holding: pair.publicPEM)
    } catch {
      unlink(privateKey)
      throw error
    }
  }

  /// Reads a private key that only its owner may read. Links are followed, as mounted secrets are links.
  ///
  /// - Throws: `SigningError.unreadable`, `.readableByOthers`, `.malformedKey` when it is larger than any key.
  package static func readPrivateKey(_ path: String) throws(SigningError) -> Redacted<String> {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .unreadable(path: path, because: String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, because: "it is no file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .readableByOthers(path: path, mode: "0" + String(status.st_mode & 0o777, radix: 8))
    }
    guard let bytes = try? handle.read(upToCount: limitBytes + 1) else {
      throw .unreadable(path: path, because: "it is empty")
    }
    guard bytes.count <= limitBytes else { throw .malformedKey("it is longer than \(limitBytes) bytes") }
    return Redacted(String(decoding: bytes, as: UTF8.self))
  }

  /// Reads a password or PIN that only its owner may read, without the line break at its end.
  ///
  /// - Throws: as `readPrivateKey`.
  package static func readSecret(_ path: String) throws(SigningError) -> Redacted<String> {
    let text = try readPrivateKey(path).revealed
    return Redacted(text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }

  /// In a folder where anybody may rename files, a key can be swapped under its owner's hands; the sticky bit forbids that.
  private static func checkFolder(of path: String) throws(SigningError) {
    let folder = path.contains("/") ? (path as NSString).deletingLastPathComponent : "."
    var status = stat()
    guard stat(folder.isEmpty ? "/" : folder, &status) == 0 else {
      throw .unwritable(path: path, because: "there is no folder \(printable(folder))")
    }
    guard status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else { throw .unsafeFolder(path: folder) }
  }

  private static func create(_ path: String, mode: mode_t, holding text: String) throws(SigningError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else {
      throw errno == EEXIST ? .exists(path: path) : .unwritable(path: path, because: String(cString: strerror(errno)))
    }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    do {
      guard fchmod(file, mode) == 0 else { throw CocoaError(.fileWriteNoPermission) }
      try handle.write(contentsOf: Data(text.utf8))
      try handle.synchronize()
    } catch {
      unlink(path)
      throw .unwritable(path: path, because: "the disk did not take it")
    }
  }
}
