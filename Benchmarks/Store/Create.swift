import ArgumentParser
import Foundation
import Metadata
import Synchronization

/// Durable creations of one row, by more and more clients at once.
struct Create: AsyncParsableCommand {
  @OptionGroup var contender: Contender
  @Option(help: "How long each round lasts.") var seconds = 5.0
  @Option(parsing: .upToNextOption, help: "How many clients at once.") var clients = [1, 8, 32, 128]

  func run() async throws {
    let project = try ProjectName(id: "race")
    let (contender, clients, seconds) = (contender, clients, seconds)
    try await contender.withStore { store in
      let bare = contender.postgres == nil ? try BareSQLite(path: "\(contender.data)/bare.sqlite") : nil
      for clients in clients {
        if let bare {
          let floor = try await round(clients) { try await bare.insert($0..<$0 + 1) }
          print("bare, \(clients) clients", floor, over: seconds)
        }
        let ours = try await round(clients) { try await store.create([Rows.occurrence($0)], in: project) }
        print("store, \(clients) clients", ours, over: seconds)
      }
    }
  }

  private func round(_ clients: Int, _ write: @escaping @Sendable (Int) async throws -> Void) async throws -> Latencies {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(seconds))
    let numbers = Numbers()
    return try await withThrowingTaskGroup(of: Latencies.self) { group in
      for _ in 0..<clients {
        group.addTask {
          var latencies = Latencies()
          while clock.now < end {
            let number = numbers.next()
            let started = clock.now
            try await write(number)
            latencies.add(started.duration(to: clock.now))
          }
          return latencies
        }
      }
      var all = Latencies()
      for try await one in group { all.add(one) }
      return all
    }
  }
}

/// Gives every number once.
private final class Numbers: Sendable {
  private let last = Mutex(0)

  func next() -> Int {
    last.withLock { value in
      value += 1
      return value
    }
  }
}
