/// Why one attestation does not count. The list is closed: a denial names one of these.
package enum Rejection: Hashable, Sendable {
  /// No signature is by a key of the attestor. The ids are as the message claims them, made printable.
  case unknownKey(claimed: [String])
  case badSignature(keyID: String)
  /// The signed digest is another image's.
  case wrongDigest(signed: String)
  /// The signed reference is another repository's.
  case wrongReference(signed: String)
  /// The signed type is not the one demanded.
  case wrongType(signed: String)
  case wrongPredicate(signed: String, wanted: String)
  case notYetValid(keyID: String)
  case expired(keyID: String)
  case revoked(keyID: String)
  /// It stands under another attestor's note.
  case wrongNote(String)
  case malformed(String)
  /// More than is looked at. `limit` is in the unit that `what` names.
  case overLimit(what: String, limit: Int)
  case unsupported(String)
  /// The key was made for other statements. `not` says which part of its purpose is passed.
  case wrongPurpose(keyID: String, not: String)
  /// The message names another way of signing than the key's record.
  case wrongAlgorithm(claimed: String, keyID: String)
  /// It says itself from or until when it counts, in seconds since 1970 UTC, and that is not now.
  case outsideItsTime(String, atSeconds: Int)
  /// The certificate leads to no authority that is trusted, or none is wanted. A whole sentence, as the following.
  case untrustedCertificate(String)
  /// The certificate is somebody else's.
  case wrongIdentity(String)
  /// The logs that must hold it do not, or hold another signature.
  case notLogged(String)
  case noTrustedTime(String)
  /// Nobody has signed it.
  case unsigned
  /// Signed over a digest for which other content can be made.
  case weakDigest(String)
  /// The signature says itself until when it counts, and that is over.
  case expiredSignature(keyID: String)
  /// Too few distinct keys vouch.
  case tooFewKeys(got: Int, wanted: Int)

  /// A fixed name: a metric label, and the code of the reason in a denial.
  package var code: String {
    switch self {
    case .unknownKey: "unknown-key"
    case .badSignature: "bad-signature"
    case .wrongDigest: "wrong-digest"
    case .wrongReference: "wrong-reference"
    case .wrongType: "wrong-type"
    case .wrongPredicate: "wrong-predicate"
    case .notYetValid: "key-not-yet-valid"
    case .expired: "key-expired"
    case .revoked: "key-revoked"
    case .wrongNote: "wrong-note"
    case .malformed: "malformed-attestation"
    case .overLimit: "attestation-over-limit"
    case .unsupported: "unsupported-attestation"
    case .wrongPurpose: "wrong-key-purpose"
    case .wrongAlgorithm: "wrong-algorithm"
    case .outsideItsTime: "outside-its-time"
    case .untrustedCertificate: "untrusted-certificate"
    case .wrongIdentity: "wrong-identity"
    case .notLogged: "not-logged"
    case .noTrustedTime: "no-trusted-time"
    case .unsigned: "unsigned"
    case .weakDigest: "weak-digest"
    case .expiredSignature: "signature-expired"
    case .tooFewKeys: "too-few-keys"
    }
  }

  /// What is wrong, in one sentence with the facts.
  package var problem: String {
    switch self {
    case .unknownKey(let claimed): "It is signed by none of the attestor's keys, but by \(claimed.joined(separator: ", "))."
    case .badSignature(let key): "The signature by \(key) does not verify."
    case .wrongDigest(let signed): "The signed digest is \(signed), another image."
    case .wrongReference(let signed): "The signed reference is \(signed), another repository."
    case .wrongType(let signed): "The signed type is \"\(signed)\"."
    case .wrongPredicate(let signed, let wanted): "The predicate type is \(signed) where \(wanted) is demanded."
    case .notYetValid(let key): "It was made before the key \(key) became valid."
    case .expired(let key): "It was made after the key \(key) expired."
    case .revoked(let key): "The key \(key) is revoked."
    case .wrongNote(let note): "It stands under \(note), another attestor's note."
    case .overLimit(let what, let limit): "There are more \(what) than the \(limit) that are looked at."
    case .malformed(let reason): "It is malformed: \(reason)."
    case .unsupported(let form): "It is \(form), a form that is not supported."
    case .wrongPurpose(let key, let what): "The key \(key) does not vouch for \(what)."
    case .wrongAlgorithm(let claimed, let key): "It claims the algorithm \(claimed), which is not that of the key \(key)."
    case .outsideItsTime(let bound, let seconds): "It counts only \(bound) second \(seconds) of 1970 UTC."
    case .untrustedCertificate(let problem), .wrongIdentity(let problem), .notLogged(let problem),
      .noTrustedTime(let problem):
      problem
    case .unsigned: "It is not signed."
    case .weakDigest(let name): "It is signed over \(name), which is too weak."
    case .expiredSignature(let key): "The signature by \(key) counted for a time that is over."
    case .tooFewKeys(let got, let wanted): "\(got) of its keys vouch where \(wanted) are needed."
    }
  }
}
