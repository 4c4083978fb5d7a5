import Images

/// What can go wrong with keys and statements before any verdict.
package enum AttestationError: Problem, Equatable {
  case malformedKey(String)
  /// The same public key stands in two attestors, so one person could count as two.
  case sharedKey(keyID: String, first: String, second: String)

  package var code: String {
    switch self {
    case .malformedKey: "malformed-key"
    case .sharedKey: "shared-key"
    }
  }

  package var problem: String {
    switch self {
    case .malformedKey(let reason): "The public key cannot be used: \(reason)."
    case .sharedKey(let id, let first, let second): "The key \(id) belongs to both \(first) and \(second)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedKey: "Give a PEM public key (BEGIN PUBLIC KEY) and the algorithm it signs with."
    case .sharedKey: "Give each attestor keys of its own; `pratique keys create` makes one."
    }
  }
}
