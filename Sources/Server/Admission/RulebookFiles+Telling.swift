import Policies

/// What is told of the rules to those who run the gate.
extension RulebookFiles {
  /// For `/readyz`: what is amiss without keeping the gate from answering.
  var notes: [String] {
    let faults = faultsOfObjects
    let (covered, closed) = (faults.count { $0.isCovered }, faults.count { !$0.isCovered })
    return [
      fault.map { _ in
        inForce == nil
          ? "the files of the policies are broken: nothing is let in"
          : "the files of the policies are broken: as they last were good they hold"
      },
      covered == 0 ? nil : "\(covered) policies of the cluster are broken: as they last were good they hold",
      closed == 0 ? nil : "\(closed) policies of the cluster are broken: nothing is let in where they belong",
      excess == 0 ? nil : "\(excess) policies of the cluster are more than are held: nothing is let in where they belong",
    ].compactMap { $0 }
  }

  var gauges: [GateGauge] {
    let faults = faultsOfObjects
    return [
      ("pratique_admission_policy_generation", "How often the rules have changed.", generation),
      (
        "pratique_admission_policy_objects_broken", "Objects of the cluster that are not in force as they are.", faults.count
      ),
      (
        "pratique_admission_policy_objects_last_good", "Those among them of which an earlier version holds.",
        faults.count { $0.isCovered }
      ),
      ("pratique_admission_policy_objects_not_held", "Objects of the cluster beyond those that are held.", excess),
      ("pratique_admission_policy_broken", "1 while the files of the rules are not in force.", fault == nil ? 0 : 1),
    ]
  }
}
