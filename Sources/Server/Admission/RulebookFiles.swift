import Images
package import Policies
import Synchronization

/// The policy and the attestors, read from two files and read again when they change.
///
/// New files that cannot be read change nothing: the last good rules stay, and `fault` says why.
package final class RulebookFiles: Sendable {
  private static let limitBytes = 1 << 20

  private struct Held {
    var policy: [UInt8]
    var attestors: [UInt8]
    var rulebook: Rulebook?
    var fault: String?
    var generation = 0
  }

  private let policyFile: String
  private let attestorsFile: String
  private let held = Mutex(Held(policy: [], attestors: []))

  package init(policyFile: String, attestorsFile: String) {
    self.policyFile = policyFile
    self.attestorsFile = attestorsFile
  }

  /// The rules of the moment; nil before `reload()` has once succeeded.
  package var rulebook: Rulebook? { held.withLock { $0.rulebook } }

  /// Why the files as they are now are not in force; nil when they are.
  package var fault: String? { held.withLock { $0.fault } }

  /// How often the rules have changed.
  package var generation: Int { held.withLock { $0.generation } }

  /// Reads the files again.
  ///
  /// - Returns: whether other rules hold now.
  /// - Throws: `DocumentError` or `ListeningError`, each time for as long as the files are broken.
  package func reload() throws -> Bool {
    do {
      let (policy, attestors) = (
        try readFile(policyFile, atMost: Self.limitBytes), try readFile(attestorsFile, atMost: Self.limitBytes)
      )
      let isKnown = held.withLock { $0.rulebook != nil && $0.policy == policy && $0.attestors == attestors }
      if isKnown {
        held.withLock { $0.fault = nil }
        return false
      }
      let rulebook = try Rulebook(
        policy: String(decoding: policy, as: UTF8.self), file: policyFile,
        attestors: String(decoding: attestors, as: UTF8.self), file: attestorsFile)
      held.withLock {
        $0 = Held(
          policy: policy, attestors: attestors, rulebook: rulebook, fault: nil, generation: $0.generation + 1)
      }
      return true
    } catch {
      held.withLock { $0.fault = "\(error)" }
      throw error
    }
  }
}
