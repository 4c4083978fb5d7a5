import Foundation
import Hummingbird
import Images
import Metadata
import NIOCore
import SwiftProtobuf

/// One call over REST: who calls, what the path, the query, the headers and the body say, and how to answer.
struct RESTCall: Sendable {
  /// A longer body is refused: 1,000 occurrences of 4 KB each fit.
  static let bodyLimitBytes = 4 << 20

  let caller: Caller
  /// The resource that the path names: `projects/P`, `projects/P/notes/N`.
  let name: String
  let log: CallLog
  private let request: Request
  private let query: RESTQuery

  /// - Throws: `APIError.malformedQuery`.
  init(_ request: Request, of route: Route, naming name: String, by caller: Caller, _ log: CallLog) throws(APIError) {
    (self.request, self.name, self.caller, self.log) = (request, name, caller, log)
    query = try RESTQuery(parsing: request.uri.query ?? "", knowing: route.parameters)
  }

  // MARK: The query and the headers

  /// A parameter by its name in camelCase; empty when it is absent.
  subscript(parameter: String) -> String { query.values[parameter] ?? "" }

  /// - Throws: `APIError.malformedQuery` for what is no whole number.
  func number<Number: FixedWidthInteger>(_ parameter: String, as type: Number.Type = Number.self) throws(APIError) -> Number {
    let text = self[parameter]
    guard let number = text.isEmpty ? 0 : Number(text) else { throw .malformedQuery("\(parameter) is no whole number") }
    return number
  }

  /// The fields that an update changes, in the names of the schema: `updateMask=shortDescription,build.builder_version`.
  var updateMask: Google_Protobuf_FieldMask {
    let paths = self["updateMask"].split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
    return .with {
      $0.paths = paths.map { path in
        path.map { $0.isASCII && $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
      }
    }
  }

  /// The value of the header `Last-Event-ID`.
  var lastEventID: String? { request.headers.first { $0.name.canonicalName == "last-event-id" }?.value }

  /// Whether the caller wants one JSON document rather than a stream of events.
  var wantsDocument: Bool {
    let accepted = request.headers[.accept] ?? ""
    return accepted.contains("application/json") && !accepted.contains("text/event-stream")
  }

  /// The state of the resource that the call is meant for, from the header `If-Match`; nil for whatever is there.
  ///
  /// Source: RFC 9110 section 13.1.1; of its list form only a list of one is understood.
  ///
  /// - Throws: `APIError.malformedHeader`.
  func etag() throws(APIError) -> String? {
    guard let header = request.headers[.ifMatch], header != "*" else { return nil }
    guard header.count > 2, header.hasPrefix("\""), header.hasSuffix("\""), !header.dropFirst().dropLast().contains("\"") else {
      throw .malformedHeader("If-Match holds not one entity tag in double quotes")
    }
    return String(header.dropFirst().dropLast())
  }

  // MARK: The body

  /// Reads the body as proto3 JSON. Unknown fields, duplicate keys and deep nesting are refused, and so is a body that a
  /// page in a browser could send here without asking first.
  ///
  /// - Throws: `APIError.malformedBody`, `.bodyTooLarge`.
  func body<Body: Message>(as type: Body.Type = Body.self) async throws -> Body {
    let document = try await document()
    do {
      return try Body(jsonUTF8Bytes: Array(document.root.rawBytes))
    } catch let error as JSONDecodingError {
      throw APIError.malformedBody(Self.reason(error))
    }
  }

  /// Reads the body as JSON of no message.
  ///
  /// - Throws: `APIError.malformedBody`, `.bodyTooLarge`.
  func document() async throws -> JSONDocument {
    let contentType = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    guard contentType == "application/json" else { throw APIError.malformedBody("its content type is not application/json") }
    let bytes = try await bytes()
    do {
      return try JSONDocument(parsing: bytes, atMost: Self.bodyLimitBytes)
    } catch {
      throw APIError.malformedBody(String(error.problem.dropLast()))
    }
  }

  /// The resource of the path, which the body may repeat and not contradict.
  ///
  /// - Throws: `APIError.malformedBody`.
  func name(unlike field: String, _ inBody: String) throws(APIError) -> String {
    guard inBody.isEmpty || withoutLocation(inBody) == name else {
      throw .malformedBody("\(field) is not the \(field == "parent" ? "project" : "resource") in the path")
    }
    return name
  }

  private func bytes() async throws -> [UInt8] {
    let tooLarge = APIError.bodyTooLarge(limitBytes: Self.bodyLimitBytes)
    if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.bodyLimitBytes { throw tooLarge }
    do {
      return Array(buffer: try await request.body.collect(upTo: Self.bodyLimitBytes))
    } catch is NIOTooManyBytesError {
      throw tooLarge
    }
  }

  private static func reason(_ error: JSONDecodingError) -> String {
    switch error {
    case .unknownField(let name): "the field \"\(printable(name))\" is unknown"
    default: "it does not fit the message (\(printable("\(error)")))"
    }
  }

  // MARK: The answer

  /// A message as JSON, with the enums as numbers where the caller asked for that.
  func answer(_ message: some Message) throws -> Response { try answer(message, headers: [:]) }

  /// A note or an occurrence as JSON, with the tag that `If-Match` takes.
  func answer(tagged message: some Message) throws -> Response {
    try answer(message, headers: [.eTag: "\"\(Metadata.etag(of: message))\""])
  }

  /// The text of a message as this caller reads it.
  func json(_ message: some Message) throws -> String {
    var options = JSONEncodingOptions()
    options.useDeterministicOrdering = true
    options.alwaysPrintEnumsAsInts = query.wantsNumbers
    return try message.jsonString(options: options)
  }

  private func answer(_ message: some Message, headers: HTTPFields) throws -> Response {
    answer(json: try json(message), headers: headers)
  }

  func answer(json: String, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}
