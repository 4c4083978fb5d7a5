import Foundation

/// The folder of real images and feeds beside the checkout; tests that need it are skipped by name without it.
package enum SharedData {
  /// `../shared/data` seen from the package.
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

  package static func has(_ path: String) -> Bool {
    FileManager.default.isReadableFile(atPath: folder.appending(path: path).path(percentEncoded: false))
  }

  /// The whole file at `path` below the folder.
  package static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

  package static func path(_ path: String) -> String { folder.appending(path: path).path(percentEncoded: false) }
}
