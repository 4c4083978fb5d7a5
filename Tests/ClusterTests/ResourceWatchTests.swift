import Cluster
import ClusterDouble
import Images
import Testing

@Suite("A watch of the cluster", .timeLimit(.minutes(2)))
struct ResourceWatchTests {
  private func watching(
    _ client: ClusterClient, _ kind: ResourceKind = .pods, _ body: (Told) async throws -> Void
  ) async throws {
    let told = Told()
    let watch = ResourceWatch(kind, by: client, onFault: { told.add($0) }, onChange: { told.add($0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await watch.run() }
      try await body(told)
      group.cancelAll()
    }
  }

  @Test("lists in pages and goes on with what changes")
  func pages() async throws {
    try await withCluster({ $0.limitPage = 3 }) { double, client in
      for index in 0..<10 { try double.create(pod("p\(index)"), at: pods) }
      try await watching(client) { told in
        try await eventually { told.objects.count == 10 && told.lists == 1 && double.watches == 1 }
        try double.create(pod("new"), at: pods)
        try double.patch("\(pods)/p3", #"{"metadata":{"labels":{"v":"2"}}}"#)
        double.delete("\(pods)/p4")
        try await eventually { told.objects["new"] == "1" && told.objects["p3"] == "2" && told.objects["p4"] == nil }
        #expect(told.lists == 1)
        #expect(double.asked.filter { $0.target.contains("limit=3") }.count == 4)
      }
    }
  }

  @Test("lists anew when its version is gone, and forgets what was deleted meanwhile")
  func gone() async throws {
    try await withCluster { double, client in
      for name in ["stays", "goes"] { try double.create(pod(name), at: pods) }
      try await watching(client) { told in
        try await eventually { told.objects.count == 2 && double.watches == 1 }
        await double.stop()
        double.delete("\(pods)/goes")
        double.compact()
        let port = client.settings.server.split(separator: ":").last.flatMap { Int($0) } ?? 0
        _ = try await double.start(port: port)
        try await eventually { told.objects.keys.sorted() == ["stays"] && told.lists == 2 }
        #expect(!told.faults.isEmpty)
      }
    }
  }

  @Test("takes no offence at a long silence: nobody promises bookmarks, and the API server ends a watch before that")
  func silence() async throws {
    let standard = ClusterSettings(server: "https://c.example.test", authorities: nil, credential: .nobody)
    #expect(.seconds(standard.watchSeconds) < standard.limitSilence)
    let settings = { (settings: inout ClusterSettings) in
      settings.watchSeconds = 1
      settings.limitSilence = .seconds(30)
    }
    try await withCluster(settings, double: KubernetesDouble(bookmarkMilliseconds: nil)) { double, client in
      try double.create(pod("quiet"), at: pods)
      try await watching(client) { told in
        try await eventually { double.asked.filter { $0.target.contains("watch=1") }.count >= 3 }
        try double.create(pod("late"), at: pods)
        try await eventually { told.objects["late"] != nil }
        #expect(told.faults.isEmpty && told.lists == 1)
      }
    }
  }

  @Test("goes on from a bookmark without another list after a quiet time")
  func bookmarks() async throws {
    try await withCluster { double, client in
      try double.create(pod("quiet"), at: pods)
      try await watching(client) { told in
        try await eventually { told.objects.count == 1 && double.watches == 1 }
        for index in 0..<20 { try double.create(#"{"metadata":{"name":"n\#(index)"}}"#, at: "/api/v1/namespaces") }
        // Time for ten bookmarks; they tell of versions at which nothing of this kind has changed.
        try await Task.sleep(for: .seconds(2))
        double.compact()
        double.dropWatches()
        try await eventually { double.watches == 1 }
        try double.create(pod("late"), at: pods)
        try await eventually { told.objects["late"] != nil }
        #expect(told.lists == 1)
      }
    }
  }

  @Test("goes on where it was when the server ends it after its time")
  func ended() async throws {
    try await withCluster({ $0.watchSeconds = 1 }) { double, client in
      try double.create(pod("first"), at: pods)
      try await watching(client) { told in
        let watches = { double.asked.filter { $0.target.contains("watch=1") }.count }
        try await eventually { watches() >= 3 }
        try double.create(pod("late"), at: pods)
        try await eventually { told.objects["late"] != nil }
        #expect(told.lists == 1 && told.faults.isEmpty)
      }
    }
  }

  @Test("holds no more than it may, and says so")
  func truncated() async throws {
    try await withCluster({ ($0.limitPage, $0.limitObjects) = (5, 10) }) { double, client in
      for index in 0..<30 { try double.create(pod("p\(index)"), at: pods) }
      try await watching(client) { told in
        try await eventually { told.lists == 1 }
        #expect(told.objects.count == 10 && told.isTruncated)
      }
    }
  }

  @Test("says of a kind that is not installed that there is none")
  func absent() async throws {
    try await withCluster { double, client in
      double.fail(.init(status: 404))
      try await watching(client) { told in
        try await eventually { told.absences == 1 }
        #expect(told.lists == 0 && told.objects.isEmpty && told.faults == [.absent("pods")])
      }
    }
  }
}
