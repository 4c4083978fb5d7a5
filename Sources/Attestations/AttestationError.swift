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
  /// Two attestors name the same person under the same root.
  case sharedIdentity(first: String, second: String)
  /// Two records of one attestor are of one key and differ in its time, revocation or purpose.
  case contradictoryKey(String, String, attestor: String)
  /// A part of a key's purpose is empty, so the key could vouch for nothing.
  case emptyPurpose
  /// What a mirror's place is called is no beginning of repository names.
  case malformedRemap(String)
  /// More distinct keys are demanded than there are, or fewer than one.
  case unreachableThreshold(Int, keys: Int, attestor: String)
  case malformedTrustedRoot(String)
  /// The pattern, made printable, and what is wrong with it.
  case malformedIdentityPattern(String, String)

  package var code: String {
    switch self {
    case .malformedKey: "malformed-key"
    case .sharedKey: "shared-key"
    case .duplicateAttestor: "duplicate-attestor"
    case .duplicateKeyID: "duplicate-key-id"
    case .sharedIdentity: "shared-identity"
    case .contradictoryKey: "contradictory-key"
    case .emptyPurpose: "empty-key-purpose"
    case .malformedRemap: "malformed-remap"
    case .unreachableThreshold: "unreachable-threshold"
    case .malformedTrustedRoot: "malformed-trusted-root"
    case .malformedIdentityPattern: "malformed-identity-pattern"
    }
  }

  package var problem: String {
    switch self {
    case .malformedKey(let reason): "The public key cannot be used: \(reason)."
    case .sharedKey(let id, let first, let second):
      "The key \(printable(id)) belongs to both \(printable(first)) and \(printable(second))."
    case .duplicateAttestor(let name): "The attestor \(printable(name)) is defined twice."
    case .duplicateKeyID(let id, let attestor): "The attestor \(printable(attestor)) has two keys with the id \(printable(id))."
    case .sharedIdentity(let first, let second):
      "An identity belongs to both \(printable(first)) and \(printable(second))."
    case .contradictoryKey(let one, let other, let attestor):
      "\(printable(one)) and \(printable(other)) of the attestor \(printable(attestor)) are one key with two stories."
    case .emptyPurpose: "A key's purpose lists nothing, so the key could vouch for nothing."
    case .malformedRemap(let place): "\"\(printable(place))\" is no place that repositories are below."
    case .unreachableThreshold(let wanted, let keys, let attestor):
      "The attestor \(printable(attestor)) demands \(wanted) distinct keys and has \(keys)."
    case .malformedTrustedRoot(let reason): "The trusted root cannot be used: \(reason)."
    case .malformedIdentityPattern(let pattern, let reason): "The identity pattern \(pattern) cannot be used: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedKey:
      "Give a PEM public key (BEGIN PUBLIC KEY) and the algorithm it signs with, or an armored OpenPGP public key."
    case .sharedKey: "Give each attestor keys of its own; `pratique keys create` makes one."
    case .duplicateAttestor: "Remove one of the two, or move its keys into the other."
    case .sharedIdentity: "Name each person in one attestor, or move both demands into one attestor with a threshold."
    case .contradictoryKey: "Keep one record of the key, or give both the same times, revocation and purpose."
    case .emptyPurpose: "Leave the list out, so that it narrows nothing, or write what the key is for."
    case .malformedRemap: "Write a whole host, or a host and whole path segments, as mirror.example.test/hub."
    case .unreachableThreshold: "Set the threshold between 1 and the number of keys."
    case .duplicateKeyID: "Leave the id out, so that it is made from the key itself."
    case .malformedTrustedRoot: "Give a trusted_root.json, as `cosign trusted-root create` writes it, or PEM certificates."
    case .malformedIdentityPattern: "Write the pattern with literals, classes, groups and counts, or give the exact text."
    }
  }
}
