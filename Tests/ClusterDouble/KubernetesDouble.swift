import Foundation
import Images
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A Kubernetes API server on loopback as far as the gate uses one: real HTTP, versions, pages of one moment, watches with
/// bookmarks and time limits, 410 for what is forgotten, 409 for whoever was slower, merge and JSON patches.
///
/// It stands in for the real one in tests; it validates no objects, checks no rights and calls no webhooks.
package final class KubernetesDouble: Sendable {
  /// One request, as it came.
  package struct Asked: Sendable {
    package let method: String
    package let target: String
    package let authorization: String?
  }

  /// What goes wrong on purpose.
  package struct Faults: Sendable {
    /// Answers nothing but this status.
    package var status: Int?
    /// Where every request is sent instead.
    package var redirect: String?

    package init(status: Int? = nil, redirect: String? = nil) {
      self.status = status
      self.redirect = redirect
    }
  }

  struct Watcher {
    let path: ObjectStore.Path
    let channel: any Channel
    var sent: Int
  }

  private struct State {
    var store = ObjectStore()
    var watchers: [Int: Watcher] = [:]
    var nextWatcher = 0
    var asked: [Asked] = []
    var faults = Faults()
  }

  package let token: String
  private let state = Mutex(State())
  private let listening = Mutex<(any Channel)?>(nil)
  /// How often watches are sent a bookmark; nil for never, as a real one does while nothing of the kind has changed.
  private let bookmarks: TimeAmount?

  package init(token: String = "token-of-the-gate", bookmarkMilliseconds: Int64? = 200) {
    self.token = token
    bookmarks = bookmarkMilliseconds.map { .milliseconds($0) }
  }

  /// Begins to listen; whatever was held before is still there.
  ///
  /// - Parameter port: 0 lets the system choose.
  /// - Returns: the port.
  package func start(port: Int = 0) async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(DoubleHandler(double: self))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    listening.withLock { $0 = channel }
    return channel.localAddress?.port ?? 0
  }

  /// Stops listening and ends all watches.
  package func stop() async {
    try? await listening.withLock { $0.take() }?.close()
    dropWatches()
  }

  // MARK: What tests do to it

  package var asked: [Asked] { state.withLock { $0.asked } }
  package var watches: Int { state.withLock { $0.watchers.count } }

  package func fail(_ faults: Faults) { state.withLock { $0.faults = faults } }

  /// - Parameter path: of the collection: `/api/v1/namespaces/shop/pods`.
  package func create(_ json: String, at path: String) throws {
    let object = try Tree(parsing: json)
    change { store in
      if let path = ObjectStore.Path(path) { _ = store.create(object, at: path) }
    }
  }

  /// Merges `json` into the object at `path`.
  package func patch(_ path: String, _ json: String) throws {
    let patch = try Tree(parsing: json)
    change { store in
      if let path = ObjectStore.Path(path) { _ = store.patch(path, patch, isMerge: true) }
    }
  }

  package func delete(_ path: String) {
    change { store in
      if let path = ObjectStore.Path(path) { _ = store.delete(path) }
    }
  }

  package func object(_ path: String) -> Tree? {
    ObjectStore.Path(path).flatMap { path in state.withLock { $0.store[path] } }
  }

  /// All objects of a collection.
  package func objects(_ path: String) -> [Tree] {
    guard let path = ObjectStore.Path(path) else { return [] }
    return state.withLock { state in
      if case .done(let list) = state.store.list(path, limit: 0, token: nil) { list["items"]?.elements ?? [] } else { [] }
    }
  }

  /// Forgets old changes, and tells the watches nothing of it.
  package func compact() { state.withLock { $0.store.compact() } }

  /// Ends all watches as a server does that goes away.
  package func dropWatches() {
    let watchers = state.withLock { state in
      defer { state.watchers = [:] }
      return Array(state.watchers.values)
    }
    for watcher in watchers { watcher.channel.close(promise: nil) }
  }

  private func change(_ work: (inout ObjectStore) -> Void) {
    state.withLock { state in
      work(&state.store)
      Self.deliver(&state)
    }
  }

  // MARK: What requests do to it

  /// - Returns: status and body; nil when the request is a watch that has begun.
  func answer(
    _ head: HTTPRequestHead, _ body: [UInt8], on channel: any Channel
  ) -> (status: Int, headers: [(String, String)], body: [UInt8])? {
    let authorization = head.headers.first(name: "Authorization")
    let url = URLComponents(string: head.uri)
    let query = Dictionary((url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
    let faults = state.withLock { state in
      state.asked.append(Asked(method: head.method.rawValue, target: head.uri, authorization: authorization))
      return state.faults
    }
    if let redirect = faults.redirect { return (307, [("Location", redirect)], []) }
    if let status = faults.status { return Self.status(status, "Fault") }
    guard authorization == "Bearer \(token)" else { return Self.status(401, "Unauthorized") }
    guard let path = ObjectStore.Path(url?.path ?? "") else { return Self.status(404, "NotFound") }
    if query["watch"] == "1" {
      watch(path, query, channel)
      return nil
    }
    let object = (try? JSONDocument(parsing: body, atMost: 8 << 20)).map { Tree($0.root) } ?? .object([:])
    let outcome = state.withLock { state in
      let outcome = Self.outcome(head, path, query, object, &state.store)
      Self.deliver(&state)
      return outcome
    }
    switch outcome {
    case .done(let object): return (head.method == .POST ? 201 : 200, [], object.json.bytes)
    case .refused(let status, let reason): return Self.status(status, reason)
    }
  }

  private static func outcome(
    _ head: HTTPRequestHead, _ path: ObjectStore.Path, _ query: [String: String], _ object: Tree, _ store: inout ObjectStore
  ) -> ObjectStore.Outcome {
    switch head.method {
    case .GET where path.name.isEmpty:
      store.list(path, limit: query["limit"].flatMap { Int($0) } ?? 0, token: query["continue"])
    case .GET: store[path].map { .done($0) } ?? .refused(404, "NotFound")
    case .POST: store.create(object, at: path)
    case .PUT: store.replace(path, by: object)
    case .PATCH:
      store.patch(path, object, isMerge: head.headers.first(name: "Content-Type") == "application/merge-patch+json")
    case .DELETE: store.delete(path)
    default: .refused(405, "MethodNotAllowed")
    }
  }

  private static func status(_ code: Int, _ reason: String) -> (Int, [(String, String)], [UInt8]) {
    let body: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .text(reason),
      "message": .text("\(reason) on purpose"),
      "code": .number(Int64(code)),
    ]
    return (code, [], body.bytes)
  }

  // MARK: Watches

  private func watch(_ path: ObjectStore.Path, _ query: [String: String], _ channel: any Channel) {
    let from = query["resourceVersion"].flatMap { Int($0) } ?? 0
    let isGone = state.withLock { from < $0.store.floor }
    DoubleHandler.begin(on: channel)
    guard !isGone else {
      let status = Self.status(410, "Expired").2
      DoubleHandler.line(["type": "ERROR", "object": .raw(status[...])], on: channel)
      return DoubleHandler.finish(on: channel)
    }
    let number = state.withLock { state in
      state.nextWatcher += 1
      state.watchers[state.nextWatcher] = Watcher(path: path, channel: channel, sent: from)
      Self.deliver(&state)
      return state.nextWatcher
    }
    if let bookmarks, query["allowWatchBookmarks"] == "true" {
      let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: bookmarks, delay: bookmarks) { _ in self.bookmark(number) }
      channel.closeFuture.whenComplete { _ in task.cancel() }
    }
    let seconds = query["timeoutSeconds"].flatMap { Int64($0) } ?? 1_800
    channel.eventLoop.scheduleTask(in: .seconds(seconds)) { self.end(number) }
    channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
  }

  private func bookmark(_ number: Int) {
    state.withLock { state in
      guard let watcher = state.watchers[number] else { return }
      DoubleHandler.line(
        ["type": "BOOKMARK", "object": ["metadata": ["resourceVersion": .text("\(state.store.version)")]]], on: watcher.channel)
    }
  }

  private func end(_ number: Int) {
    if let watcher = state.withLock({ $0.watchers.removeValue(forKey: number) }) { DoubleHandler.finish(on: watcher.channel) }
  }

  /// Sends every watch what it has not been sent.
  private static func deliver(_ state: inout State) {
    for (number, watcher) in state.watchers {
      for change in state.store.history where change.version > watcher.sent && watcher.path.covers(change.path) {
        DoubleHandler.line(["type": .text(change.type), "object": change.object.json], on: watcher.channel)
      }
      state.watchers[number]?.sent = state.store.version
    }
  }
}
