import Foundation
import Images
import Synchronization

/// Takes part in the election until it is stopped, and tells whether this replica leads.
package final class LeaseHolder: Sendable {
  private let client: ClusterClient
  private let name: ObjectName
  private let identity: String
  private let election: Mutex<Election>
  private let onFault: @Sendable (ClusterError?) -> Void

  /// - Parameters:
  ///   - identity: of this replica, unlike any other's.
  ///   - onFault: told after each turn what kept this replica from taking part, and nil when nothing did.
  package init(
    _ client: ClusterClient, namespace: String, name: String, identity: String,
    onFault: @escaping @Sendable (ClusterError?) -> Void = { _ in }
  ) {
    self.client = client
    self.onFault = onFault
    self.name = ObjectName(.leases, in: namespace, name)
    self.identity = identity
    election = Mutex(Election(identity: identity))
  }

  /// Whether what is begun now is done by the leader.
  package var isLeading: Bool { election.withLock { $0.isLeading(at: .now) } }

  /// Takes part until the task is cancelled. An API server that does not answer costs the lead, nothing else.
  package func takePart() async {
    while !Task.isCancelled {
      await turn()
      try? await Task.sleep(for: Election.interval)
    }
  }

  /// Lets another lead at once; for an orderly end.
  package func resign() async {
    guard isLeading else { return }
    election.withLock { $0.lost() }
    guard let object = try? await client.get(name) else { return }
    var record = LeaseRecord(object)
    guard record.holder == identity else { return }
    record.holder = ""
    _ = try? await client.replace(name, by: record.object(named: name, seconds: 1))
  }

  private func turn() async {
    let began = ContinuousClock.now
    do {
      let record = try await client.get(name).map { LeaseRecord($0) }
      let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
      switch election.withLock({ $0.step(on: record, at: .now, microseconds: now) }) {
      case .wait: election.withLock { $0.lost() }
      case .write(let next):
        let object = next.object(named: name, seconds: Election.lease.components.seconds)
        _ =
          record == nil
          ? try await client.create(object, .leases, in: name.namespace) : try await client.replace(name, by: object)
        election.withLock { $0.renewed(began) }
      }
      onFault(nil)
    } catch ClusterError.conflict {
      election.withLock { $0.lost() }
      onFault(nil)
    } catch {
      // The lead runs out by itself; that nobody leads must not go unnoticed.
      if let fault = error as? ClusterError { onFault(fault) }
    }
  }
}
