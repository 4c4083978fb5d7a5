package import Metadata

/// Somebody who asks, and what the callers file lets them do.
package struct Caller: Sendable {
  /// For the log and for members of access policies; never a secret.
  package let name: String
  private let grants: Set<Grant>
  private let mayEverything: Bool

  package init(name: String, grants: Set<Grant>) {
    self.name = name
    self.grants = grants
    mayEverything = false
  }

  private init(everythingAs name: String) {
    self.name = name
    grants = []
    mayEverything = true
  }

  /// Whoever calls in the demo profile.
  package static let anybody = Caller(everythingAs: "anybody")

  /// Whether the caller holds `right` in `project`, by the callers file alone.
  package func may(_ right: Right, in project: ProjectName) -> Bool { may(right, on: .project(project)) }

  /// Whether the caller holds `right` on `resource`, on its project or everywhere, by the callers file alone.
  package func may(_ right: Right, on resource: AccessResource) -> Bool {
    if mayEverything || grants.contains(Grant(right, on: .everyProject)) || grants.contains(Grant(right, on: resource)) {
      return true
    }
    return resource.project.map { grants.contains(Grant(right, on: .project($0))) } ?? false
  }
}
