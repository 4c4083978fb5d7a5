import Images

/// What can go wrong with keys and statements before any verdict.
package enum AttestationError: Problem, Equatable {
  case malformedKey(String)
  /// The same public key stands in two attestors, so one person could count as two.
  case sharedKey(keyID: String, first: String, second: String)
  /// Two attestors have the same name.
  case duplicateAttestor(String)
  /// Two keys of one attestor have the same id, so it is open which one an attestation means.
  case duplicateKeyID(String, attestor: String)

  package var code: String {
    switch self {
    case .malformedKey: "malformed-key"
    case .sharedKey: "shared-key"
    case .duplicateAttestor: "duplicate-attestor"
    case .duplicateKeyID: "duplicate-key-id"
    }
  }

  package var problem: String {
    switch self {
    case .malformedKey(let reason): "The public key cannot be used: \(reason)."
    case .sharedKey(let id, let first, let second):
      "The key \(printable(id)) belongs to both \(printable(first)) and \(printable(second))."
    case .duplicateAttestor(let name): "The attestor \(printable(name)) is defined twice."
    case .duplicateKeyID(let id, let attestor): "The attestor \(printable(attestor)) has two keys with the id \(printable(id))."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedKey: "Give a PEM public key (BEGIN PUBLIC KEY) and the algorithm it signs with."
    case .sharedKey: "Give each attestor keys of its own; `pratique keys create` makes one."
    case .duplicateAttestor: "Remove one of the two, or move its keys into the other."
    case .duplicateKeyID: "Leave the id out, so that it is made from the key itself."
    }
  }
}
