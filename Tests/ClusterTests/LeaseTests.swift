import Cluster
import ClusterDouble
import Testing

@Suite("A lease among replicas", .timeLimit(.minutes(2)))
struct LeaseTests {
  static let lease = "/apis/coordination.k8s.io/v1/namespaces/pratique/leases/gate"

  private func holder(_ client: ClusterClient, _ identity: String) -> LeaseHolder {
    LeaseHolder(client, namespace: "pratique", name: "gate", identity: identity)
  }

  @Test("has one holder at a time, and another once it has died")
  func takeOver() async throws {
    try await withCluster { double, client in
      let (first, second) = (holder(client, "first"), holder(client, "second"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        let dying = Task { await first.takePart() }
        try await eventually { first.isLeading }
        group.addTask { await second.takePart() }
        try await Task.sleep(for: .seconds(3))
        #expect(first.isLeading && !second.isLeading)
        dying.cancel()
        let death = ContinuousClock.now
        var everBoth = false
        try await eventually {
          everBoth = everBoth || first.isLeading && second.isLeading
          return second.isLeading
        }
        #expect(death.duration(to: .now) < .seconds(60))
        #expect(!everBoth)
        #expect(double.object(Self.lease)?["spec"]?["leaseTransitions"] == .bare("1"))
        group.cancelAll()
      }
    }
  }

  @Test("passes on at once when its holder lays it down")
  func resigns() async throws {
    try await withCluster { double, client in
      let (first, second) = (holder(client, "first"), holder(client, "second"))
      let leading = Task { await first.takePart() }
      try await eventually { first.isLeading }
      leading.cancel()
      await leading.value
      await first.resign()
      #expect(!first.isLeading)
      let next = Task { await second.takePart() }
      let began = ContinuousClock.now
      try await eventually { second.isLeading }
      // Sooner than whoever has to wait for the end of a lease.
      #expect(began.duration(to: .now) < Election.lease)
      next.cancel()
      let written = double.object(Self.lease)?["spec"]?["renewTime"]?.string ?? ""
      #expect(written.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(written)")
    }
  }

  @Test("tells whoever may not take part what keeps it from it, and that it goes on")
  func withoutRight() async throws {
    try await withCluster { double, client in
      double.fail(.init(status: 403))
      let told = Told()
      let barred = LeaseHolder(client, namespace: "pratique", name: "gate", identity: "barred", onFault: { told.add($0) })
      let taking = Task { await barred.takePart() }
      try await eventually { told.faults.contains(.refused(status: 403, reason: "Fault on purpose")) }
      #expect(!barred.isLeading)
      double.fail(.init())
      try await eventually { barred.isLeading }
      taking.cancel()
    }
  }

  @Test("leaves a holder without an answer without the lead")
  func partition() async throws {
    try await withCluster { double, client in
      let first = holder(client, "first")
      let taking = Task { await first.takePart() }
      try await eventually { first.isLeading }
      double.fail(.init(status: 503))
      let began = ContinuousClock.now
      try await eventually { !first.isLeading }
      #expect(began.duration(to: .now) < Election.lease)
      taking.cancel()
    }
  }
}
