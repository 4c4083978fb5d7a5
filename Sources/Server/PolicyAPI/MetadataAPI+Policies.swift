import Foundation
import Hummingbird
import Images
import Metadata
import Schemas
import SwiftProtobuf

/// google.cloud.binaryauthorization.v1 over REST: from call to message, and from message to answer.
extension MetadataAPI {
  /// The routes of policies and attestors. Those with a verb come first.
  var policyRoutes: [Route] {
    let iam: Set = ["options.requestedPolicyVersion"]
    return [
      Route(.get, "projects/*/policy", getPolicy),
      Route(.put, "projects/*/policy", updatePolicy),
      Route(.get, "projects/*/policy:getIamPolicy", iam) { try await getAccess($0, "/policy") },
      Route(.post, "projects/*/policy:setIamPolicy") { try await setAccess($0, "/policy") },
      Route(.post, "projects/*/policy:testIamPermissions") { try await testAccess($0, "/policy") },
      Route(.get, "projects/*/attestors/*:getIamPolicy", iam) { try await getAccess($0, "") },
      Route(.post, "projects/*/attestors/*:setIamPolicy") { try await setAccess($0, "") },
      Route(.post, "projects/*/attestors/*:testIamPermissions") { try await testAccess($0, "") },
      Route(.post, "projects/*/attestors/*:validateAttestationOccurrence", validateAttestationOccurrence),
      Route(.post, "projects/*/attestors", ["attestorId"], createAttestor),
      Route(.get, "projects/*/attestors", ["pageSize", "pageToken"], listAttestors),
      Route(.get, "projects/*/attestors/*", getAttestor),
      Route(.put, "projects/*/attestors/*", updateAttestor),
      Route(.delete, "projects/*/attestors/*", deleteAttestor),
      Route(.get, "locations/*/policy", getSystemPolicy),
      Route(.post, "projects/*/platforms/gke/policies/*:evaluate", evaluatePlatformPolicy),
      Route(.post, "projects/*/platforms/gke/policies", ["policyId"], createPlatformPolicy),
      Route(.get, "projects/*/platforms/gke/policies", ["pageSize", "pageToken"], listPlatformPolicies),
      Route(.get, "projects/*/platforms/gke/policies/*", getPlatformPolicy),
      Route(.put, "projects/*/platforms/gke/policies/*", replacePlatformPolicy),
      Route(.delete, "projects/*/platforms/gke/policies/*", ["etag"], deletePlatformPolicy),
    ]
  }

  // MARK: The policy

  private func getPolicy(_ call: RESTCall) async throws -> Response {
    try call.answer(await policies.getPolicy(.with { $0.name = "\(call.name)/policy" }, by: call.caller))
  }

  private func updatePolicy(_ call: RESTCall) async throws -> Response {
    var policy = try await call.body(as: ProjectPolicy.self)
    let name = "\(call.name)/policy"
    guard policy.name.isEmpty || withoutLocation(policy.name) == name else {
      throw APIError.malformedBody("policy.name is not the resource in the path")
    }
    policy.name = name
    return try call.answer(await policies.updatePolicy(.with { $0.policy = policy }, by: call.caller))
  }

  private func getSystemPolicy(_ call: RESTCall) async throws -> Response {
    try call.answer(await policies.getSystemPolicy(.with { $0.name = "\(call.name)/policy" }, by: call.caller))
  }

  // MARK: Attestors

  private func createAttestor(_ call: RESTCall) async throws -> Response {
    let attestor = try await call.body(as: AttestorMessage.self)
    let request = Google_Cloud_Binaryauthorization_V1_CreateAttestorRequest.with {
      $0.parent = call.name
      $0.attestorID = call["attestorId"]
      $0.attestor = attestor
    }
    return try call.answer(await policies.createAttestor(request, by: call.caller))
  }

  private func listAttestors(_ call: RESTCall) async throws -> Response {
    let request = try Google_Cloud_Binaryauthorization_V1_ListAttestorsRequest.with {
      $0.parent = call.name
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await policies.listAttestors(request, by: call.caller))
  }

