import Foundation
import Hummingbird
import Images
import Metadata
import NIOCore
import SwiftProtobuf

/// One call of the API: who calls, what the path, the query and the body say.
struct MetadataCall: Sendable {
  /// A longer body is refused: 1,000 occurrences of 4 KB each fit.
  static let bodyLimitBytes = 4 << 20

  let caller: Caller
  let project: ProjectName
  private let request: Request
  private let parameters: Parameters
  private let query: [String: String]

  /// - Throws: `MetadataError.malformedName`, `APIError.malformedQuery`.
  init(_ request: Request, _ parameters: Parameters, by caller: Caller) throws {
    self.caller = caller
    self.request = request
    self.parameters = parameters
    query = try Self.query(request.uri.query ?? "")
    project = try ProjectName(id: Self.segment("project", parameters))
  }

  func noteName() throws -> NoteName { try NoteName(project: project, id: Self.segment("note", parameters)) }

  func occurrenceName() throws -> OccurrenceName {
    try OccurrenceName(project: project, id: Self.segment("occurrence", parameters))
  }

  /// - Throws: `MetadataError.permissionDenied`.
  func require(_ right: Right, in project: ProjectName) throws(MetadataError) {
    guard caller.may(right, in: project) else {
      throw .permissionDenied(right: right.rawValue, on: project.description)
    }
  }

  // MARK: The path and the query

  private static func segment(_ name: String, _ parameters: Parameters) -> String {
    let raw = parameters.get(name) ?? ""
    return raw.removingPercentEncoding ?? raw
  }

  var noteID: String { query["noteId"] ?? "" }

  func filter() throws(MetadataError) -> OccurrenceFilter { try OccurrenceFilter(parsing: query["filter"] ?? "") }

  /// The page that is asked for: 20 items unless `pageSize` says more or fewer, at most 1,000.
  ///
  /// - Throws: `MetadataError.outOfBounds`, `.malformedPageToken`, `APIError.malformedQuery`.
  func page(of list: [String], _ seal: PageSeal) throws -> PageRequest {
    guard let size = Int(query["pageSize"] ?? "0") else { throw APIError.malformedQuery("pageSize is no whole number") }
    let token = query["pageToken"].flatMap { $0.isEmpty ? nil : $0 }
    let page = PageRequest(size: size == 0 ? 20 : size, token: try token.map { try seal.opened($0, of: list) })
    try page.checkSize()
    return page
  }

  private static let known: Set = [
    "filter", "pageSize", "pageToken", "returnPartialSuccess", "noteId", "page_size", "page_token", "note_id",
  ]

  /// Names that begin with `$` are the system parameters that Google's clients add, as `$alt`; they change nothing here.
  private static func query(_ text: String) throws(APIError) -> [String: String] {
    var found: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
      guard let name = decoded[0], decoded.count == 2, let value = decoded[1] else {
        throw .malformedQuery("\"\(printable(pair))\" is not a percent-encoded name=value")
      }
      if name.hasPrefix("$") { continue }
      guard known.contains(name) else { throw .malformedQuery("\"\(printable(name))\" is unknown") }
      let field = ["page_size": "pageSize", "page_token": "pageToken", "note_id": "noteId"][name] ?? name
      guard found.updateValue(value, forKey: field) == nil else { throw .malformedQuery("\(field) stands twice") }
    }
    return found
  }

  // MARK: The body

  /// Reads the body as proto3 JSON. Unknown fields, duplicate keys and deep nesting are refused, and so is a body that a
  /// page in a browser could send here without asking first.
  ///
  /// - Throws: `APIError.malformedBody`, `.bodyTooLarge`.
  func body<Body: Message>(as type: Body.Type) async throws -> Body {
    let contentType = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    guard contentType == "application/json" else { throw APIError.malformedBody("its content type is not application/json") }
    let bytes = try await bytes()
    do {
      _ = try JSONDocument(parsing: bytes, atMost: Self.bodyLimitBytes)
    } catch {
      throw APIError.malformedBody(String(error.problem.dropLast()))
    }
    do {
      return try Body(jsonUTF8Bytes: bytes)
    } catch let error as JSONDecodingError {
      throw APIError.malformedBody(Self.reason(error))
    }
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
}
