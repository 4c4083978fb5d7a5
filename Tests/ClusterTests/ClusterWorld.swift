import Cluster
import ClusterDouble
import Foundation
import Images
import Synchronization

/// Runs `body` with a double of the API server and a client of it.
func withCluster(
  _ change: (inout ClusterSettings) -> Void = { _ in }, double: KubernetesDouble = KubernetesDouble(),
  _ body: (KubernetesDouble, ClusterClient) async throws -> Void
) async throws {
  let port = try await double.start()
  var settings = ClusterSettings(
    server: "http://127.0.0.1:\(port)", authorities: nil, credential: .token(Redacted(double.token)), namespace: "pratique")
  change(&settings)
  let client = try ClusterClient(settings)
  do {
    try await body(double, client)
  } catch {
    await client.close()
    await double.stop()
    throw error
  }
  await client.close()
  await double.stop()
}

/// Waits until `condition` holds; the test's own time limit ends it otherwise.
func eventually(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { try await Task.sleep(for: .milliseconds(20)) }
}

/// Names and versions of what a watch told.
final class Told: Sendable {
  private struct State {
    var objects: [String: (label: String, generation: Int)] = [:]
    var lists = 0
    var absences = 0
    var isTruncated = false
    var faults: [ClusterError] = []
  }

  private let state = Mutex(State())

  /// The label `v` by name.
  var objects: [String: String] { state.withLock { $0.objects.mapValues(\.label) } }
  var lists: Int { state.withLock { $0.lists } }
  var absences: Int { state.withLock { $0.absences } }
  var isTruncated: Bool { state.withLock { $0.isTruncated } }
  var faults: [ClusterError] { state.withLock { $0.faults } }

  func add(_ change: ResourceChange) {
    state.withLock { state in
      switch change {
      case .put(let object, _, let generation):
        let metadata = object["metadata"]
        state.objects[metadata?["name"]?.string ?? ""] = (metadata?["labels"]?["v"]?.string ?? "", generation)
      case .remove(let object): state.objects[object["metadata"]?["name"]?.string ?? ""] = nil
      case .complete(let generation, let isTruncated):
        state.objects = state.objects.filter { $0.value.generation >= generation }
        state.lists += 1
        state.isTruncated = isTruncated
      case .absent:
        state.objects = [:]
        state.absences += 1
      }
    }
  }

  func add(_ fault: ClusterError?) { state.withLock { state in if let fault { state.faults.append(fault) } } }
}

let pods = "/api/v1/namespaces/shop/pods"

func pod(_ name: String, v: String = "1") -> String {
  #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)","labels":{"v":"\#(v)"}},"spec":{"containers":[{"name":"c","image":"r.test/a"}]}}"#
}
