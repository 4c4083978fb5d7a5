import Foundation
package import Logging
import Policies
import Synchronization

/// The callers file and the key sets that it names, read again when they change.
///
/// Files that cannot be read change nothing: who was known stays known, and `fault` says why.
package final class CallersFile: Sendable {
  private static let limitBytes = 1 << 20

  private struct Held {
    var bytes: [[UInt8]] = []
    var directory = Directory(roster: Roster(tokens: []), keySets: [:])
    var fault: String?
  }

  private let path: String
  private let held = Mutex(Held())

  /// Reads the files.
  ///
  /// - Throws: `DocumentError` with the place, or `ListeningError` for a file that is missing or no key set.
  package init(_ path: String) async throws {
    self.path = path
    _ = try await reload()
  }

  /// Why the files as they are now are not in force; nil when they are.
  package var fault: String? { held.withLock { $0.fault } }

  var directory: Directory { held.withLock { $0.directory } }

  /// Reads the files again.
  ///
  /// - Returns: whether others may be known now.
  /// - Throws: `DocumentError` or `ListeningError`, each time for as long as the files are broken.
  package func reload() async throws -> Bool {
    do {
      let text = try readFile(path, atMost: Self.limitBytes)
      let roster = try Roster(parsing: String(decoding: text, as: UTF8.self), file: path)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      let files = roster.issuers.map { URL(fileURLWithPath: $0.keySetFile, relativeTo: folder).path }
      var bytes = [text]
      for file in files { bytes.append(try readFile(file, atMost: Self.limitBytes)) }
      let isKnown = held.withLock { held in
        held.fault = held.bytes == bytes ? nil : held.fault
        return held.bytes == bytes
      }
      if isKnown { return false }
      var keySets: [String: KeySet] = [:]
      for (index, issuer) in roster.issuers.enumerated() {
        keySets[issuer.name] = try await KeySet(parsing: bytes[index + 1], file: files[index])
      }
      let fresh = Held(bytes: bytes, directory: Directory(roster: roster, keySets: keySets), fault: nil)
      held.withLock { $0 = fresh }
      return true
    } catch {
      held.withLock { $0.fault = "\(error)" }
      throw error
    }
  }

  /// Reads the files again every second, and logs what comes of it: a fault once, not every second.
  package func polling(logger: Logger) -> Polling {
    Polling(every: .seconds(1)) { [self] in
      let before = fault
      do {
        if try await reload() { logger.info("the callers were reloaded", metadata: ["file": "\(path)"]) }
      } catch {
        if fault != before { logger.error("the callers could not be reloaded", metadata: ["error": "\(error)"]) }
      }
    }
  }
}
