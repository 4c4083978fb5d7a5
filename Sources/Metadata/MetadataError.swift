import Images

/// What can go wrong between a caller and the metadata. Each case has one code of `google.rpc.Code`.
package enum MetadataError: Problem, Equatable {
  case malformedName(String, form: String)
  /// INVALID_ARGUMENT. `what` is `note` or `occurrence`; reasons name the field and the mend.
  case invalid(what: String, reasons: [String])
  case notFound(String)
  case alreadyExists(String)
  case malformedFilter(offset: Int, because: String)
  case malformedPageToken
  /// INVALID_ARGUMENT: page size or batch outside its bounds.
  case outOfBounds(what: String, got: Int, bounds: String)
  /// UNAUTHENTICATED: the server does not know who is asking.
  case unauthenticated
  /// PERMISSION_DENIED: the caller lacks `right` on `on`.
  case permissionDenied(right: String, on: String)
  /// INVALID_ARGUMENT: an update would change a field that never changes.
  case immutable(field: String)
  /// ABORTED: somebody else changed it first.
  case outdated(String)
  /// FAILED_PRECONDITION: a project that still holds something.
  case notEmpty(String)
  /// RESOURCE_EXHAUSTED: the disk or database of the store has no room; what is there can still be read.
  case storageFull(String)
  /// UNAVAILABLE: the store or server behind the interface did not answer.
  case unavailable(String)

  package var code: String {
    switch self {
    case .malformedName: "malformed-name"
    case .invalid: "invalid-message"
    case .notFound: "not-found"
    case .alreadyExists: "already-exists"
    case .malformedFilter: "malformed-filter"
    case .malformedPageToken: "malformed-page-token"
    case .outOfBounds: "out-of-bounds"
    case .unauthenticated: "unauthenticated"
    case .permissionDenied: "permission-denied"
    case .immutable: "immutable-field"
    case .outdated: "outdated"
    case .notEmpty: "not-empty"
    case .storageFull: "storage-full"
    case .unavailable: "metadata-unavailable"
    }
  }

  package var problem: String {
    switch self {
    case .malformedName(let text, let form): "\"\(printable(text))\" is not a name of the form \(form)."
    case .invalid(let what, let reasons): "\(what) is invalid: [\(reasons.joined(separator: ", "))]."
    case .notFound(let name): "\(printable(name)) was not found."
    case .alreadyExists(let name): "\(printable(name)) exists already."
    case .malformedFilter(let offset, let reason): "The filter is malformed at character \(offset): \(reason)."
    case .malformedPageToken: "The page token is not one that this server gave for this request."
    case .outOfBounds(let what, let got, let bounds): "\(what) is \(got); it must be \(bounds)."
    case .unauthenticated: "The caller showed no token that the metadata server knows."
    case .permissionDenied(let right, let on): "The caller lacks \(right) on \(printable(on))."
    case .immutable(let field): "\(field) cannot be changed."
    case .outdated(let name): "\(printable(name)) was changed by somebody else in the meantime."
    case .notEmpty(let name): "\(printable(name)) still holds notes or occurrences."
    case .storageFull(let reason): "The store has no room for it: \(reason)."
    case .unavailable(let reason): "The metadata did not answer: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedName: "Write the full resource name."
    case .invalid: "Set the fields that are named and send it again."
    case .notFound: "Check the name; list its project to see what is there."
    case .alreadyExists: "Use another id, or go on with the one that exists."
    case .malformedFilter: "Compare with the fields and examples in Documentation/guides/filters.md."
    case .malformedPageToken: "Start again without a page token."
    case .outOfBounds: "Choose a value inside the bounds."
    case .unauthenticated: "Send a known token in the header Authorization: Bearer TOKEN."
    case .permissionDenied: "Ask the owner of the project or note for that right."
    case .immutable: "Leave the field out of the update, or create a new one and delete this one."
    case .outdated: "Read it again, make the change on what you find, and send its etag."
    case .notEmpty: "Delete its occurrences and notes first."
    case .storageFull: "Make room on the disk of the store, then send it again; nothing of it was kept."
    case .unavailable: "Check that the metadata server runs and can be reached, then try again."
    }
  }
}
