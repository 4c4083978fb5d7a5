import AsyncHTTPClient
import ClusterDouble
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@Suite("The real gate in a cluster", .serialized, .timeLimit(.minutes(5)))
struct RealGateTests {
  private static let secret = "/api/v1/namespaces/pratique/secrets/gate-certificate"
  private static let report = "/api/v1/namespaces/pratique/configmaps/gate-violations"
  private static let events = "/apis/events.k8s.io/v1/namespaces/shop/events"

  private func pod(_ name: String, _ image: String) -> String {
    """
    {"metadata":{"name":"\(name)","namespace":"shop","ownerReferences":[
       {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"evil-1","uid":"u1","controller":true}]},
     "spec":{"containers":[{"name":"c","image":"\(image)"}]},"status":{"phase":"Running"}}
    """
  }

  @Test("shares one certificate that the API server is told of, reports what runs, and is led by another when its leader dies")
  func citizen() async throws {
    try await RealGates.run { gates in
      try gates.double.create(pod("good", RealGates.infra), at: "/api/v1/namespaces/shop/pods")
      for index in 0..<3 { try gates.double.create(pod("evil-\(index)", RealGates.evil), at: "/api/v1/namespaces/shop/pods") }
      let first = try await gates.start()
      let second = try await gates.start()
      #expect(gates.double.object(Self.secret)?["type"]?.string == "kubernetes.io/tls")
      let bundles = [WebhookTrustTests.validating, WebhookTrustTests.mutating].map { WebhookTrustTests.bundles(gates.double, $0) }
      #expect(bundles[0] == bundles[1] && bundles[0].first?.isEmpty == false && bundles[0].dropFirst() == ["THEIRS", "THEIRS"])
      let report = { gates.double.object(Self.report)?["data"]?["report.json"]?.string ?? "" }
      try await eventually { report().contains("\"violatingPods\":3") && gates.double.objects(Self.events).count == 1 }
      let event = try #require(gates.double.objects(Self.events).first)
      #expect(event["regarding"]?["name"]?.string == "evil-1" && event["type"]?.string == "Warning")
      let leads = "pratique_validation_leading 1\n"
      let isFirst = await gates.metrics(first).contains(leads)
      let (leader, other) = isFirst ? (first, second) : (second, first)
      #expect(await !gates.metrics(other).contains(leads))
      kill(leader.process.processIdentifier, SIGKILL)
      let death = ContinuousClock.now
      try await eventually { await gates.metrics(other).contains(leads) }
      #expect(death.duration(to: .now) < .seconds(60))
      try gates.double.create(pod("evil-9", RealGates.evil), at: "/api/v1/namespaces/shop/pods")
      try await eventually { report().contains("\"violatingPods\":4") }
    }
  }

  @Test("answers every request while its replicas are replaced one after the other")
  func rollingRestart() async throws {
    try await RealGates.run { gates in
      var replicas = [try await gates.start(), try await gates.start()]
      let service = Endpoints(replicas)
      let client = try gates.client()
      let counted = Counted()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.follow(gates) }
        for _ in 0..<4 {
          group.addTask {
            while !Task.isCancelled {
              let failure = await Self.ask(client, service.next)
              if !Task.isCancelled { counted.add(failure) }
              try? await Task.sleep(for: .milliseconds(10))
            }
          }
        }
        for index in 0..<2 {
          try await Task.sleep(for: .seconds(1))
          let old = replicas[index]
          old.process.terminate()
          let began = ContinuousClock.now
          try await eventually { !old.process.isRunning }
          #expect(began.duration(to: .now) < .seconds(60))
          #expect(old.process.terminationStatus == 0)
          replicas[index] = try await gates.start()
          service.replace(old, by: replicas[index])
          try await eventually { service.isReady(replicas[index]) }
        }
        try await Task.sleep(for: .seconds(1))
        group.cancelAll()
      }
      try await client.shutdown()
      let (all, failures) = counted.all
      #expect(failures.isEmpty, "\(failures.count) of \(all): \(failures.prefix(3))")
      #expect(all > 50)
    }
  }

  /// One review of an image that is always allowed; what went wrong when it was not.
  private static func ask(_ client: HTTPClient, _ port: Int) async -> String? {
    var request = HTTPClientRequest(url: "https://gate.pratique.svc:\(port)/validate")
    request.method = .POST
    request.body = .bytes(RealGates.review(RealGates.infra))
    do {
      let response = try await client.execute(request, timeout: .seconds(60))
      let body = String(buffer: try await response.body.collect(upTo: 1 << 20))
      return response.status == .ok && body.contains(#""allowed":true"#) ? nil : "\(response.status) \(body)"
    } catch {
      return "\(error)"
    }
  }
}

/// Counts requests and keeps what went wrong.
final class Counted: Sendable {
  private let state = Mutex<(all: Int, failures: [String])>((0, []))

  var all: (Int, [String]) { state.withLock { ($0.all, $0.failures) } }

  func add(_ failure: String?) {
    state.withLock { state in
      state.all += 1
      if let failure { state.failures.append(failure) }
    }
  }
}

/// Which replicas are ready, as the endpoints of a Service tell it: looked at once in a while, so always a little late.
final class Endpoints: Sendable {
  private struct State {
    var replicas: [RealGates.Replica]
    var ready: [Int]
    var turn = 0
  }

  private let state: Mutex<State>

  init(_ replicas: [RealGates.Replica]) { state = Mutex(State(replicas: replicas, ready: replicas.map(\.port))) }

  /// Port of the replica whose turn it is.
  var next: Int {
    state.withLock { state in
      state.turn += 1
      return state.ready.isEmpty ? 1 : state.ready[state.turn % state.ready.count]
    }
  }

  func isReady(_ replica: RealGates.Replica) -> Bool { state.withLock { $0.ready.contains(replica.port) } }

  func replace(_ old: RealGates.Replica, by new: RealGates.Replica) {
    state.withLock { state in state.replicas = state.replicas.map { $0.port == old.port ? new : $0 } }
  }

  /// Looks at all replicas until the task is cancelled.
  func follow(_ gates: RealGates) async throws {
    while !Task.isCancelled {
      for replica in state.withLock({ $0.replicas }) {
        let isReady = await gates.isReady(replica)
        state.withLock { state in
          state.ready.removeAll { $0 == replica.port }
          if isReady { state.ready.append(replica.port) }
        }
      }
      try? await Task.sleep(for: .milliseconds(300))
    }
  }
}
