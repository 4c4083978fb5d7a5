/// Why an OpenPGP message does not count; one cause out of a closed list. Texts from the message are made printable.
package enum OpenPGPRefusal: Error, Hashable, Sendable {
  /// It says something, but nobody has signed it.
  case unsigned
  /// None of the key's own signing keys is the one that the signature names, as it names it.
  case unknownKey(claimed: String)
  case badSignature
  /// A digest for which other content with the same value can be made: MD5, SHA-1, RIPEMD-160, SHA-224.
  case weakDigest(String)
  /// The key block holds its own revocation; `reason` as RFC 4880 section 5.2.3.23 names it.
  case revokedKey(reason: String)
  case madeBeforeKey
  case madeAfterKeyExpired
  /// More than five minutes ahead of our clock.
  case madeInTheFuture
  /// The signature's own time is over.
  case expiredSignature
  /// Good when it was signed, while the key had to be good now: see `OpenPGPKeyRule`.
  case expiredKey
  /// More than one signature or signed content, so that it is open what is signed.
  case severalMessages
  case malformed(String)
  case unsupported(String)

  /// What is wrong, in one sentence with the facts.
  package var problem: String {
    switch self {
    case .unsigned: "The OpenPGP message is not signed."
    case .unknownKey(let claimed): "The OpenPGP message is signed by another key, \(claimed)."
    case .badSignature: "The OpenPGP signature does not verify."
    case .weakDigest(let name): "The OpenPGP signature is over \(name), which is too weak."
    case .revokedKey(let reason): "The OpenPGP key is revoked: \(reason)."
    case .madeBeforeKey: "The OpenPGP signature was made before its key."
    case .madeAfterKeyExpired: "The OpenPGP signature was made after its key had expired."
    case .madeInTheFuture: "The OpenPGP signature says that it was made in the future."
    case .expiredSignature: "The OpenPGP signature has expired."
    case .expiredKey: "The OpenPGP key has expired since."
    case .severalMessages: "There is more than one signature or content where one signed OpenPGP message is wanted."
    case .malformed(let reason): "The OpenPGP message is malformed: \(reason)."
    case .unsupported(let form): "The OpenPGP message holds \(form), which is not supported."
    }
  }

  /// The same of a key, as a clause.
  var ofKey: AttestationError {
    switch self {
    case .malformed(let reason): .malformedKey(reason)
    case .unsupported(let form): .malformedKey("it holds \(form), which is not supported")
    case .severalMessages: .malformedKey("there is more than one block of ASCII armor")
    default: .malformedKey("it cannot be checked")
    }
  }
}

/// When a key must be good for its signature to count. Both rules demand that it was good when it signed.
///
/// The time of signing is what the signer says. Who holds a key after it expired can write an earlier time, so
/// `goodWhenSigned` is for those who also keep the time at which an attestation was recorded.
package enum OpenPGPKeyRule: String, CaseIterable, Sendable {
  /// What was signed in time stays good after the key has expired.
  case goodWhenSigned
  /// With the key's expiry all that it signed ends.
  case goodNow
}
