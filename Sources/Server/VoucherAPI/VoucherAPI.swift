package import Hummingbird
import Images
import Logging
import NIOCore
import Policies

/// The checks over HTTP, in the paths, bodies and status codes of Voucher, so that its client can ask here.
///
/// `POST /{check|group|all}` runs and attests, `POST /{…}/verify` verifies what is attested, `GET /services/ping` says that
/// the server is there, and `POST /notifications` takes what registries tell of pushes.
///
/// Source: Voucher, `server/README.md`; errors are plain text there and here.
package struct VoucherAPI: Sendable {
  private enum Limits {
    static let bodyBytes = 16 << 10
  }

  private let suite: CheckSuite
  private let doorkeeper: CheckDoorkeeper
  private let pushes: PushedImages?

  /// - Parameter pushes: nil where no notifications are taken.
  package init(_ suite: CheckSuite, doorkeeper: CheckDoorkeeper, pushes: PushedImages? = nil) {
    (self.suite, self.doorkeeper, self.pushes) = (suite, doorkeeper, pushes)
  }

  /// Adds all paths.
  package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
    router.get("services/ping") { _, _ in Response(status: .ok) }
    router.post(":name") { request, context in
      await answer(request, context) { entries, image in await suite.results(of: entries, on: image) }
    }
    router.post(":name/verify") { request, context in
      await answer(request, context) { entries, image in await suite.verification(of: entries, on: image) }
    }
    if let pushes { router.post("notifications") { request, context in await take(request, context, into: pushes) } }
  }

  private func answer(
    _ request: Request, _ context: some RequestContext,
    _ run: ([Checklist.Entry], PinnedReference) async -> [CheckResult]
  ) async -> Response {
    let caller: String
    switch await visitor(request, context) {
    case .known(let name): caller = name
    case .unknown: return Self.unauthorized
    case .untold: return Self.crowded
    }
    let name = context.parameters.get("name") ?? ""
    guard let entries = suite.checklist.entries(for: name) else {
      return Response(text: "check \(printable(name)) is not available\n", .notFound)
    }
    let image: PinnedReference
    do {
      image = try await Self.image(request)
    } catch {
      return Response(text: "\(error.problem)\n", error.status)
    }
    let results = await run(entries, image)
    for result in results {
      context.logger.info(
        "an image was checked",
        metadata: [
          "caller": "\(caller)", "image": "\(image)", "check": "\(result.name)", "verdict": "\(result.verdict.code)",
          "attested": "\(result.isAttested)", "reasons": "\(result.verdict.reasons.map(\.code).joined(separator: ","))",
        ])
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: VoucherAnswer(image, results).json + "\n")))
  }

  private func visitor(_ request: Request, _ context: some RequestContext) async -> CheckDoorkeeper.Visitor {
    let visitor = await doorkeeper.visitor(showing: request.headers[.authorization])
    switch visitor {
    case .known: break
    case .unknown: context.logger.warning("a caller of checks was not recognised")
    case .untold: context.logger.warning("too many passwords wait to be checked")
    }
    return visitor
  }

  private static var crowded: Response { Response(text: "too many passwords are waiting\n", .serviceUnavailable) }

  private static var unauthorized: Response {
    var response = Response(text: "username or password is incorrect\n", .unauthorized)
    response.headers[.wwwAuthenticate] = "Basic realm=\"checks\""
    return response
  }

  private struct Malformed: Error {
    let problem: String
    var status = HTTPResponse.Status.unprocessableContent
  }

  /// The image of the body `{"image_url": "repository@digest"}`; further members are passed over, as Voucher does.
  private static func image(_ request: Request) async throws(Malformed) -> PinnedReference {
    let body = try await bytes(request, atMost: Limits.bodyBytes)
    do {
      guard let url = try JSONDocument(parsing: body, atMost: Limits.bodyBytes, depth: 16).root["image_url"]?.string else {
        throw Malformed(problem: "The body has no image_url.")
      }
      return try PinnedReference(parsing: url)
    } catch let malformed as Malformed {
      throw malformed
    } catch {
      throw Malformed(problem: (error as? any Problem)?.problem ?? "The body cannot be read.")
    }
  }

  /// The body as JSON. A page in a browser cannot send one without asking first, so nothing else is taken.
  private static func bytes(_ request: Request, atMost limit: Int) async throws(Malformed) -> [UInt8] {
    let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
    guard type == "application/json" || type.hasPrefix("application/vnd.docker.distribution.events.") else {
      throw Malformed(problem: "The content type is not application/json.")
    }
    do {
      return Array(buffer: try await request.body.collect(upTo: limit))
    } catch is NIOTooManyBytesError {
      throw Malformed(problem: "The body is longer than \(limit) bytes.", status: .contentTooLarge)
    } catch {
      throw Malformed(problem: "The body did not come.")
    }
  }

  // MARK: Notifications

  private func take(_ request: Request, _ context: some RequestContext, into pushes: PushedImages) async -> Response {
    switch await visitor(request, context) {
    case .known: break
    case .unknown: return Self.unauthorized
    case .untold: return Self.crowded
    }
    let images: [PinnedReference]
    do throws(Malformed) {
      let body = try await Self.bytes(request, atMost: RegistryEvents.limitBytes)
      do throws(JSONError) {
        images = try RegistryEvents.pushed(in: body, at: suite.checklist.registries)
      } catch {
        throw Malformed(problem: error.problem)
      }
    } catch {
      return Response(text: "\(error.problem)\n", error.status)
    }
    var refused = 0
    for image in images where await pushes.offer(image) == .full { refused += 1 }
    context.logger.info("pushes were told", metadata: ["images": "\(images.count)", "refused": "\(refused)"])
    // The registry tells again what was not taken; what was is then known already.
    return refused == 0 ? Response(status: .accepted) : Response(text: "too many images are waiting\n", .serviceUnavailable)
  }
}
