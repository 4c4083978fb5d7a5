package import Metadata

/// What a right is needed on.
package enum AccessResource: Hashable, Sendable, CustomStringConvertible {
  /// All projects at once, as for the list of projects.
  case everyProject
  case project(ProjectName)
  case note(NoteName)
  case occurrence(OccurrenceName)
  case managed(ManagedName)

  /// The resource's full name; `projects/*` for all projects.
  package var description: String {
    switch self {
    case .everyProject: "projects/*"
    case .project(let name): name.description
    case .note(let name): name.description
    case .occurrence(let name): name.description
    case .managed(let name): name.description
    }
  }
}

/// Decides who may do what. What nobody allows is refused.
package protocol AccessControl: Sendable {
  /// Whether `caller` holds `right` on `resource`, by the callers file or by an access policy.
  ///
  /// - Throws: `MetadataError.unavailable` when policies had to be asked and did not answer.
  func may(_ caller: Caller, _ right: Right, on resource: AccessResource) async throws -> Bool
}
