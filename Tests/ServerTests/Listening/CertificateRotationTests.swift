import AsyncHTTPClient
import Foundation
import Images
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Server
import Synchronization
import Testing

/// What replicas share, as a Secret and a webhook configuration would keep it.
final class SharedPlace: SharedIdentity, TrustKeeper {
  private struct State {
    var values: [String: Redacted<[UInt8]>]?
    var version = 0
    var writes = 0
    var bundle: [UInt8] = []
    var changes = 0
  }

  private let state = Mutex(State())

  var writes: Int { state.withLock { $0.writes } }
  var bundle: [UInt8] { state.withLock { $0.bundle } }
  var trustChanges: Int { state.withLock { $0.changes } }
  func overwrite(bundle: [UInt8]) { state.withLock { $0.bundle = bundle } }
  func put(_ values: [String: Redacted<[UInt8]>]) { state.withLock { ($0.values, $0.version) = (values, $0.version + 1) } }

  func read() async throws -> (values: [String: Redacted<[UInt8]>], version: String)? {
    await Task.yield()
    return state.withLock { state in state.values.map { ($0, "\(state.version)") } }
  }

  func write(_ values: [String: Redacted<[UInt8]>], over version: String?) async throws -> Bool {
    state.withLock { state in
      guard version == (state.values == nil ? nil : "\(state.version)") else { return false }
      (state.values, state.version, state.writes) = (values, state.version + 1, state.writes + 1)
      return true
    }
  }

  func keep(_ bundle: [UInt8]) async throws -> Bool {
    state.withLock { state in
      defer { state.bundle = bundle }
      if state.bundle != bundle { state.changes += 1 }
      return state.bundle != bundle
    }
  }
}

@Suite("The rotation of a self-made certificate", .timeLimit(.minutes(2)))
struct CertificateRotationTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func rotation(_ place: SharedPlace) async throws -> CertificateRotation {
    try await CertificateRotation(names: ["localhost"], shared: place, trust: place, logger: Self.quiet)
  }

  @Test("has one identity among replicas that begin at the same moment")
  func oneIdentity() async throws {
    let place = SharedPlace()
    let rotations = try await mapAtOnce(Array(0..<8), width: 8) { _ in try await rotation(place) }
    #expect(place.writes == 1)
    for rotation in rotations { try await rotation.turn() }
    #expect(place.writes == 1 && place.trustChanges == 1)
  }

  @Test("writes the trust again when somebody overwrites it")
  func overwritten() async throws {
    let place = SharedPlace()
    let rotation = try await rotation(place)
    try await rotation.turn()
    let bundle = place.bundle
    place.overwrite(bundle: [1])
    try await rotation.turn()
    #expect(place.bundle == bundle && !bundle.isEmpty)
  }

  @Test("leaves a Secret alone that somebody else has made")
  func foreign() async throws {
    let place = SharedPlace()
    place.put(["tls.crt": Redacted([1]), "tls.key": Redacted([2])])
    await #expect(throws: ListeningError.self) { try await rotation(place) }
    #expect(place.writes == 0)
  }

  /// Every client believes what the trust keeper holds when it connects, as the API server does.
  @Test("fails no handshake while authority and certificate change under load")
  func underLoad() async throws {
    let (place, plan) = (SharedPlace(), IdentityPlan(names: ["localhost"]))
    // An authority whose time is nearly over, and a certificate of it that is new.
    let now = Date()
    let due = IdentityPlan.authoritySeconds * 2 / 3
    let old = try #require(try plan.next(nil, at: now - due - 3_850))
    var identity = try #require(try plan.next(old, at: now - 4_000))
    #expect(plan.step(identity, at: now - 3_900) == .addAuthority)
    let certificate = try ServingCertificate(chain: identity.chain, key: identity.key)
    _ = try await place.keep(identity.bundle)
    let checkpoint = try Checkpoint()
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let server = GateServer(
      checkpoint.gate, rules: nil, certificate: certificate, listening: ListeningSettings(host: "127.0.0.1", port: 0),
      logger: Self.quiet, onRunning: { found.yield($0) })
    let tally = Tally()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      for _ in 0..<3 {
        group.addTask {
          defer { tally.clientEnded() }
          while !tally.isOver { tally.add(await Self.handshake(port, place.bundle)) }
        }
      }
      // A whole change of authority, and certificates for other names.
      let renamed = ["a", "b", "c"].map { IdentityPlan(names: ["localhost", $0]) }
      let steps = [(plan, 3_900.0), (plan, 3_200), (plan, 2_500)] + zip(renamed, [2_000.0, 1_900, 1_800])
      for (plan, before) in steps {
        let seen = tally.all
        while tally.all < seen + 20 { try await Task.sleep(for: .milliseconds(5)) }
        identity = try #require(try plan.next(identity, at: now - before))
        _ = try await place.keep(identity.bundle)
        _ = try certificate.show(chain: identity.chain, key: identity.key)
      }
      #expect(place.trustChanges == 3)
      // The clients end before the server: one that is cut off while it takes a connection would not shut it down.
      tally.end()
      while tally.clients < 3 { try await Task.sleep(for: .milliseconds(5)) }
      group.cancelAll()
    }
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(3))")
    #expect(tally.all >= 120)
  }

  /// One connection of its own; the error when there is none.
  private static func handshake(_ port: Int, _ bundle: [UInt8]) async -> String? {
    var configuration = HTTPClient.Configuration(certificateVerification: .noHostnameVerification)
    do {
      configuration.tlsConfiguration?.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(bundle))
      configuration.connectionPool.retryConnectionEstablishment = false
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      let result: String?
      do {
        let response = try await client.execute(
          HTTPClientRequest(url: "https://127.0.0.1:\(port)/healthz"), timeout: .seconds(30))
        result = response.status == .ok ? nil : "\(response.status)"
      } catch {
        result = Task.isCancelled ? nil : "\(error)"
      }
      try await client.shutdown()
      return result
    } catch {
      return Task.isCancelled ? nil : "\(error)"
    }
  }
}

/// Counts what went well and keeps what did not.
final class Tally: Sendable {
  private let state = Mutex<(all: Int, failures: [String], isOver: Bool, clients: Int)>((0, [], false, 0))

  var isOver: Bool { state.withLock { $0.isOver } }
  /// Those that have ended.
  var clients: Int { state.withLock { $0.clients } }
  func end() { state.withLock { $0.isOver = true } }
  func clientEnded() { state.withLock { $0.clients += 1 } }

  var all: Int { state.withLock { $0.all } }
  var failures: [String] { state.withLock { $0.failures } }

  func add(_ failure: String?) {
    state.withLock { state in
      state.all += 1
      if let failure { state.failures.append(failure) }
    }
  }
}
