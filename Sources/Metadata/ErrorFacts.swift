/// An error as it travels between servers: its code and its facts, from which the other side has the same error again.
///
/// Source: google.rpc.ErrorInfo (`reason`, `metadata`); errors are told apart by code, never by their text.
extension MetadataError {
  /// What the error says besides its code. Lists are joined by line feeds.
  package var facts: [String: String] {
    switch self {
    case .malformedName(let text, let form): ["name": text, "form": form]
    case .invalid(let what, let reasons): ["what": what, "reasons": reasons.joined(separator: "\n")]
    case .notFound(let name), .alreadyExists(let name): ["name": name]
    case .malformedFilter(let offset, let reason): ["offset": String(offset), "because": reason]
    case .malformedPageToken, .unauthenticated: [:]
    case .outOfBounds(let what, let got, let bounds): ["what": what, "got": String(got), "bounds": bounds]
    case .permissionDenied(let right, let on): ["right": right, "on": on]
    case .immutable(let field): ["field": field]
    case .outdated(let name), .notEmpty(let name): ["name": name]
    case .storageFull(let reason), .unavailable(let reason): ["because": reason]
    }
  }

  /// The error that `code` and `facts` were taken from; nil when they are not from this list.
  package init?(code: String, facts: [String: String]) {
    func fact(_ key: String) -> String { facts[key] ?? "" }
    switch code {
    case "malformed-name": self = .malformedName(fact("name"), form: fact("form"))
    case "invalid-message":
      self = .invalid(what: fact("what"), reasons: fact("reasons").split(separator: "\n").map(String.init))
    case "not-found": self = .notFound(fact("name"))
    case "already-exists": self = .alreadyExists(fact("name"))
    case "malformed-filter": self = .malformedFilter(offset: Int(fact("offset")) ?? 0, because: fact("because"))
    case "malformed-page-token": self = .malformedPageToken
    case "out-of-bounds": self = .outOfBounds(what: fact("what"), got: Int(fact("got")) ?? 0, bounds: fact("bounds"))
    case "unauthenticated": self = .unauthenticated
    case "permission-denied": self = .permissionDenied(right: fact("right"), on: fact("on"))
    case "immutable-field": self = .immutable(field: fact("field"))
    case "outdated": self = .outdated(fact("name"))
    case "not-empty": self = .notEmpty(fact("name"))
    case "storage-full": self = .storageFull(fact("because"))
    case "metadata-unavailable": self = .unavailable(fact("because"))
    default: return nil
    }
  }
}
