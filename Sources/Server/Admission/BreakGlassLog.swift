import Foundation
import Images
package import Policies

/// Where it is put on record that somebody broke the glass.
package protocol BreakGlassLog: Sendable {
  /// Returns only once the record would survive a power cut.
  func record(_ use: BrokenGlass) async throws
}

/// One use of break-glass.
package struct BrokenGlass: Sendable {
  /// Seconds since 1970 UTC.
  package let atSeconds: Int64
  package let uid: String
  package let requester: Requester
  package let namespace: String
  package let kind: String
  package let name: String
  package let reason: String
  package let images: [String]
  /// Codes of what would have kept the workload out.
  package let codes: [String]
  package let policy: String

  /// The record as one line of JSON.
  package var line: [UInt8] {
    var out: [UInt8] = Array("{\"event\":\"break-glass\",\"atSeconds\":\(atSeconds)".utf8)
    func put(_ key: String, _ value: String) {
      out.append(contentsOf: Array(",\"\(key)\":".utf8))
      appendQuoted(value, to: &out)
    }
    func put(_ key: String, _ values: [String]) {
      out.append(contentsOf: Array(",\"\(key)\":[".utf8))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        appendQuoted(value, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    }
    put("uid", uid)
    put("user", requester.username)
    put("groups", requester.groups)
    put("namespace", namespace)
    put("kind", kind)
    put("name", name)
    put("reason", reason)
    put("images", images)
    put("codes", codes)
    put("policy", policy)
    out.append(contentsOf: Array("}\n".utf8))
    return out
  }
}

/// A file to which every use of break-glass is added as a line of JSON and synchronised before the answer.
package actor BreakGlassFile: BreakGlassLog {
  private let path: String

  package init(path: String) { self.path = path }

  /// Adds one line; the file is made when it is missing, for its owner only.
  package func record(_ use: BrokenGlass) async throws {
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(use.line))
    try file.synchronize()
  }
}
