import Foundation
import Images
import Metadata
import NIOHTTP1

/// The error that Google's REST surface and ours answer with.
///
/// Source: google.rpc.Status in the object `error`, with google.rpc.ErrorInfo among its details.
private struct ErrorAnswer: Decodable {
  struct Body: Decodable {
    let message: String?
    let details: [Detail]?
  }

  struct Detail: Decodable {
    let reason: String?
    let domain: String?
    let metadata: [String: String]?
  }

  let error: Body
}

extension RemoteClient {
  /// The error that the other side had, where it is one of our servers; else what its status says.
  ///
  /// - Parameter path: what was asked for.
  static func error(_ status: HTTPResponseStatus, _ bytes: [UInt8], _ path: String) -> MetadataError {
    let answer = try? JSONDecoder().decode(ErrorAnswer.self, from: Data(bytes)).error
    if let detail = answer?.details?.first(where: { $0.domain == "pratique" }),
      let error = MetadataError(code: detail.reason ?? "", facts: detail.metadata ?? [:])
    {
      return error
    }
    let told = printable(answer?.message ?? "")
    switch status {
    case .notFound: return .notFound(path)
    case .conflict: return .alreadyExists(path)
    case .preconditionFailed: return .outdated(path)
    case .unauthorized: return .unauthenticated
    case .forbidden: return .permissionDenied(right: "a right that the server did not name", on: path)
    case .badRequest: return .invalid(what: "request", reasons: [told])
    default: return .unavailable("it answered with HTTP status \(status.code) \(told)")
    }
  }
}
