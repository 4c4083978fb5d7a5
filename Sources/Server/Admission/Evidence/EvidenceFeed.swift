import Attestations
import Images
import Logging
import Metadata
import Policies
import Schemas
import ServiceLifecycle
import Synchronization

/// Follows the changes of the metadata store, and has everything forgotten that a change makes void: a new attestation, a
/// deleted one, a new vulnerability count as soon as they are heard of.
package final class EvidenceFeed: Service {
  /// Between two questions while nothing changes; what happens is known that much later.
  static let interval: Duration = .seconds(1)
  /// The longest pause while the store does not answer.
  static let limitPause: Duration = .seconds(4)
  /// How often the file is told that nothing has changed.
  private static let noteSeconds: Int64 = 10

  /// How the following stands.
  package struct Standing: Sendable {
    /// Of the last change that was heard of; nil before the first.
    package var position: Int64?
    /// When all changes were known last; nil when they never were.
    package var followedSeconds: Int64?
    /// Whether the last question was answered.
    package var isInTouch = false
    /// Changes heard of.
    package var changes = 0
    /// Another number whenever something that was known has become void.
    package var revision = 0
    var failures = 0
    var notedSeconds: Int64?
  }

  private let standing = Mutex(Standing())
  private let reader: any ChangeReader
  private let shelf: EvidenceShelf?
  private let cache: EvidenceCache
  private let outage: OutageGuard
  private let surroundings: Gate.Surroundings
  private let deadline: Duration

  init(
    _ reader: any ChangeReader, shelf: EvidenceShelf?, cache: EvidenceCache, outage: OutageGuard,
    surroundings: Gate.Surroundings, deadline: Duration
  ) {
    (self.reader, self.shelf, self.cache, self.outage) = (reader, shelf, cache, outage)
    (self.surroundings, self.deadline) = (surroundings, deadline)
  }

  /// Where it stands now.
  package var now: Standing { standing.withLock { $0 } }

  /// Seconds since all changes were known last; nil when they never were.
  package var lagSeconds: Int64? { now.followedSeconds.map { max(0, surroundings.steadyNow() - $0) } }

  /// Goes on where the file says that somebody stopped. Asks nobody.
  package func load() async {
    guard let shelf else { return }
    do {
      if let followed = try await shelf.file.followed() {
        standing.withLock { $0.position = max(0, followed.position) }
        // 0 where it was never known that nothing more had changed.
        if followed.atSeconds > 0 {
          standing.withLock { $0.followedSeconds = followed.atSeconds }
          cache.follow(to: followed.atSeconds)
        }
      }
      shelf.isCurrent = true
    } catch {
      surroundings.logger.error("the evidence file cannot be read", metadata: ["cause": "\(error)"])
    }
  }

  /// Follows until the task is cancelled.
  package func run() async {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let pause = await self.step()
        if pause > .zero { try? await Task.sleep(for: pause) }
      }
    }
  }

  /// Asks once for changes.
  ///
  /// - Returns: how long to wait before the next time.
  package func step() async -> Duration {
    do {
      let began = surroundings.steadyNow()
      guard let position = now.position else {
        try await begin()
        return .zero
      }
      let batch = try await within(.now + deadline) { [reader] in
        try await reader.changes(in: nil, matching: OccurrenceFilter(), after: position, atMost: 1000)
      }
      try await take(batch, began)
      heard()
      return batch.isLast ? Self.interval : .zero
    } catch MetadataError.outOfBounds {
      // The store has not come that far: it is another one, or an older state of it.
      surroundings.logger.warning("the store's changes begin anew, and so does the evidence")
      forgetAll()
      return Self.interval
    } catch {
      return lost(error)
    }
  }

  /// Nothing that was known before counts as followed.
  private func begin() async throws {
    let position = try await within(.now + deadline) { [reader] in try await reader.lastPosition() }
    forgetAll()
    let now = surroundings.steadyNow()
    try await shelf?.file.begin(at: FollowedPosition(position: position, atSeconds: now))
    shelf?.isCurrent = true
    standing.withLock { ($0.position, $0.followedSeconds, $0.notedSeconds) = (position, nil, now) }
  }

  private func forgetAll() {
    shelf?.isCurrent = false
    cache.forgetAll()
    standing.withLock { standing in
      (standing.position, standing.followedSeconds) = (nil, nil)
      standing.revision += 1
    }
  }

  private func take(_ batch: ChangeBatch, _ began: Int64) async throws {
    var digests: Set<Digest> = []
    var notes: Set<String> = []
    for change in batch.changes {
      switch change.subject {
      case .occurrence(let occurrence): if let digest = digest(in: occurrence.resourceUri) { digests.insert(digest) }
      case .note(let note): notes.insert(note.name)
      }
    }
    let isNews = !digests.isEmpty || !notes.isEmpty
    // Until the file has forgotten it too, nobody may learn from it what has just been forgotten.
    if isNews { shelf?.isCurrent = false }
    cache.forget(digests)
    if !notes.isEmpty {
      let all = surroundings.rulebook()?.attestors.all ?? []
      cache.forget(attestors: Set(all.filter { notes.contains($0.note.description) }.map(\.name)), notes: notes)
    }
    let followed = batch.isLast ? began : now.followedSeconds
    if let shelf, isNews || began - (now.notedSeconds ?? 0) >= Self.noteSeconds {
      let reached = FollowedPosition(position: batch.position, atSeconds: followed ?? 0)
      try await shelf.file.forget(digests: Set(digests.map(\.description)), notes: notes, reaching: reached)
      standing.withLock { $0.notedSeconds = began }
      shelf.isCurrent = true
    }
    standing.withLock { standing in
      standing.position = batch.position
      standing.changes += batch.changes.count
      if isNews { standing.revision += 1 }
      standing.followedSeconds = followed
    }
    if batch.isLast { cache.follow(to: began) }
  }

  private func heard() {
    outage.open()
    let isBack = standing.withLock { standing in
      defer { (standing.isInTouch, standing.failures) = (true, 0) }
      return !standing.isInTouch
    }
    if isBack { surroundings.logger.notice("the store's changes are followed") }
  }

  private func lost(_ error: any Error) -> Duration {
    let failures = standing.withLock { standing in
      standing.isInTouch = false
      standing.failures += 1
      return standing.failures
    }
    if failures == 1, !Task.isCancelled {
      surroundings.logger.warning("the store's changes cannot be followed", metadata: ["cause": "\(cause(error))"])
    }
    return min(Self.limitPause, Self.interval * (1 << min(failures - 1, 4)))
  }
}

/// The digest in the resource of an occurrence; nil when it names no image by digest.
private func digest(in resource: String) -> Digest? {
  resource.lastIndex(of: "@").flatMap { try? Digest(parsing: resource[resource.index(after: $0)...]) }
}
