import ArgumentParser
import AsyncHTTPClient
import Foundation
import Images
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Asks the gate about pods: at a rate that does not wait for answers, or as fast as its connections allow.
struct ReviewLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "load")

  @Option(help: "URL of the gate.") var gate: String
  @Option(help: "How many reviews.") var reviews: Int
  @Option(help: "Reviews a second; 0 for as fast as the connections allow.") var rate = 0
  @Option(help: "Images in each review.") var images = 1
  @Option(help: "Distinct images in all reviews together.") var distinct: Int
  @Option(help: "Connections.") var connections = 64

  func run() async throws {
    var configuration = HTTPClient.Configuration(certificateVerification: .none)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let bodies = try (0..<reviews).map { index in
      let first = index * images % distinct
      return ByteBuffer(string: try EvidenceWorld.review(index, of: first..<first + images))
    }
    let tally = Results()
    let start = ContinuousClock.now
    if rate > 0 {
      await withTaskGroup(of: Void.self) { group in
        for (index, body) in bodies.enumerated() {
          // From when it was due, so that a gate that holds up the load does not hide it.
          let due = start + .nanoseconds(1_000_000_000 / rate * index)
          try? await Task.sleep(until: due, tolerance: .microseconds(100), clock: .continuous)
          group.addTask { await ask(client, body, due, tally) }
        }
      }
    } else {
      await withTaskGroup(of: Void.self) { group in
        for first in 0..<connections {
          group.addTask {
            for index in stride(from: first, to: bodies.count, by: connections) {
              await ask(client, bodies[index], .now, tally)
            }
          }
        }
      }
    }
    let took = start.duration(to: .now)
    try await client.shutdown()
    print(tally.tally.withLock { $0.summary(took) })
  }

  private func ask(_ client: HTTPClient, _ body: ByteBuffer, _ due: ContinuousClock.Instant, _ results: Results)
    async
  {
    var request = HTTPClientRequest(url: "\(gate)/validate")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(body)
    var isAllowed = false
    if let response = try? await client.execute(request, timeout: .seconds(30)),
      let answer = try? await response.body.collect(upTo: 1 << 20)
    {
      isAllowed = String(buffer: answer).contains(#""allowed":true"#)
    }
    let took = due.duration(to: .now)
    results.tally.withLock { tally in
      tally.milliseconds.append(Double(took.components.seconds) * 1_000 + Double(took.components.attoseconds) / 1e15)
      if !isAllowed { tally.failed += 1 }
    }
  }

  private final class Results: Sendable {
    let tally = Mutex(Tally())
  }

  private struct Tally {
    var milliseconds: [Double] = []
    var failed = 0

    func summary(_ took: Duration) -> String {
      let sorted = milliseconds.sorted()
      func at(_ part: Double) -> String {
        sorted.isEmpty ? "-" : String(format: "%.2f", sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
      }
      return
        "\(sorted.count) reviews in \(took): p50 \(at(0.5)) ms, p90 \(at(0.9)) ms, p99 \(at(0.99)) ms, max \(at(1)) ms, \(failed) not let in"
    }
  }
}
