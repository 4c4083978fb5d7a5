import Images

/// Why checks cannot be run as they are configured.
package enum CheckError: Problem, Equatable {
  /// The key that a check signs with is none of its attestor's.
  case foreignSigner(check: String, attestor: String, keyID: String)
  /// What the check's key signed is not what its attestor takes: the key is expired or revoked, or signs in another way.
  case disbelieved(check: String, attestor: String, because: String)
  /// Anybody could ask, and that is not the demo profile.
  case nobodyMayAsk

  package var code: String {
    switch self {
    case .foreignSigner: "foreign-signer"
    case .disbelieved: "disbelieved-signature"
    case .nobodyMayAsk: "nobody-may-ask"
    }
  }

  package var problem: String {
    switch self {
    case .foreignSigner(let check, let attestor, let key):
      "The check \(check) signs with \(printable(key)), which is no key of \(printable(attestor))."
    case .disbelieved(let check, let attestor, let reason):
      "\(printable(attestor)) does not believe what the check \(check) signs: \(reason)"
    case .nobodyMayAsk: "The checks file has neither users nor tokens, so nobody may ask."
    }
  }

  package var remedy: String {
    switch self {
    case .foreignSigner: "Name the private key that belongs to the attestor, or add its public key to the attestor."
    case .disbelieved: "Sign with a key that the attestor has and that is still good."
    case .nobodyMayAsk: "Add users or tokens to the checks file."
    }
  }
}
