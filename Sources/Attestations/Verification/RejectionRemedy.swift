extension Rejection {
  /// What to do about it; starts with a verb.
  package var remedy: String {
    switch self {
    case .unknownKey: "Attest again with a key of the attestor, or add the key to it if it is yours."
    case .badSignature: "Find out who made it, for it was changed or made by another key; then attest again."
    case .wrongDigest: "Attest this image itself: what was signed for another says nothing of it."
    case .wrongReference: "Attest it under the name it is deployed by, or give the attestor a remap for the mirror."
    case .wrongType: "Ask for what was signed, or attest again in the form that is demanded."
    case .wrongPredicate: "Attest again with the type that is demanded, or ask for the type that was attested."
    case .notYetValid, .expired: "Attest again with a key that is valid now."
    case .revoked: "Attest again with another key, after what it vouches for has been looked at anew."
    case .wrongPurpose: "Attest again with a key that is meant for it, or widen the key's purpose if it is yours."
    case .wrongAlgorithm: "Sign again as the key's record says, or correct the record if it is yours."
    case .outsideItsTime: "Attest again: this attestation was made for another time."
    case .tooFewKeys: "Have it attested by as many of the attestor's keys as its threshold demands."
    case .untrustedCertificate: "Sign again with a certificate of an authority in the attestor's trusted root, or mend that root."
    case .wrongIdentity: "Sign again as one of the attestor's identities, or add this one to it if it is yours."
    case .notLogged: "Sign again and send it to a log that the attestor trusts."
    case .noTrustedTime: "Sign again with a timestamp or a log entry, which say when it was signed."
    case .unsigned: "Sign it: an attestation without a signature proves nothing."
    case .weakDigest: "Sign again over SHA-256 or a longer digest."
    case .expiredSignature: "Attest again: the signature said itself until when it counts."
    case .wrongNote: "Record it under the note of the attestor that is asked."
    case .malformed: "Find out who made it, and attest again."
    case .overLimit: "Delete what nobody needs of it, and find out who added so much."
    case .unsupported: "Attest again in a form that is supported: a signature, a DSSE envelope or a Sigstore bundle."
    }
  }
}
