import GRPCCore
import GRPCProtobuf
import Schemas
import SwiftProtobuf

/// The table of what is served over gRPC: service, method, function.
///
/// Source: grafeas.v1.Grafeas, grafeas.v1.project.Projects, google.devtools.containeranalysis.v1.ContainerAnalysis,
/// google.cloud.binaryauthorization.v1, and pratique.v1.Metadata, whose messages are in Sources/Schemas/protos.
struct MetadataMethods: RegistrableRPCService {
  let service: MetadataService
  let policies: PolicyService
  let calls: GRPCCalls

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    let grafeas = "grafeas.v1.Grafeas"
    unary(grafeas, "GetOccurrence", &router, service.getOccurrence)
    unary(grafeas, "ListOccurrences", &router, service.listOccurrences)
    unary(grafeas, "CreateOccurrence", &router, service.createOccurrence)
    unary(grafeas, "BatchCreateOccurrences", &router, service.batchCreateOccurrences)
    changing(grafeas, "UpdateOccurrence", &router, service.updateOccurrence)
    deleting(grafeas, "DeleteOccurrence", &router, service.deleteOccurrence)
    unary(grafeas, "GetOccurrenceNote", &router, service.getOccurrenceNote)
    unary(grafeas, "GetNote", &router, service.getNote)
    unary(grafeas, "ListNotes", &router, service.listNotes)
    unary(grafeas, "CreateNote", &router, service.createNote)
    unary(grafeas, "BatchCreateNotes", &router, service.batchCreateNotes)
    changing(grafeas, "UpdateNote", &router, service.updateNote)
    deleting(grafeas, "DeleteNote", &router, service.deleteNote)
    unary(grafeas, "ListNoteOccurrences", &router, service.listNoteOccurrences)

    let projects = "grafeas.v1.project.Projects"
    unary(projects, "CreateProject", &router, service.createProject)
    unary(projects, "GetProject", &router, service.getProject)
    unary(projects, "ListProjects", &router, service.listProjects)
    deleting(projects, "DeleteProject", &router) { try await service.deleteProject($0, by: $2) }

    let analysis = "google.devtools.containeranalysis.v1.ContainerAnalysis"
    unary(analysis, "SetIamPolicy", &router, service.setIamPolicy)
    unary(analysis, "GetIamPolicy", &router, service.getIamPolicy)
    unary(analysis, "TestIamPermissions", &router, service.testIamPermissions)
    unary(analysis, "GetVulnerabilityOccurrencesSummary", &router, service.getVulnerabilityOccurrencesSummary)
    unary(analysis, "ExportSBOM", &router, service.exportSBOM)

    registerPolicies(with: &router)

    let metadata = "pratique.v1.Metadata"
    unary(metadata, "ListAffectedImages", &router, service.listAffectedImages)
    streaming(metadata, "WatchChanges", &router, service.watchChanges)
  }

  // MARK: The sorts of method

  /// One request, one answer.
  func unary<Request: Message, Answer: Message>(
    _ service: String, _ method: String, _ router: inout RPCRouter<some ServerTransport>,
    _ answer: @escaping @Sendable (Request, Caller) async throws -> Answer
  ) {
    register(service, method, &router) { (request: Request, call) in try await answer(request, call.caller) }
  }

  /// One request, perhaps about a state that the caller knows, one answer.
  private func changing<Request: Message, Answer: Message>(
    _ service: String, _ method: String, _ router: inout RPCRouter<some ServerTransport>,
    _ answer: @escaping @Sendable (Request, String?, Caller) async throws -> Answer
  ) {
    register(service, method, &router) { (request: Request, call) in try await answer(request, call.etag, call.caller) }
  }

  /// One request, perhaps about a state that the caller knows, and nothing to answer.
  func deleting<Request: Message>(
    _ service: String, _ method: String, _ router: inout RPCRouter<some ServerTransport>,
    _ delete: @escaping @Sendable (Request, String?, Caller) async throws -> Void
  ) {
    register(service, method, &router) { (request: Request, call) in
      try await delete(request, call.etag, call.caller)
      return Google_Protobuf_Empty()
    }
  }

  private func register<Request: Message, Answer: Message>(
    _ service: String, _ method: String, _ router: inout RPCRouter<some ServerTransport>,
    _ answer: @escaping @Sendable (Request, GRPCCall) async throws -> Answer
  ) {
    router.registerHandler(
      forMethod: MethodDescriptor(fullyQualifiedService: service, method: method),
      deserializer: ProtobufDeserializer<Request>(), serializer: ProtobufSerializer<Answer>()
    ) { request, context in
      try await calls.answer(request.metadata, context, within: GRPCCalls.limit) { call in
        let message = try await ServerRequest(stream: request).message
        return StreamingServerResponse(single: ServerResponse(message: try await answer(message, call)))
      }
    }
  }

  /// One request, answers for as long as the caller listens or the server runs.
  private func streaming<Request: Message, Answers: AsyncSequence & Sendable>(
    _ service: String, _ method: String, _ router: inout RPCRouter<some ServerTransport>,
    _ answers: @escaping @Sendable (Request, Caller) async throws -> Answers
  ) where Answers.Element: Message {
    router.registerHandler(
      forMethod: MethodDescriptor(fullyQualifiedService: service, method: method, type: .serverStreaming),
      deserializer: ProtobufDeserializer<Request>(), serializer: ProtobufSerializer<Answers.Element>()
    ) { request, context in
      let feed = try await calls.answer(request.metadata, context, within: GRPCCalls.limit) { call in
        try await answers(ServerRequest(stream: request).message, call.caller)
      }
      return StreamingServerResponse { writer in
        try await calls.stream(request.metadata, context) {
          for try await message in feed { try await writer.write(message) }
        }
        return [:]
      }
    }
  }
}
