/// The name of something that is managed and not recorded: a policy, an attestor, a platform policy.
///
/// Source: google.cloud.binaryauthorization.v1, resource names.
package enum ManagedName: Hashable, Sendable, CustomStringConvertible {
  /// `projects/{project}/policy`: one in each project.
  case policy(ProjectName)
  /// `projects/{project}/attestors/{id}`.
  case attestor(ProjectName, id: String)
  /// `projects/{project}/platforms/gke/policies/{id}`.
  case platformPolicy(ProjectName, id: String)

  private static let form = "projects/{project}/policy, …/attestors/{attestor} or …/platforms/gke/policies/{policy}"

  /// - Throws: `MetadataError.malformedName`.
  package init(parsing text: some StringProtocol) throws(MetadataError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 2, let project = try? ProjectName(parsing: parts[..<2].joined(separator: "/")), project.id != "-" else {
      throw .malformedName(String(text), form: Self.form)
    }
    switch parts[2...].dropLast().joined(separator: "/") {
    case "" where parts[2] == "policy": self = .policy(project)
    case "attestors" where Self.isID(parts[3]): self = .attestor(project, id: String(parts[3]))
    case "platforms/gke/policies" where Self.isID(parts[5]): self = .platformPolicy(project, id: String(parts[5]))
    default: throw .malformedName(String(text), form: Self.form)
    }
  }

  package var project: ProjectName {
    switch self {
    case .policy(let project), .attestor(let project, _), .platformPolicy(let project, _): project
    }
  }

  /// What it is listed in: `projects/{project}/attestors`.
  package var collection: String { String(description[..<(description.lastIndex(of: "/") ?? description.startIndex)]) }

  package var description: String {
    switch self {
    case .policy(let project): "\(project)/policy"
    case .attestor(let project, let id): "\(project)/attestors/\(id)"
    case .platformPolicy(let project, let id): "\(project)/platforms/gke/policies/\(id)"
    }
  }

  /// Letters, digits, `-`, `_` and `.`, at most 63; so a verb behind a colon is never part of a name.
  private static func isID(_ text: some StringProtocol) -> Bool {
    (1...63).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-_.".utf8.contains($0)
      }
  }
}
