import HTTPTypes
package import Hummingbird
import Images
import NIOCore

/// The gate's doors: `POST /validate`, `POST /mutate`, and for those who run it `/healthz`, `/readyz` and `/metrics`.
package struct GateResponder: HTTPResponder {
  package typealias Context = BasicRequestContext

  private let gate: Gate
  private let readiness: @Sendable () -> [String]
  private let notes: @Sendable () -> [String]
  private let isDraining: @Sendable () -> Bool
  private let gauges: @Sendable () -> [GateGauge]

  /// - Parameters:
  ///   - readiness: why the gate should not be asked; empty when it is ready.
  ///   - notes: what is amiss without keeping the gate from answering.
  ///   - isDraining: whether clients should go elsewhere with their next request.
  ///   - gauges: what the metrics tell beside the gate's own.
  package init(
    _ gate: Gate, readiness: @escaping @Sendable () -> [String] = { [] },
    notes: @escaping @Sendable () -> [String] = { [] }, isDraining: @escaping @Sendable () -> Bool = { false },
    gauges: @escaping @Sendable () -> [GateGauge] = { [] }
  ) {
    self.gate = gate
    self.readiness = readiness
    self.notes = notes
    self.isDraining = isDraining
    self.gauges = gauges
  }

  /// Answers one request; nothing it is sent makes it throw.
  package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var response = await answer(request)
    if request.method == .head { response.body = ResponseBody() }
    if isDraining() { response.headers[.connection] = "close" }
    return response
  }

  private func answer(_ request: Request) async -> Response {
    switch (request.method, request.uri.path) {
    case (.post, "/validate"): return await review(request, mayPatch: false)
    case (.post, "/mutate"): return await review(request, mayPatch: true)
    case (.get, "/healthz"): return text("ok\n")
    case (.get, "/readyz"):
      let faults = (isDraining() ? ["the gate is about to stop"] : []) + readiness()
      let well = (["ok"] + notes()).joined(separator: "\n") + "\n"
      return faults.isEmpty ? text(well) : text(faults.joined(separator: "\n") + "\n", .serviceUnavailable)
    case (.get, "/metrics"):
      let own = (
        name: "pratique_admission_cached_answers", help: "Answers about images held in memory.", value: gate.cache.count
      )
      return text(gate.metrics.text(gauges: [own] + gauges()), type: "text/plain; version=0.0.4")
    case (_, "/validate"), (_, "/mutate"): return text("POST an AdmissionReview.\n", .methodNotAllowed)
    default: return text("not found\n", .notFound)
    }
  }

  private func review(_ request: Request, mayPatch: Bool) async -> Response {
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: gate.settings.limitBodyBytes)
    } catch is NIOTooManyBytesError {
      return refusal(.init(.notJSON(.tooLarge(limitBytes: gate.settings.limitBodyBytes)), uid: ""), .contentTooLarge)
    } catch {
      return refusal(.init(.notAReview, uid: ""), .badRequest)
    }
    let asked: AdmissionRequest
    do {
      let document = try JSONDocument(parsing: Array(body.readableBytesView), atMost: gate.settings.limitBodyBytes)
      asked = try AdmissionRequest(document.root)
    } catch let error as AdmissionReviewError {
      // With an id the API server can be answered, and shows the reason; without, the request itself is bad.
      return refusal(error, error.uid.isEmpty ? .badRequest : .ok)
    } catch {
      let fault = (error as? JSONError).map(AdmissionReviewError.Fault.notJSON) ?? .notAReview
      return refusal(.init(fault, uid: ""), .badRequest)
    }
    return json(await gate.answer(to: asked, mayPatch: mayPatch).review(uid: asked.uid, version: asked.version))
  }

  private func refusal(_ error: AdmissionReviewError, _ status: HTTPResponse.Status) -> Response {
    let answer = AdmissionAnswer(.refused, codes: [error.code], message: error.description)
    gate.metrics.add(answer, isDryRun: false, took: .zero)
    return json(answer.review(uid: error.uid, version: error.version), status)
  }

  private func json(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .contentLength: "\(bytes.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private func text(
    _ text: String, _ status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type, .contentLength: "\(text.utf8.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
