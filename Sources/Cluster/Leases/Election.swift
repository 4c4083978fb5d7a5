/// Who leads among replicas that share a Lease. Pure: what was read and when in, what to write out.
///
/// Clocks of different machines are never compared. A replica takes over when it has seen the same record for as long as a
/// lease lasts. The leader stops earlier than that: `margin` before anybody could take over. So there are never two as long
/// as what the leader does takes less than the margin; what is written with a version is safe in any case.
///
/// Source: the same rule as k8s.io/client-go/tools/leaderelection.
package struct Election: Sendable {
  /// How long a lease is good after it was renewed.
  package static let lease = Duration.seconds(10)
  /// How often it is renewed, and looked at by those who wait.
  package static let interval = Duration.seconds(2)
  /// Between the moment the leader stops and the moment another may begin.
  package static let margin = Duration.seconds(4)

  /// What to do about a record that was read.
  package enum Step: Equatable, Sendable {
    /// Write this record, over the version it names.
    case write(LeaseRecord)
    case wait
  }

  package let identity: String
  private var seen: LeaseRecord?
  private var seenAt: ContinuousClock.Instant?
  private var renewedAt: ContinuousClock.Instant?

  package init(identity: String) { self.identity = identity }

  /// - Parameters:
  ///   - record: nil when there is no Lease.
  ///   - now: when it was read.
  ///   - microseconds: since 1970 UTC, to be written.
  package mutating func step(
    on record: LeaseRecord?, at now: ContinuousClock.Instant, microseconds: Int64
  ) -> Step {
    guard var next = record else {
      return .write(
        LeaseRecord(
          holder: identity, transitions: 0, acquiredMicroseconds: microseconds, renewedMicroseconds: microseconds))
    }
    if record != seen { (seen, seenAt) = (record, now) }
    if next.holder == identity {
      next.renewedMicroseconds = microseconds
      return .write(next)
    }
    let isOver = next.holder.isEmpty || seenAt.map { now - $0 >= Self.lease } ?? false
    guard isOver else { return .wait }
    next.holder = identity
    // The API server takes no more than 32 bits; whoever wrote the most that there is must not keep everybody from leading.
    next.transitions = (next.transitions &+ 1) & 0x7FFF_FFFF
    (next.acquiredMicroseconds, next.renewedMicroseconds) = (microseconds, microseconds)
    return .write(next)
  }

  /// - Parameter began: when the write was begun that has succeeded.
  package mutating func renewed(_ began: ContinuousClock.Instant) { renewedAt = began }

  /// Somebody else leads.
  package mutating func lost() { renewedAt = nil }

  /// Whether this replica leads, and will for the time that something takes that is begun now.
  package func isLeading(at now: ContinuousClock.Instant) -> Bool {
    renewedAt.map { now - $0 < Self.lease - Self.margin } ?? false
  }
}
