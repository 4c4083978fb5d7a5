package import Images
package import Logging
import Policies
import ServiceLifecycle

/// Images that were pushed and wait for their checks: each digest once, a bounded number, a few at work at a time.
///
/// Only what failed for want of an answer is tried again; a verdict is a verdict.
package actor PushedImages: Service {
  /// How much is kept and done at once.
  package struct Limits: Sendable {
    /// Images that wait or are at work; more are refused, and the registry tells them again.
    package var images = 1000
    package var atOnce = 4
    /// Pauses before the second, third … try; after the last of them no more is tried.
    package var pauses: [Duration] = [.seconds(1), .seconds(5), .seconds(30)]

    package init() {}
  }

  /// What became of an offer.
  package enum Offer: Hashable, Sendable {
    case taken
    /// The same digest waits or is at work already.
    case known
    case full
  }

  private let limits: Limits
  private let check: @Sendable (PinnedReference) async -> [CheckResult]
  private let pause: @Sendable (Duration) async throws -> Void
  private let logger: Logger
  private let waiting: AsyncStream<PinnedReference>
  private let entrance: AsyncStream<PinnedReference>.Continuation
  private var held: Set<PinnedReference> = []

  /// - Parameters:
  ///   - check: checks one image, within a deadline of its own.
  ///   - pause: waits; heeds cancellation.
  package init(
    limits: Limits = Limits(), logger: Logger,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    check: @escaping @Sendable (PinnedReference) async -> [CheckResult]
  ) {
    (self.limits, self.logger, self.pause, self.check) = (limits, logger, pause, check)
    (waiting, entrance) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
  }

  /// Has the checks of `suite` that a push asks for run on what is offered.
  package init(_ suite: CheckSuite, logger: Logger) {
    let entries = suite.checklist.entries(for: suite.checklist.onPush) ?? []
    self.init(logger: logger) { await suite.results(of: entries, onPushOf: $0) }
  }

  /// Takes an image in, unless it is here already or there is no room.
  package func offer(_ image: PinnedReference) -> Offer {
    guard !held.contains(image) else { return .known }
    guard held.count < limits.images else { return .full }
    held.insert(image)
    entrance.yield(image)
    return .taken
  }

  /// Checks what is offered until the surrounding service group shuts down or the task is cancelled.
  package func run() async throws {
    await cancelWhenGracefulShutdown { await self.work() }
  }

  private func work() async {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for await image in waiting {
        if running >= limits.atOnce {
          await group.next()
          running -= 1
        }
        running += 1
        group.addTask { await self.see(to: image) }
      }
    }
  }

  private func see(to image: PinnedReference) async {
    defer { held.remove(image) }
    for tries in 0... {
      let results = await check(image)
      for result in results {
        logger.info(
          "a pushed image was checked",
          metadata: [
            "image": "\(image)", "check": "\(result.name)", "verdict": "\(result.verdict.code)",
            "attested": "\(result.isAttested)", "reasons": "\(result.verdict.reasons.map(\.code).joined(separator: ","))",
          ])
      }
      guard results.contains(where: \.mayChange) else { return }
      guard tries < limits.pauses.count else {
        logger.error("a pushed image could not be checked", metadata: ["image": "\(image)", "tries": "\(tries + 1)"])
        return
      }
      do {
        try await pause(limits.pauses[tries])
      } catch {
        return
      }
    }
  }
}
