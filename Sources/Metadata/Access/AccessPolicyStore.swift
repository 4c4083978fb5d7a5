package import Schemas

/// Who may do what with one note or occurrence: roles and their members. Source: google.iam.v1.Policy.
package typealias AccessPolicy = Google_Iam_V1_Policy

/// Keeps the access policies that the IAM methods set.
package protocol AccessPolicyStore: Sendable {
  /// The policy of a resource, with its etag; an empty one where none was set.
  ///
  /// - Parameter resource: the full name of a note, an occurrence or a project.
  /// - Throws: `MetadataError.unavailable`.
  func policy(of resource: String) async throws -> AccessPolicy
  /// Replaces the policy of a resource.
  ///
  /// - Parameter policy: its etag, where there is one, must be that of the policy it replaces.
  /// - Returns: the policy as kept, with its new etag.
  /// - Throws: `MetadataError.outdated`, `.unavailable`.
  func set(_ policy: AccessPolicy, of resource: String) async throws -> AccessPolicy
}
