import Hummingbird
package import Images
import Metadata

/// What sort of error a caller is told, by the numbers that gRPC has too.
///
/// Source: google.rpc.Code, with the HTTP mapping that stands there.
package enum StatusCode: Int, Sendable, CaseIterable {
  case invalidArgument = 3
  case notFound = 5
  case alreadyExists = 6
  case permissionDenied = 7
  case resourceExhausted = 8
  case failedPrecondition = 9
  case aborted = 10
  case `internal` = 13
  case unavailable = 14
  case unauthenticated = 16

  /// The code that belongs to a problem; what nobody foresaw is a fault of ours.
  package init(_ problem: any Problem) {
    self =
      switch problem {
      case let error as MetadataError: Self(error)
      case APIError.noSuchMethod: .notFound
      case APIError.bodyTooLarge, APIError.malformedBody, APIError.malformedQuery, APIError.malformedHeader: .invalidArgument
      default: .internal
      }
  }

  private init(_ error: MetadataError) {
    self =
      switch error {
      case .malformedName, .invalid, .malformedFilter, .malformedPageToken, .outOfBounds, .immutable: .invalidArgument
      case .notFound: .notFound
      case .alreadyExists: .alreadyExists
      case .unauthenticated: .unauthenticated
      case .permissionDenied: .permissionDenied
      case .outdated: .aborted
      case .notEmpty: .failedPrecondition
      case .storageFull: .resourceExhausted
      case .unavailable: .unavailable
      }
  }

  /// As it is written in JSON.
  package var name: String {
    switch self {
    case .invalidArgument: "INVALID_ARGUMENT"
    case .notFound: "NOT_FOUND"
    case .alreadyExists: "ALREADY_EXISTS"
    case .permissionDenied: "PERMISSION_DENIED"
    case .resourceExhausted: "RESOURCE_EXHAUSTED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .aborted: "ABORTED"
    case .internal: "INTERNAL"
    case .unavailable: "UNAVAILABLE"
    case .unauthenticated: "UNAUTHENTICATED"
    }
  }

  var http: HTTPResponse.Status {
    switch self {
    case .invalidArgument, .failedPrecondition: .badRequest
    case .notFound: .notFound
    case .alreadyExists, .aborted: .conflict
    case .permissionDenied: .forbidden
    case .resourceExhausted: .tooManyRequests
    case .internal: .internalServerError
    case .unavailable: .serviceUnavailable
    case .unauthenticated: .unauthorized
    }
  }
}
