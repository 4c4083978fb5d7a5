package import Hummingbird
import Images
import Logging
import Metadata

/// The metadata service over REST and JSON.
///
/// Source: the HTTP bindings of grafeas.v1, grafeas.v1.project, containeranalysis.v1 and binaryauthorization.v1;
/// google.rpc.Status for errors.
package struct MetadataAPI: Sendable {
  let service: MetadataService
  let policies: PolicyService
  private let authority: Authority

  /// - Parameter policies: nil for those of the service, without a system policy.
  package init(_ service: MetadataService, policies: PolicyService? = nil, authority: Authority) {
    self.service = service
    self.policies = policies ?? PolicyService(service)
    self.authority = authority
  }

  /// Every binding, below `/v1`. `*` is one segment and `**` the rest; what they match is the resource that the method is
  /// told. Each stands for the binding with `/locations/*` after the project too.
  private var routes: [Route] {
    let list: Set = ["filter", "pageSize", "pageToken", "returnPartialSuccess"]
    return [
      Route(.get, "projects/*/occurrences/*", getOccurrence),
      Route(.get, "projects/*/occurrences", list, listOccurrences),
      Route(.post, "projects/*/occurrences", createOccurrence),
      Route(.post, "projects/*/occurrences:batchCreate", batchCreateOccurrences),
      Route(.patch, "projects/*/occurrences/*", ["updateMask"], updateOccurrence),
      Route(.delete, "projects/*/occurrences/*", deleteOccurrence),
      Route(.get, "projects/*/occurrences/*/notes", getOccurrenceNote),
      Route(.get, "projects/*/notes/*", getNote),
      Route(.get, "projects/*/notes", list, listNotes),
      Route(.post, "projects/*/notes", ["noteId"], createNote),
      Route(.post, "projects/*/notes:batchCreate", batchCreateNotes),
      Route(.patch, "projects/*/notes/*", ["updateMask"], updateNote),
      Route(.delete, "projects/*/notes/*", deleteNote),
      Route(.get, "projects/*/notes/*/occurrences", list, listNoteOccurrences),
      Route(.get, "projects/*/occurrences:vulnerabilitySummary", list, getVulnerabilityOccurrencesSummary),
      Route(.post, "projects/*/notes/*:setIamPolicy", setIamPolicy),
      Route(.post, "projects/*/notes/*:getIamPolicy", getIamPolicy),
      Route(.post, "projects/*/notes/*:testIamPermissions", testIamPermissions),
      Route(.post, "projects/*/occurrences/*:setIamPolicy", setIamPolicy),
      Route(.post, "projects/*/occurrences/*:getIamPolicy", getIamPolicy),
      Route(.post, "projects/*/occurrences/*:testIamPermissions", testIamPermissions),
      Route(.post, "projects/*:setIamPolicy", setIamPolicy),
      Route(.post, "projects/*:getIamPolicy", getIamPolicy),
      Route(.post, "projects/*:testIamPermissions", testIamPermissions),
      Route(.post, "projects/*/resources/**:exportSBOM", exportSBOM),
      Route(.get, "projects/*/documents/*", getDocument),
      Route(.post, "projects", createProject),
      Route(.get, "projects", ["filter", "pageSize", "pageToken"], listProjects),
      Route(.get, "projects/*", getProject),
      Route(.delete, "projects/*", deleteProject),
      Route(
        .get, "projects/*/affectedImages",
        ["cve", "package", "keyId", "baseImage", "versionRange", "pageSize", "pageToken"], listAffectedImages),
      Route(.get, "projects/*/changes", ["filter", "after"], watchChanges),
      Route(.get, "projects/*/changes:position", getPosition),
    ]
  }

  /// Adds all that is below `/v1`.
  package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
    let routes = routes + policyRoutes
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("v1/**", method: method) { request, context in await answer(request, context, routes) }
    }
  }

  /// Adds `/healthz`, which says that the process runs, and `/readyz`, which says whether its store answers.
  package func addHealth<Context: RequestContext>(to router: some RouterMethods<Context>) {
    router.get("healthz") { _, _ in "ok\n" }
    router.get("readyz") { _, context in
      guard let reason = await service.unreadiness() else { return Response(text: "ok\n", .ok) }
      context.logger.error("the server is not ready", metadata: ["reason": "\(reason)"])
      return Response(text: reason + "\n", .serviceUnavailable)
    }
  }

  /// Lets a method answer a call by somebody who is known, and makes an answer of whatever goes wrong.
  private func answer(_ request: Request, _ context: some RequestContext, _ routes: [Route]) async -> Response {
    var caller: Caller?
    do {
      let known = try authority.caller(
        showing: request.headers[.authorization], certificate: (context as? any PeerAware)?.peer, logger: context.logger)
      caller = known
      guard let (route, name) = try routes.route(of: request.method, request.uri.path) else {
        throw APIError.noSuchMethod("\(request.method) \(request.uri.path)")
      }
      let log = CallLog(Self.facts(request), by: known, to: context.logger)
      return try await route.answer(RESTCall(request, of: route, naming: name, by: known, log))
    } catch {
      CallLog(Self.facts(request), by: caller, to: context.logger).record(error)
      return ErrorAnswer(error as? any Problem ?? APIError.failed).response
    }
  }

  private static func facts(_ request: Request) -> Logger.Metadata {
    ["method": "\(request.method)", "path": "\(printable(request.uri.path))"]
  }
}

extension Response {
  init(text: String, _ status: HTTPResponse.Status) {
    self.init(
      status: status, headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
