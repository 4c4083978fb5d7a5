import ArgumentParser
import Foundation
import Metadata

/// Lists by image and by note while the store grows by decades.
struct Read: AsyncParsableCommand {
  @OptionGroup var contender: Contender
  @Option(parsing: .upToNextOption, help: "At how many rows it is measured; ascending.") var rows = [10_000, 100_000, 1_000_000]
  @Option(help: "How often each list is asked for.") var times = 2000

  func run() async throws {
    var filled = 0
    for wanted in rows {
      let clock = ContinuousClock()
      let began = clock.now
      try await contender.withStore { store in
        for first in stride(from: filled, to: wanted, by: 1000) {
          try await store.create((first..<first + 1000).map(Rows.occurrence), in: ProjectName(id: "race"))
        }
      }
      let fill = began.duration(to: clock.now) / .seconds(1)
      Swift.print(String(format: "%d rows: filled at %.0f rows/s", wanted, Double(wanted - filled) / fill))
      filled = wanted
      try await measure(wanted)
    }
  }

  /// Opens the store anew, as a start does, and asks.
  private func measure(_ rows: Int) async throws {
    let clock = ContinuousClock()
    let project = try ProjectName(id: "race")
    let note = try NoteName(parsing: Rows.note)
    let opening = clock.now
    try await contender.withStore { store in
      let opened = opening.duration(to: clock.now)
      var byImage = Latencies()
      for number in 0..<times {
        let image = Rows.image((number &* 7919) % (rows / Rows.rowsPerImage))
        let filter = OccurrenceFilter(resourceURI: image)
        let started = clock.now
        let page = try await store.occurrences(in: project, matching: filter, page: PageRequest(size: 1000))
        byImage.add(started.duration(to: clock.now))
        guard page.items.count == Rows.rowsPerImage else { throw ValidationError("\(image): \(page.items.count) rows") }
      }
      let first = try await pages(of: note, after: nil, store)
      let last = try await pages(of: note, after: try await lastPosition(store, rows), store)
      Swift.print(
        String(
          format: """
            %d rows: opened in %.0f ms; 30 rows of an image p50 %.0f us, p99 %.0f us; \
            page 1 of a note p50 %.0f us, page %d p50 %.0f us; %d MiB resident
            """,
          rows, opened / .milliseconds(1), byImage.quantile(0.5), byImage.quantile(0.99), first.quantile(0.5), rows / 100,
          last.quantile(0.5), residentMiB()))
    }
  }

  /// Where the last page of a hundred begins.
  private func lastPosition(_ store: any CompleteStore, _ rows: Int) async throws -> String {
    String(try await store.lastPosition() - 101)
  }

  private func pages(of note: NoteName, after token: String?, _ store: any CompleteStore) async throws -> Latencies {
    let clock = ContinuousClock()
    var latencies = Latencies()
    for _ in 0..<times / 10 {
      let started = clock.now
      let page = try await store.occurrences(
        of: note, matching: OccurrenceFilter(), page: PageRequest(size: 100, token: token))
      latencies.add(started.duration(to: clock.now))
      guard page.items.count == 100 else { throw ValidationError("\(page.items.count) rows in a page") }
    }
    return latencies
  }
}
