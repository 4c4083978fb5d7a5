package import Images

/// What became known of the objects of a kind.
package enum ResourceChange: Sendable {
  /// It is there, as it is now; `kind` is what it or its list says that it is, as in `Pod`, and may be empty.
  case put(JSONNode, kind: String, generation: Int)
  /// It is no more; this is the last that was known of it.
  case remove(JSONNode)
  /// All that is there has been put in this generation; what was put only in older ones is no more. `isTruncated`: there
  /// was more than is held.
  case complete(generation: Int, isTruncated: Bool)
  /// There is no such kind, for now: its definition is not installed. What was put is no more.
  case absent(generation: Int)
}

/// Holds on to all objects of a kind for as long as it runs.
package struct ResourceWatch: Sendable {
  private let client: ClusterClient
  private let kind: ResourceKind
  private let namespace: String?
  private let onFault: @Sendable (ClusterError?) -> Void
  private let onChange: @Sendable (ResourceChange) async -> Void
  private let needsList: @Sendable () -> Bool

  /// - Parameters:
  ///   - namespace: nil for all.
  ///   - needsList: asked when a watch has ended, which it does every few minutes: whether all is to be listed anew.
  ///   - onFault: told what keeps the list or watch from going on, and nil once it goes on.
  ///   - onChange: told of changes in their order, one at a time.
  package init(
    _ kind: ResourceKind, in namespace: String? = nil, by client: ClusterClient,
    needsList: @escaping @Sendable () -> Bool = { false }, onFault: @escaping @Sendable (ClusterError?) -> Void = { _ in },
    onChange: @escaping @Sendable (ResourceChange) async -> Void
  ) {
    self.client = client
    self.kind = kind
    self.namespace = namespace
    self.needsList = needsList
    self.onFault = onFault
    self.onChange = onChange
  }

  /// Lists and watches until the task is cancelled.
  package func run() async {
    var machine = WatchMachine(limitPage: client.settings.limitPage, limitObjects: client.settings.limitObjects)
    var actions = machine.start()
    while !Task.isCancelled, let action = actions.first {
      actions.removeFirst()
      guard let event = await perform(action, &machine) else { continue }
      actions += machine.next(event)
    }
  }

  /// - Returns: what came of it; nil when that needs no answer.
  private func perform(_ action: WatchMachine.Action, _ machine: inout WatchMachine) async -> WatchMachine.Event? {
    do {
      switch action {
      case .complete(let generation, let isTruncated):
        onFault(nil)
        await onChange(.complete(generation: generation, isTruncated: isTruncated))
        return nil
      case .absent(let generation):
        await onChange(.absent(generation: generation))
        return nil
      case .wait(let duration):
        // A little apart, so that replicas that lost the same server do not come back at the same moment.
        try await Task.sleep(for: duration * Double.random(in: 0.8...1.2))
        return .waited
      case .list(let token, let limit): return try await list(after: token, limit, machine.generation)
      case .watch(let version):
        try await watch(from: version, &machine)
        return needsList() ? .outdated : .ended
      }
    } catch {
      let fault = error as? ClusterError
      if let fault, fault != .gone { onFault(fault) }
      return .failed(.init(fault))
    }
  }

  private func list(after token: String?, _ limit: Int, _ generation: Int) async throws -> WatchMachine.Event {
    let page = try await client.page(kind, in: namespace, after: token, limit: limit)
    guard let version = page["metadata"]?["resourceVersion"]?.string, let items = page["items"], items.isArray || items.isNull
    else { throw ClusterError.unavailable("it answered no list of \(kind.plural)") }
    let objects = items.elements
    // In lists of kinds of its own the API server leaves out what each object is.
    let listed = page["kind"]?.string.flatMap { $0.hasSuffix("List") ? String($0.dropLast(4)) : nil } ?? ""
    for object in objects {
      await onChange(.put(object, kind: object["kind"]?.string ?? listed, generation: generation))
    }
    let next = page["metadata"]?["continue"]?.string
    return .page(version: version, next: next?.isEmpty == true ? nil : next, count: objects.count)
  }

  private func watch(from version: String, _ machine: inout WatchMachine) async throws {
    let generation = machine.generation
    try await client.watch(kind, in: namespace, from: version) { line in
      let object = try Self.object(in: line, atMost: client.settings.limitObjectBytes)
      guard let version = object.node["metadata"]?["resourceVersion"]?.string else {
        throw ClusterError.unavailable("it sent an object without a version")
      }
      switch object.type {
      case "ADDED", "MODIFIED":
        await onChange(.put(object.node, kind: object.node["kind"]?.string ?? "", generation: generation))
      case "DELETED": await onChange(.remove(object.node))
      default: break  // A bookmark is a version and nothing else.
      }
      _ = machine.next(.watched(version: version))
    }
  }

  /// One line of a watch.
  ///
  /// - Throws: what the API server tells in a line of type ERROR: `ClusterError.gone` for 410.
  private static func object(in line: [UInt8], atMost limit: Int) throws(ClusterError) -> (type: String, node: JSONNode) {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(parsing: line, atMost: limit).root
    } catch {
      throw .unavailable(error.problem)
    }
    guard let type = root["type"]?.string, let node = root["object"], node.isObject else {
      throw .unavailable("it sent a line that is no event")
    }
    guard type != "ERROR" else {
      let status = node["code"]?.int ?? 0
      throw status == 410 ? .gone : .refused(status: status, reason: node["message"]?.string ?? "without a reason")
    }
    return (type, node)
  }
}

extension WatchMachine.Failure {
  fileprivate init(_ error: ClusterError?) {
    self =
      switch error {
      case .gone: .gone
      case .tooLarge: .tooLarge
      case .absent: .absent
      default: .other
      }
  }
}
