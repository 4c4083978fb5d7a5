import ArgumentParser
import Foundation
import Images
import Metadata
import Schemas
import Store
import SwiftProtobuf

/// Kills the server under eight writers at random points, and counts.
struct Kill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "kill -9 under eight writers: nothing acknowledged may be lost, torn or doubled.")

  @Option(help: "How often the server is killed.") var kills = 1000
  @Option(help: "A PostgreSQL address; the embedded store in a temporary folder otherwise.") var postgres: String?
  @Option(help: "The port of the server.") var port = 21799
  @Option(help: "The folder of the built programs.") var programs = ".build/debug"
  @Option(help: "Of the random pauses; another one tries other points.") var seed: UInt64 = 1

  private static let writers = 8
  private static let note = "projects/faults/notes/check"

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faults-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = Server(
      program: "\(programs)/pratique", port: port,
      store: postgres.map { ["--postgres", $0] } ?? ["--data", folder], log: folder + "/server.log")
    try await server.start()
    try await prepare(server)

    let ledger = Ledger()
    var random = SplitMix(state: seed)
    var numbers = [Int](repeating: 0, count: Self.writers)
    for kill in 1...kills {
      let pause = Duration.milliseconds(Int64(random.next() % 250))
      numbers = try await write(from: numbers, until: pause, to: server, ledger)
      try await server.start()
      if kill.isMultiple(of: 100) || kill == kills {
        let audit = try await count(server, ledger)
        print("\(kill) kills: \(Self.text(audit))")
        fflush(nil)
        guard audit.isClean else { throw ExitCode(1) }
      }
    }
    server.kill()
  }

  private func prepare(_ server: Server) async throws {
    let remote = try RemoteMetadata(RemoteSettings(baseURL: server.address))
    let note = Note.with { $0.compliance.title = "What the fault runs write under" }
    try await createMissing(["check": note], in: ProjectName(id: "faults"), of: remote)
    await remote.close()
  }

  /// Eight writers write until the server is killed under them.
  ///
  /// - Returns: the number of the next batch of each writer.
  private func write(from numbers: [Int], until pause: Duration, to server: Server, _ ledger: Ledger) async throws -> [Int] {
    let address = server.address
    return try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for (writer, first) in numbers.enumerated() {
        group.addTask { (writer, try await Self.write(writer, from: first, to: address, ledger)) }
      }
      try await Task.sleep(for: pause)
      server.kill()
      var next = numbers
      for try await (writer, number) in group { next[writer] = number }
      return next
    }
  }

  /// One writer: batches of one to five until the first that is not acknowledged, whose fate nobody knows.
  private static func write(_ writer: Int, from first: Int, to address: String, _ ledger: Ledger) async throws -> Int {
    let remote = try RemoteMetadata(RemoteSettings(baseURL: address, deadline: .seconds(10)))
    let project = try ProjectName(id: "faults")
    var number = first
    var isAnswered = true
    while isAnswered {
      let batch = Ledger.Batch(writer: writer, number: number, size: number % 5 + 1)
      number += 1
      do {
        try await remote.create(
          (0..<batch.size).map { occurrence("\(batch.writer)/\(batch.number)/\($0)/\(batch.size)") }, in: project)
        ledger.acknowledge(batch)
      } catch {
        isAnswered = false
      }
    }
    await remote.close()
    return number
  }

  private static func occurrence(_ text: String) -> Occurrence {
    .with {
      $0.resourceUri = "https://registry.example.test/faults@sha256:" + String(repeating: "ab", count: 32)
      $0.noteName = note
      $0.compliance.nonComplianceReason = text
    }
  }

  /// Counts everything that the server holds, from the beginning.
  private func count(_ server: Server, _ ledger: Ledger) async throws -> Ledger.Audit {
    let remote = try RemoteMetadata(RemoteSettings(baseURL: server.address))
    ledger.beginCount()
    var token: String?
    repeat {
      let page = try await remote.occurrences(
        in: ProjectName(id: "faults"), matching: OccurrenceFilter(), page: PageRequest(size: 1000, token: token))
      page.items.forEach(ledger.find)
      token = page.nextToken
    } while token != nil
    await remote.close()
    return ledger.audit()
  }

  private static func text(_ audit: Ledger.Audit) -> String {
    "\(audit.acknowledged) batches acknowledged, \(audit.present) present, \(audit.lost) lost, \(audit.torn) torn, "
      + "\(audit.doubled) doubled, \(audit.strangers) of unknown origin"
  }
}

/// Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