  private func getAttestor(_ call: RESTCall) async throws -> Response {
    try call.answer(await policies.getAttestor(.with { $0.name = call.name }, by: call.caller))
  }

  private func updateAttestor(_ call: RESTCall) async throws -> Response {
    var attestor = try await call.body(as: AttestorMessage.self)
    attestor.name = try call.name(unlike: "attestor.name", attestor.name)
    return try call.answer(await policies.updateAttestor(.with { $0.attestor = attestor }, by: call.caller))
  }

  private func deleteAttestor(_ call: RESTCall) async throws -> Response {
    try await policies.deleteAttestor(.with { $0.name = call.name }, by: call.caller)
    return try call.answer(Google_Protobuf_Empty())
  }

  private func validateAttestationOccurrence(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceRequest.self)
    request.attestor = try call.name(unlike: "attestor", request.attestor)
    return try call.answer(await policies.validateAttestationOccurrence(request, by: call.caller))
  }

  // MARK: Who may

  private func getAccess(_ call: RESTCall, _ rest: String) async throws -> Response {
    try call.answer(await service.getIamPolicy(.with { $0.resource = call.name + rest }, by: call.caller))
  }

  private func setAccess(_ call: RESTCall, _ rest: String) async throws -> Response {
    var request = try await call.body(as: Google_Iam_V1_SetIamPolicyRequest.self)
    request.resource = try Self.resource(call.name + rest, unlike: request.resource)
    return try call.answer(await service.setIamPolicy(request, by: call.caller))
  }

  private func testAccess(_ call: RESTCall, _ rest: String) async throws -> Response {
    var request = try await call.body(as: Google_Iam_V1_TestIamPermissionsRequest.self)
    request.resource = try Self.resource(call.name + rest, unlike: request.resource)
    return try call.answer(await service.testIamPermissions(request, by: call.caller))
  }

  private static func resource(_ name: String, unlike inBody: String) throws(APIError) -> String {
    guard inBody.isEmpty || withoutLocation(inBody) == name else {
      throw .malformedBody("resource is not the resource in the path")
    }
    return name
  }

  // MARK: Platform policies

  private func createPlatformPolicy(_ call: RESTCall) async throws -> Response {
    let name = try ManagedName(parsing: "\(call.name)/platforms/gke/policies/\(call["policyId"])")
    return call.answer(json: try await policies.createPlatformPolicy(call.document().root, as: name, by: call.caller))
  }

  private func getPlatformPolicy(_ call: RESTCall) async throws -> Response {
    call.answer(json: try await policies.getPlatformPolicy(ManagedName(parsing: call.name), by: call.caller))
  }

  private func listPlatformPolicies(_ call: RESTCall) async throws -> Response {
    let page = try await policies.listPlatformPolicies(
      in: ProjectName(requested: call.name), pageSize: call.number("pageSize"), pageToken: call["pageToken"],
      by: call.caller)
    let next = page.nextPageToken.isEmpty ? "" : ",\"nextPageToken\":\"\(page.nextPageToken)\""
    return call.answer(json: "{\"platformPolicies\":[\(page.policies.joined(separator: ","))]\(next)}")
  }

  private func replacePlatformPolicy(_ call: RESTCall) async throws -> Response {
    let name = try ManagedName(parsing: call.name)
    return call.answer(json: try await policies.replacePlatformPolicy(call.document().root, as: name, by: call.caller))
  }

  private func deletePlatformPolicy(_ call: RESTCall) async throws -> Response {
    try await policies.deletePlatformPolicy(ManagedName(parsing: call.name), etag: call["etag"], by: call.caller)
    return try call.answer(Google_Protobuf_Empty())
  }

  private func evaluatePlatformPolicy(_ call: RESTCall) async throws -> Response {
    let answer = try await policies.evaluate(
      call.document().root, by: ManagedName(parsing: call.name), caller: call.caller)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return call.answer(json: String(decoding: try encoder.encode(answer), as: UTF8.self))
  }
}
