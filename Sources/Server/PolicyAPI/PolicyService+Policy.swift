import Images
import Metadata
import Policies
package import Schemas
import SwiftProtobuf

/// A project's policy, as the API has it.
package typealias ProjectPolicy = Google_Cloud_Binaryauthorization_V1_Policy

/// Source: google.cloud.binaryauthorization.v1.BinauthzManagementServiceV1 and SystemPolicyV1, the methods of policies.
extension PolicyService {
  /// Needs `policy.get`. A project that never set one has the default policy, which lets everything in.
  package func getPolicy(
    _ request: Google_Cloud_Binaryauthorization_V1_GetPolicyRequest, by caller: Caller
  ) async throws -> ProjectPolicy {
    let (name, project) = try Self.policyName(request.name)
    try await metadata.require(.getAdmissionPolicy, on: .managed(name), caller)
    do {
      return try ProjectPolicy(await store.managed(name))
    } catch MetadataError.notFound {
      return .unset(in: project)
    }
  }

  /// Needs `policy.update`, and `attestors.get` on every attestor that the policy demands. Replaces the whole policy.
  ///
  /// - Throws: `MetadataError.invalid` for what the gate would not read, an attestor that does not exist or has no key
  ///   among it; `.outdated` when its etag is not that of the policy that it replaces.
  package func updatePolicy(
    _ request: Google_Cloud_Binaryauthorization_V1_UpdatePolicyRequest, by caller: Caller
  ) async throws -> ProjectPolicy {
    let (name, project) = try Self.policyName(request.policy.name)
    try await metadata.require(.updateAdmissionPolicy, on: .managed(name), caller)
    var policy = request.policy
    policy.name = name.description
    policy.etag = ""
    policy.clearUpdateTime()
    try await check(policy, by: caller)
    let kept = try await metadata.put(
      policy.serializedBytes(), as: name, etag: request.policy.etag, unset: ProjectPolicy.unset(in: project).etag)
    return try ProjectPolicy(kept)
  }

  /// Needs no right: it says nothing of any project.
  package func getSystemPolicy(
    _ request: Google_Cloud_Binaryauthorization_V1_GetSystemPolicyRequest, by caller: Caller
  ) async throws -> ProjectPolicy {
    let parts = request.name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "locations", !parts[1].isEmpty, parts[2] == "policy" else {
      throw MetadataError.malformedName(request.name, form: "locations/{location}/policy")
    }
    var policy = ProjectPolicy.with {
      $0.name = request.name
      $0.description_p =
        systemPolicy.allowlist.isEmpty
        ? "This server was given no list of system images, so globalPolicyEvaluationMode: ENABLE lets nothing through." : ""
      $0.admissionWhitelistPatterns = systemPolicy.allowlist.map { pattern in .with { $0.namePattern = pattern.description } }
    }
    policy.etag = Metadata.etag(of: policy)
    return policy
  }

  private static func policyName(_ text: String) throws(MetadataError) -> (ManagedName, ProjectName) {
    let name = try ManagedName(requested: text)
    guard case .policy(let project) = name else { throw .malformedName(text, form: "projects/{project}/policy") }
    return (name, project)
  }

  private static let limitAttestors = 200

  /// Reads the policy as the gate will, once to see whom it demands and once to see whether they are there.
  private func check(_ policy: ProjectPolicy, by caller: Caller) async throws {
    let document = try Self.document(policy, named: policy.name)
    let demanded: Set<String>
    do throws(DocumentError) {
      demanded = try Policy(document, attestors: nil).attestorNames
    } catch {
      throw MetadataError("policy", error)
    }
    guard demanded.count <= Self.limitAttestors else {
      throw MetadataError.outOfBounds(
        what: "The number of attestors that the policy demands", got: demanded.count, bounds: "at most \(Self.limitAttestors)")
    }
    var able: Set<String> = []
    for text in demanded.sorted() {
      guard let name = try? ManagedName(parsing: text), case .attestor = name else { continue }
      try await metadata.require(.getAttestors, on: .managed(name), caller)
      if try await hasKeys(name) { able.insert(text) }
    }
    do throws(DocumentError) {
      _ = try Policy(document, attestors: able)
    } catch {
      throw MetadataError("policy", error)
    }
  }

  private func hasKeys(_ attestor: ManagedName) async throws -> Bool {
    do {
      return try await !AttestorMessage(store.managed(attestor)).userOwnedGrafeasNote.publicKeys.isEmpty
    } catch MetadataError.notFound {
      return false
    }
  }

  /// A message as the document that `GET` answers with, and the gate reads.
  static func document(_ message: some Message, named name: String) throws -> DocumentNode {
    do {
      return try DocumentNode(parsing: message.jsonString(), file: name)
    } catch let error as DocumentError {
      throw MetadataError("message", error)
    }
  }
}

extension ProjectPolicy {
  /// What a project has that never set one.
  ///
  /// Source: google.cloud.binaryauthorization.v1, GetPolicy.
  static func unset(in project: ProjectName) -> ProjectPolicy {
    var policy = ProjectPolicy.with {
      $0.name = "\(project)/policy"
      $0.globalPolicyEvaluationMode = .enable
      $0.defaultAdmissionRule.evaluationMode = .alwaysAllow
      $0.defaultAdmissionRule.enforcementMode = .enforcedBlockAndAuditLog
    }
    policy.etag = Metadata.etag(of: policy)
    return policy
  }

  fileprivate init(_ document: ManagedDocument) throws {
    try self.init(serializedBytes: document.bytes)
    etag = document.etag
    updateTime = document.updateTime
  }
}
