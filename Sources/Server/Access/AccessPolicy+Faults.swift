import Images
import Metadata
package import Schemas

extension AccessPolicy {
  private static let limitMembers = 1_500

  /// Why the policy cannot be set; empty when it can. Each names the field and the mend.
  ///
  /// Refused is what this server would not hold to: roles and members it does not know, conditions, audit settings, and
  /// `allUsers`, because nobody is let in who is not known.
  package func faults() -> [String] {
    var faults: [String] = []
    if version != 0 && version != 1 { faults.append("policy.version must be 1") }
    if !auditConfigs.isEmpty { faults.append("policy.auditConfigs is not kept; leave it out") }
    if bindings.reduce(0, { $0 + $1.members.count }) > Self.limitMembers {
      faults.append("policy.bindings has more than \(Self.limitMembers) members; grant to fewer")
    }
    for (index, binding) in bindings.enumerated() {
      let field = "policy.bindings[\(index)]"
      if Role.rights(ofPolicyRole: binding.role) == nil {
        faults.append(
          "\(field).role \"\(printable(binding.role))\" is unknown; use one of \(Role.policyRoles.joined(separator: ", "))")
      }
      if binding.hasCondition { faults.append("\(field).condition is not evaluated here; leave it out") }
      if binding.members.isEmpty { faults.append("\(field).members is empty; name somebody or leave the binding out") }
      for (at, member) in binding.members.enumerated() {
        if let fault = Self.fault(ofMember: member) { faults.append("\(field).members[\(at)] \(fault)") }
      }
    }
    return faults
  }

  private static func fault(ofMember member: String) -> String? {
    if member == "allAuthenticatedUsers" { return nil }
    if member == "allUsers" { return "allUsers would let in who is not known; use allAuthenticatedUsers" }
    let hasName = ["user:", "serviceAccount:"].contains { member.hasPrefix($0) && member.utf8.count > $0.utf8.count }
    return hasName && member.utf8.count <= 512
      ? nil : "\"\(printable(member))\" is unknown; use user:NAME, serviceAccount:NAME or allAuthenticatedUsers"
  }

  /// Whether a binding gives `right` to `caller`. Bindings that could not be set today give nothing.
  func grants(_ right: Right, to caller: Caller) -> Bool {
    let members: Set = ["user:\(caller.name)", "serviceAccount:\(caller.name)", "allAuthenticatedUsers"]
    return bindings.contains { binding in
      !binding.hasCondition && Role.rights(ofPolicyRole: binding.role)?.contains(right) == true
        && binding.members.contains(where: members.contains)
    }
  }
}
