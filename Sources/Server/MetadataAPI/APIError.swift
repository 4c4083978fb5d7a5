import Foundation
import Hummingbird
import Images
import Metadata

/// What can be wrong with a call before it reaches the metadata. Each case is one code of `google.rpc.Code`.
enum APIError: Problem, Equatable {
  case malformedBody(String)
  case bodyTooLarge(limitBytes: Int)
  case malformedQuery(String)
  case malformedHeader(String)
  case noSuchMethod(String)
  /// A fault of ours; the log knows more than the caller is told.
  case failed

  var code: String {
    switch self {
    case .malformedBody: "malformed-body"
    case .bodyTooLarge: "body-too-large"
    case .malformedQuery: "malformed-query"
    case .malformedHeader: "malformed-header"
    case .noSuchMethod: "no-such-method"
    case .failed: "internal-failure"
    }
  }

  var problem: String {
    switch self {
    case .malformedBody(let reason): "The body cannot be read: \(reason)."
    case .bodyTooLarge(let limit): "The body is longer than \(limit) bytes."
    case .malformedQuery(let reason): "The query cannot be read: \(reason)."
    case .malformedHeader(let reason): "A header cannot be read: \(reason)."
    case .noSuchMethod(let call): "This server has no method for \(printable(call))."
    case .failed: "The server failed."
    }
  }

  var remedy: String {
    switch self {
    case .malformedBody: "Send the message of grafeas.v1 as JSON, with the header Content-Type: application/json."
    case .bodyTooLarge: "Split it into smaller batches."
    case .malformedQuery: "Use the parameters that the method has, each at most once, percent-encoded."
    case .malformedHeader: "Leave the header out, or send what this server gave."
    case .noSuchMethod: "See Documentation/guides/metadata.md for the routes."
    case .failed: "Look for the time of this request in the server's log."
    }
  }
}

extension APIError {
  /// The status of HTTP, where HTTP knows better than `google.rpc.Code`.
  fileprivate var http: Int? {
    if case .bodyTooLarge = self { HTTPResponse.Status.contentTooLarge.code } else { nil }
  }
}

/// An error as Google's REST surface writes it: the object `error` with code, message, status and details.
///
/// Source: google.rpc.Status and google.rpc.ErrorInfo in the form that the Google API clients read.
struct ErrorAnswer: Encodable {
  struct Body: Encodable {
    let code: Int
    let message: String
    let status: String
    let details: [Detail]
  }

  struct Detail: Encodable {
    let type = "type.googleapis.com/google.rpc.ErrorInfo"
    let reason: String
    let domain = "pratique"
    let metadata: [String: String]

    enum CodingKeys: String, CodingKey {
      case type = "@type"
      case reason, domain, metadata
    }
  }

  let error: Body

  init(_ problem: any Problem) {
    let status = StatusCode(problem)
    error = Body(
      code: (problem as? APIError).flatMap(\.http) ?? status.http.code,
      message: "\(problem.problem) \(problem.remedy)", status: status.name,
      details: [Detail(reason: problem.code, metadata: (problem as? MetadataError)?.facts ?? [:])])
  }

  /// One line of JSON.
  var json: String { String(decoding: (try? JSONEncoder().encode(self)) ?? Data(), as: UTF8.self) }

  /// The answer on the wire.
  var response: Response {
    Response(
      status: .init(code: error.code), headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}
