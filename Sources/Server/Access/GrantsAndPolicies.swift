package import Metadata

/// Access by the callers file and, where that does not allow, by the access policies of the resource and its project.
package struct GrantsAndPolicies: AccessControl {
  private let policies: any AccessPolicyStore

  package init(policies: any AccessPolicyStore) { self.policies = policies }

  /// By the callers file first, then by the access policies of the resource and what it stands in.
  package func may(_ caller: Caller, _ right: Right, on resource: AccessResource) async throws -> Bool {
    if caller.may(right, on: resource) { return true }
    for place in Self.places(of: resource) where try await policies.policy(of: place).grants(right, to: caller) { return true }
    return false
  }

  /// The resource itself, then its project; none for all projects, which have no policy.
  private static func places(of resource: AccessResource) -> [String] {
    switch resource {
    case .everyProject: []
    case .project: [resource.description]
    case .note(let name): [resource.description, name.project.description]
    case .occurrence(let name): [resource.description, name.project.description]
    case .managed(let name): [resource.description, name.project.description]
    }
  }
}
