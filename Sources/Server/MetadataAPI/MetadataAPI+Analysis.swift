import Hummingbird
import Images
import Metadata
import Schemas
import SwiftProtobuf

/// containeranalysis.v1, google.iam.v1 and grafeas.v1.project: from call to message, and from message to answer.
extension MetadataAPI {
  func getVulnerabilityOccurrencesSummary(_ call: RESTCall) async throws -> Response {
    let request = Google_Devtools_Containeranalysis_V1_GetVulnerabilityOccurrencesSummaryRequest.with {
      $0.parent = call.name
      $0.filter = call["filter"]
    }
    return try call.answer(await service.getVulnerabilityOccurrencesSummary(request, by: call.caller))
  }

  func exportSBOM(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Google_Devtools_Containeranalysis_V1_ExportSBOMRequest.self)
    request.name = try call.name(unlike: "name", request.name)
    return try call.answer(await service.exportSBOM(request, by: call.caller))
  }

  /// Gives the bytes of a document as they were kept; they are their digest's, so they never change.
  func getDocument(_ call: RESTCall) async throws -> Response {
    let parts = call.name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, let digest = try? Digest(parsing: parts[3]) else {
      throw MetadataError.malformedName(call.name, form: "projects/{project}/documents/sha256:{hex}")
    }
    let bytes = try await service.document(digest, in: ProjectName(id: parts[1]), by: call.caller)
    return Response(
      status: .ok, headers: [.contentType: SPDXDocument.mediaType, .eTag: "\"\(digest)\""],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  // MARK: Policies

  func setIamPolicy(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Google_Iam_V1_SetIamPolicyRequest.self)
    request.resource = try call.name(unlike: "resource", request.resource)
    return try call.answer(await service.setIamPolicy(request, by: call.caller))
  }

  func getIamPolicy(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Google_Iam_V1_GetIamPolicyRequest.self)
    request.resource = try call.name(unlike: "resource", request.resource)
    return try call.answer(await service.getIamPolicy(request, by: call.caller))
  }

  func testIamPermissions(_ call: RESTCall) async throws -> Response {
    var request = try await call.body(as: Google_Iam_V1_TestIamPermissionsRequest.self)
    request.resource = try call.name(unlike: "resource", request.resource)
    return try call.answer(await service.testIamPermissions(request, by: call.caller))
  }

  // MARK: Projects

  func createProject(_ call: RESTCall) async throws -> Response {
    let project = try await call.body(as: Grafeas_V1_Project_Project.self)
    return try call.answer(await service.createProject(.with { $0.project = project }, by: call.caller))
  }

  func getProject(_ call: RESTCall) async throws -> Response {
    try call.answer(await service.getProject(.with { $0.name = call.name }, by: call.caller))
  }

  func listProjects(_ call: RESTCall) async throws -> Response {
    let request = try Grafeas_V1_Project_ListProjectsRequest.with {
      $0.filter = call["filter"]
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await service.listProjects(request, by: call.caller))
  }

  func deleteProject(_ call: RESTCall) async throws -> Response {
    try await service.deleteProject(.with { $0.name = call.name }, by: call.caller)
    return try call.answer(Google_Protobuf_Empty())
  }
}
