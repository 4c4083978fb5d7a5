import Crypto
package import Hummingbird
package import Images
import Logging
package import Metadata
import Schemas
import SwiftProtobuf

/// The metadata over REST, as grafeas.v1 has it: create, batch create, get and list of notes and occurrences.
///
/// Source: grafeas.v1.Grafeas, the HTTP bindings without `/locations/*`.
package struct MetadataAPI: Sendable {
  let store: any MetadataStore
  let seal: PageSeal
  private let authority: Authority

  /// - Parameter pageTokenKey: 32 bytes that every replica of one store shares; `SQLiteStore` keeps them.
  package init(store: any MetadataStore, authority: Authority, pageTokenKey: Redacted<[UInt8]>) {
    self.store = store
    self.authority = authority
    seal = PageSeal(key: pageTokenKey)
  }

  /// Adds the routes below `/v1/projects`.
  package func addRoutes<Context: RequestContext>(to routes: some RouterMethods<Context>) {
    let project = routes.group("v1/projects/:project")
    project.post("occurrences") { await answer($0, $1, createOccurrence) }
    project.post("occurrences:batchCreate") { await answer($0, $1, createOccurrences) }
    project.get("occurrences") { await answer($0, $1, listOccurrences) }
    project.get("occurrences/:occurrence") { await answer($0, $1, getOccurrence) }
    project.get("occurrences/:occurrence/notes") { await answer($0, $1, getNoteOfOccurrence) }
    project.post("notes") { await answer($0, $1, createNote) }
    project.post("notes:batchCreate") { await answer($0, $1, createNotes) }
    project.get("notes") { await answer($0, $1, listNotes) }
    project.get("notes/:note") { await answer($0, $1, getNote) }
    project.get("notes/:note/occurrences") { await answer($0, $1, listOccurrencesOfNote) }
    for method in [HTTPRequest.Method.get, .post, .patch, .delete] {
      routes.on("v1/**", method: method) { request, _ in
        ErrorAnswer(APIError.noSuchMethod("\(method) \(request.uri.path)")).response
      }
    }
  }

  /// Lets `method` answer a call by somebody who is known, and makes an answer of whatever goes wrong.
  private func answer<Answer: Message>(
    _ request: Request, _ context: some RequestContext, _ method: (MetadataCall) async throws -> Answer
  ) async -> Response {
    var caller: Caller?
    do {
      let known = try authority.caller(showing: request.headers[.authorization])
      caller = known
      let answer = try await method(MetadataCall(request, context.parameters, by: known))
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try answer.jsonUTF8Bytes() as [UInt8])))
    } catch {
      log(error, request, caller, context.logger)
      return ErrorAnswer(error as? any Problem ?? APIError.failed).response
    }
  }

  private func log(_ error: any Error, _ request: Request, _ caller: Caller?, _ logger: Logger) {
    var metadata: Logger.Metadata = [
      "caller": "\(caller?.name ?? "unknown")", "method": "\(request.method)", "path": "\(printable(request.uri.path))",
    ]
    switch error {
    case MetadataError.permissionDenied(let right, let on):
      metadata["right"] = "\(right)"
      metadata["on"] = "\(printable(on))"
      logger.warning("a call was refused for want of a right", metadata: metadata)
    case MetadataError.unauthenticated: logger.warning("a call was refused for want of a known token", metadata: metadata)
    case MetadataError.unavailable(let reason):
      metadata["reason"] = "\(reason)"
      logger.error("the store did not answer", metadata: metadata)
    case let problem as any Problem:
      metadata["code"] = "\(problem.code)"
      logger.debug("a call was malformed", metadata: metadata)
    default:
      metadata["error"] = "\(error)"
      logger.error("a call failed", metadata: metadata)
    }
  }
}
