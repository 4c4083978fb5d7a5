import Images
package import Metadata
package import Schemas
import SwiftProtobuf

/// Policies of notes, occurrences and projects.
///
/// Source: google.iam.v1.IAMPolicy as containeranalysis.v1.ContainerAnalysis has it.
extension MetadataService {
  /// Needs the right `setIamPolicy` for the kind of resource. An update mask may name fields of the policy; without one
  /// the policy is replaced.
  ///
  /// - Throws: `MetadataError.invalid` for what this server would not hold to, `.outdated` for a policy whose etag is not
  ///   that of the policy that it replaces.
  package func setIamPolicy(
    _ request: Google_Iam_V1_SetIamPolicyRequest, by caller: Caller
  ) async throws -> AccessPolicy {
    let resource = try PolicyResource(requested: request.resource)
    try await require(resource.setRight, on: resource.access, caller)
    try await requireExistence(of: resource)
    let policy = try await masked(request, of: resource)
    let faults = policy.faults()
    guard faults.isEmpty else { throw MetadataError.invalid(what: "policy", reasons: faults) }
    return try await store.set(policy, of: resource.description)
  }

  /// Needs the right `getIamPolicy` for the kind of resource.
  package func getIamPolicy(
    _ request: Google_Iam_V1_GetIamPolicyRequest, by caller: Caller
  ) async throws -> AccessPolicy {
    let resource = try PolicyResource(requested: request.resource)
    try await require(resource.getRight, on: resource.access, caller)
    try await requireExistence(of: resource)
    return try await store.policy(of: resource.description)
  }

  /// Needs no right: everybody may ask what they may. A resource that is not there gives the same answer as one that is.
  ///
  /// - Throws: `MetadataError.invalid` for a permission with `*`, `.outOfBounds` for more than 100 of them.
  package func testIamPermissions(
    _ request: Google_Iam_V1_TestIamPermissionsRequest, by caller: Caller
  ) async throws -> Google_Iam_V1_TestIamPermissionsResponse {
    let resource = try PolicyResource(requested: request.resource)
    guard request.permissions.count <= 100 else {
      throw MetadataError.outOfBounds(what: "The number of permissions", got: request.permissions.count, bounds: "0 to 100")
    }
    var held: [String] = []
    for permission in request.permissions {
      guard !permission.contains("*") else {
        throw MetadataError.invalid(what: "permissions", reasons: ["\(printable(permission)) names no single right"])
      }
      guard let right = Right(permission: permission) else { continue }
      if try await access.may(caller, right, on: resource.access) { held.append(permission) }
    }
    return .with { $0.permissions = held }
  }

  /// The policy to set: that of the request, or the one that is kept with the fields of the request that the mask names.
  private func masked(_ request: Google_Iam_V1_SetIamPolicyRequest, of resource: PolicyResource) async throws -> AccessPolicy {
    let paths = request.updateMask.paths
    if paths.isEmpty || paths.contains("*") { return request.policy }
    var policy = try await store.policy(of: resource.description)
    for path in paths {
      switch path {
      case "bindings": policy.bindings = request.policy.bindings
      case "version": policy.version = request.policy.version
      case "etag": continue
      default:
        throw MetadataError.invalid(
          what: "update_mask", reasons: ["\(printable(path)) is no field that can be set: name bindings, version or etag"])
      }
    }
    if !request.policy.etag.isEmpty { policy.etag = request.policy.etag }
    return policy
  }

  private func requireExistence(of resource: PolicyResource) async throws {
    switch resource {
    case .note(let name): _ = try await store.note(name)
    case .occurrence(let name): _ = try await store.occurrence(name)
    case .project(let name):
      guard try await store.exists(name) else { throw MetadataError.notFound(name.description) }
    // Every project has a policy, if only the default one.
    case .admissionPolicy: break
    case .attestor(let name): _ = try await store.managed(name)
    }
  }
}

/// What a policy can be set on.
private enum PolicyResource: CustomStringConvertible {
  case project(ProjectName)
  case note(NoteName)
  case occurrence(OccurrenceName)
  case admissionPolicy(ManagedName)
  case attestor(ManagedName)

  /// - Throws: `MetadataError.malformedName`.
  init(requested name: String) throws(MetadataError) {
    let parts = withoutLocation(name).split(separator: "/", omittingEmptySubsequences: false)
    self =
      switch parts.count > 2 ? parts[2] : "" {
      case "notes": .note(try NoteName(requested: name))
      case "occurrences": .occurrence(try OccurrenceName(requested: name))
      case "policy": .admissionPolicy(try ManagedName(requested: name))
      case "attestors": .attestor(try ManagedName(requested: name))
      default: .project(try ProjectName(requested: name))
      }
  }

  var description: String { access.description }

  var access: AccessResource {
    switch self {
    case .project(let name): .project(name)
    case .note(let name): .note(name)
    case .occurrence(let name): .occurrence(name)
    case .admissionPolicy(let name), .attestor(let name): .managed(name)
    }
  }

  var getRight: Right {
    switch self {
    case .project: .getProjectPolicies
    case .note: .getNotePolicies
    case .occurrence: .getOccurrencePolicies
    case .admissionPolicy: .getAdmissionPolicyAccess
    case .attestor: .getAttestorAccess
    }
  }

  var setRight: Right {
    switch self {
    case .project: .setProjectPolicies
    case .note: .setNotePolicies
    case .occurrence: .setOccurrencePolicies
    case .admissionPolicy: .setAdmissionPolicyAccess
    case .attestor: .setAttestorAccess
    }
  }
}
