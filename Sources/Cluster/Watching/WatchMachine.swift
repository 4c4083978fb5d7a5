/// What to do next to hold all objects of a kind: list in pages, then watch from there, and list anew when the version is
/// gone. Pure: an event in, actions out.
///
/// Source: kubernetes.io/docs/reference/using-api/api-concepts, "Efficient detection of changes".
package struct WatchMachine: Sendable {
  /// What happened.
  package enum Event: Equatable, Sendable {
    /// A page came: the version of the list, the token of the next page, how many objects.
    case page(version: String, next: String?, count: Int)
    /// An object or a bookmark came by the watch.
    case watched(version: String)
    /// The API server ended the watch, as it does every few minutes.
    case ended
    /// It ended, and what is held is not all there is.
    case outdated
    case failed(Failure)
    case waited
  }

  /// What kept a list or a watch from going on.
  package enum Failure: Equatable, Sendable {
    /// Status 410: the version or token is no longer kept.
    case gone
    case tooLarge
    /// There is no such kind, for now: its definition is not installed.
    case absent
    case other
  }

  /// What to do.
  package enum Action: Equatable, Sendable {
    /// Parameters: the token of the page, nil for the first; objects at most.
    case list(after: String?, limit: Int)
    /// Everything of this generation has been seen; what is older is no more.
    case complete(generation: Int, isTruncated: Bool)
    /// There is no such kind, so nothing is there; what is of older generations is no more.
    case absent(generation: Int)
    case watch(from: String)
    case wait(Duration)
  }

  private enum State { case listing(after: String?), watching(from: String) }

  /// Counts lists; whatever a list did not show again has an older one.
  package private(set) var generation = 0
  private var state = State.listing(after: nil)
  private var limit: Int
  private var seen = 0
  private var failures = 0
  private let limitObjects: Int
  private let fullLimit: Int

  package init(limitPage: Int, limitObjects: Int) {
    limit = limitPage
    fullLimit = limitPage
    self.limitObjects = limitObjects
  }

  /// What to do first.
  package mutating func start() -> [Action] { relist() }

  package mutating func next(_ event: Event) -> [Action] {
    switch event {
    case .page(let version, let next, let count):
      failures = 0
      seen += count
      let isTruncated = next != nil && seen >= limitObjects
      guard let next, !isTruncated else { return completed(version, isTruncated: isTruncated) }
      state = .listing(after: next)
      return [.list(after: next, limit: limit)]
    case .watched(let version):
      failures = 0
      state = .watching(from: version)
      return []
    case .ended, .waited: return again()
    case .outdated: return relist()
    case .failed(let failure): return failed(failure)
    }
  }

  private mutating func completed(_ version: String, isTruncated: Bool) -> [Action] {
    state = .watching(from: version)
    limit = fullLimit
    return [.complete(generation: generation, isTruncated: isTruncated), .watch(from: version)]
  }

  private mutating func again() -> [Action] {
    switch state {
    case .listing(let token?): [.list(after: token, limit: limit)]
    case .listing(nil): relist()
    case .watching(let version): [.watch(from: version)]
    }
  }

  private mutating func failed(_ failure: Failure) -> [Action] {
    switch (failure, state) {
    case (.gone, _):
      // A list whose tokens expire while it is read, or a watch that fell behind: all anew, but not in a tight loop.
      failures += 1
      state = .listing(after: nil)
      return failures == 1 ? relist() : [.wait(pause)]
    case (.tooLarge, .listing) where limit > 1:
      limit = max(1, limit / 2)
      return again()
    case (.absent, _):
      state = .listing(after: nil)
      generation += 1
      return [.absent(generation: generation), .wait(.seconds(30))]
    case (.tooLarge, .watching):
      // The same watch would end at the same object for ever; a list may be longer than a line.
      failures += 1
      state = .listing(after: nil)
      return [.wait(pause)]
    case (.tooLarge, _), (.other, _):
      failures += 1
      return [.wait(pause)]
    }
  }

  private mutating func relist() -> [Action] {
    generation += 1
    seen = 0
    state = .listing(after: nil)
    return [.list(after: nil, limit: limit)]
  }

  /// 1, 2, 4, 8, 16 and then 30 seconds.
  private var pause: Duration { .seconds(min(30, 1 << min(5, max(0, failures - 1)))) }
}
