import ArgumentParser
import Foundation
import Metadata

/// Durable creations of 1,000 rows at once, by one client.
struct Batch: AsyncParsableCommand {
  @OptionGroup var contender: Contender
  @Option(help: "How many batches of 1,000.") var batches = 50

  func run() async throws {
    let project = try ProjectName(id: "race")
    try await contender.withStore { store in
      if contender.postgres == nil {
        let bare = try BareSQLite(path: "\(contender.data)/bare-batch.sqlite")
        try await time("bare") { try await bare.insert($0..<$0 + 1000) }
      }
      try await time("store") { first in
        try await store.create((first..<first + 1000).map(Rows.occurrence), in: project)
      }
    }
  }

  private func time(_ name: String, _ write: (Int) async throws -> Void) async throws {
    let clock = ContinuousClock()
    var latencies = Latencies()
    let began = clock.now
    for batch in 0..<batches {
      let started = clock.now
      try await write(batch * 1000)
      latencies.add(started.duration(to: clock.now))
    }
    print("\(name), batches of 1,000", latencies, over: began.duration(to: clock.now) / .seconds(1), rowsEach: 1000)
  }
}
