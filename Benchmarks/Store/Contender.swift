import ArgumentParser
import Images
import Metadata
import Store

/// Which store is raced.
struct Contender: ParsableArguments {
  @Option(help: "A PostgreSQL address; the embedded store otherwise.") var postgres: String?
  @Option(help: "The folder of the embedded store.") var data: String = "."

  /// Runs `work` with the store, in which there is the note of all rows, and closes it.
  func withStore(_ work: (any CompleteStore) async throws -> Void) async throws {
    let store =
      if let postgres {
        try await SQLStore(engine: PostgresEngine(PostgresSettings(address: Redacted(postgres))))
      } else {
        try SQLStore(path: "\(data)/store.sqlite")
      }
    try await createMissing(["check": Rows.noteMessage], in: ProjectName(id: "race"), of: store)
    try await work(store)
    await store.close()
  }
}
