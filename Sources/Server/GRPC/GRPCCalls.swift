import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import Images
import Logging
import Metadata
import ServiceLifecycle

/// One call over gRPC: who calls, and what the metadata says beside the message.
struct GRPCCall: Sendable {
  let caller: Caller
  /// Of the state that the caller knows, from the metadata key `if-match`; nil where any will do.
  let etag: String?
}

/// Lets calls through from those who are known, and makes a status of whatever goes wrong.
struct GRPCCalls: Sendable {
  /// For one answer; a caller's own deadline may be shorter.
  static let limit: Duration = .seconds(60)

  let authority: Authority
  let logger: Logger

  /// Answers a call.
  ///
  /// - Throws: `RPCError` and nothing else, with a `google.rpc.Status` in its metadata that names the problem's code.
  func answer<Answer: Sendable>(
    _ metadata: GRPCCore.Metadata, _ context: ServerContext, within limit: Duration,
    _ answer: @escaping @Sendable (GRPCCall) async throws -> Answer
  ) async throws -> Answer {
    var caller: Caller?
    do {
      let known = try self.caller(metadata, context)
      caller = known
      let etag = metadata[stringValues: "if-match"].first { _ in true }
      let call = GRPCCall(caller: known, etag: etag.flatMap { $0 == "*" || $0.isEmpty ? nil : $0 })
      return try await Self.bounded(context, within: limit) { try await answer(call) }
    } catch {
      throw refusal(error, by: caller, context)
    }
  }

  /// Writes answers until the caller goes away or the server stops.
  ///
  /// - Throws: `RPCError` and nothing else; UNAVAILABLE when the server stops, so that the caller comes again.
  func stream(
    _ metadata: GRPCCore.Metadata, _ context: ServerContext, _ write: @escaping @Sendable () async throws -> Void
  ) async throws {
    let caller = try? self.caller(metadata, context)
    do {
      try await cancelWhenGracefulShutdown { try await Self.bounded(context, within: nil, write) }
      throw CancellationError()
    } catch  where error is CancellationError || (error as? RPCError)?.code == .cancelled {
      // The transport cancels calls when it stops, too; a caller who went away reads no status.
      throw RPCError(code: .unavailable, message: "The server is stopping. Ask again from the last position.")
    } catch {
      throw refusal(error, by: caller, context)
    }
  }

  private func caller(_ metadata: GRPCCore.Metadata, _ context: ServerContext) throws(MetadataError) -> Caller {
    let transport = context.transportSpecific as? HTTP2ServerTransport.Posix.Context
    return try authority.caller(
      showing: metadata[stringValues: "authorization"].first { _ in true },
      certificate: transport?.peerCertificate.map { PeerCertificate($0) }, logger: logger)
  }

  /// Ends `work` when the caller no longer waits for it, or after `limit`.
  private static func bounded<Answer: Sendable>(
    _ context: ServerContext, within limit: Duration?, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await context.cancellation.cancelled
        throw RPCError(code: .cancelled, message: "The caller no longer waits.")
      }
      if let limit {
        group.addTask {
          try await Task.sleep(for: limit)
          throw RPCError(code: .deadlineExceeded, message: "The server did not answer in time.")
        }
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  private func refusal(_ error: any Error, by caller: Caller?, _ context: ServerContext) -> RPCError {
    if let status = error as? RPCError { return status }
    CallLog(["method": "gRPC", "path": "\(context.descriptor)"], by: caller, to: logger).record(error)
    return RPCError(error as? any Problem ?? APIError.failed)
  }
}

extension RPCError {
  /// A problem as a status of gRPC, with the same details as over REST.
  init(_ problem: any Problem) {
    let code = Status.Code(rawValue: StatusCode(problem).rawValue).flatMap { RPCError.Code($0) } ?? .internalError
    self.init(
      GoogleRPCStatus(
        code: code, message: "\(problem.problem) \(problem.remedy)",
        details: .errorInfo(
          reason: problem.code, domain: "pratique", metadata: (problem as? MetadataError)?.facts ?? [:])))
  }
}
