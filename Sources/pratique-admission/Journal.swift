import Foundation
import Images
import Logging
import Server
import Store

/// The journal of this gate's decisions, open.
struct Journal {
  let store: SQLStore
  let recorder: DecisionRecorder

  /// Nil where decisions are not put on record.
  init?(_ configuration: DecisionsConfiguration?, _ logger: Logger) async throws {
    guard let configuration else { return nil }
    switch configuration.place {
    case .file(let path):
      try Self.makeForOwner(path)
      store = try SQLiteStore(path: path)
    case .postgres(let file):
      store = try await SQLStore(engine: PostgresEngine(PostgresSettings(address: Wiring.secret(file))))
    }
    var settings = configuration.settings
    if settings.gate.isEmpty { settings.gate = ProcessInfo.processInfo.hostName }
    recorder = DecisionRecorder(
      store, settings: settings, now: { Int64(Date().timeIntervalSince1970) }, logger: logger)
  }

  /// SQLite would make it for everybody to read, and objects may hold secrets; its log takes the rights of the file.
  private static func makeForOwner(_ path: String) throws(ListeningError) {
    let files = FileManager.default
    guard !files.fileExists(atPath: path) else { return }
    guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw .unreadable(file: path, because: "it is not there and cannot be made")
    }
  }
}
