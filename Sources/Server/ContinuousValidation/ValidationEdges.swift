package import Images
package import Policies

/// Finds out about images what `Rulebook.demands` names; the gate's own evidence, asked without haste.
package protocol RunningEvidence: Sendable {
  /// - Parameter now: seconds since 1970 UTC.
  func evidence(for demands: [PinnedReference: ImageDemand], under rulebook: Rulebook, at now: Int64) async -> Evidence
}

/// Where a leader's report is kept.
package protocol ReportKeeper: Sendable {
  /// Replaces whatever is there; for a leader that has just begun.
  func takeOver(_ report: [UInt8]) async throws
  /// Replaces what this leader wrote before.
  ///
  /// - Throws: when somebody else has written since.
  func write(_ report: [UInt8]) async throws
}

/// Who is told of a violation, once an owner.
package protocol ViolationListener: Sendable {
  /// - Parameter note: for people, at most 1,024 bytes.
  func tell(_ owner: PodOwner, _ note: String) async throws
}

/// Who writes marks on pods.
package protocol PodMarker: Sendable {
  func mark(namespace: String, name: String, _ marks: PodMarks) async throws
}
