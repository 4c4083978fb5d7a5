/// Why a Sigstore bundle does not count, or cannot be read. The list is closed.
package enum SigstoreRefusal: Error, Hashable, Sendable {
  case malformed(String)
  /// More than is looked at. `limit` is in the unit that `what` names.
  case overLimit(what: String, limit: Int)
  case unsupported(String)
  /// It speaks of another artifact. `signed` is what it speaks of.
  case wrongArtifact(signed: String)
  case badSignature
  /// A digest alone is not enough to check this kind of signature.
  case needsArtifact
  /// It is signed with a key where a certificate is demanded, or the other way round.
  case wrongSigner(String)
  /// No path to a trusted root holds at the time of signing.
  case untrustedCertificate(String)
  /// The certificate is good but belongs to somebody else.
  case wrongIdentity(String)
  case badCertificateTimestamp(String)
  /// The entry is another signature's.
  case wrongLogEntry(String)
  /// The log does not vouch for the entry.
  case badLogProof(String)
  case badTimestamp(String)
  /// Nobody trusted says when it was signed.
  case noTrustedTime
  case tooFewLogs(found: Int, wanted: Int)
  case tooFewTimestamps(found: Int, wanted: Int)

  /// A fixed name: a metric label, and the code of the reason in a denial.
  package var code: String {
    switch self {
    case .malformed: "malformed-bundle"
    case .overLimit: "bundle-over-limit"
    case .unsupported: "unsupported-bundle"
    case .wrongArtifact: "wrong-digest"
    case .badSignature: "bad-signature"
    case .needsArtifact: "artifact-needed"
    case .wrongSigner: "wrong-signer"
    case .untrustedCertificate: "untrusted-certificate"
    case .wrongIdentity: "wrong-identity"
    case .badCertificateTimestamp: "bad-certificate-timestamp"
    case .wrongLogEntry: "wrong-log-entry"
    case .badLogProof: "bad-log-proof"
    case .badTimestamp: "bad-timestamp"
    case .noTrustedTime: "no-trusted-time"
    case .tooFewLogs: "too-few-logs"
    case .tooFewTimestamps: "too-few-timestamps"
    }
  }

  /// What is wrong, in one sentence with the facts.
  package var problem: String {
    switch self {
    case .malformed(let reason): "The Sigstore bundle is malformed: \(reason)."
    case .overLimit(let what, let limit): "The Sigstore bundle has more \(what) than the \(limit) that are looked at."
    case .unsupported(let form): "The Sigstore bundle holds \(form), which is not supported."
    case .wrongArtifact(let signed): "The signed digest is \(signed), another artifact."
    case .badSignature: "The signature does not verify."
    case .needsArtifact: "The signature can only be checked over the whole artifact, not over its digest."
    case .wrongSigner(let reason): "It is signed by the wrong kind of signer: \(reason)."
    case .untrustedCertificate(let reason): "The certificate is not trusted: \(reason)."
    case .wrongIdentity(let reason): "The identity in the certificate is not allowed: \(reason)."
    case .badCertificateTimestamp(let reason): "No certificate transparency log vouches for the certificate: \(reason)."
    case .wrongLogEntry(let reason): "The transparency log entry belongs to another signature: \(reason)."
    case .badLogProof(let reason): "The transparency log does not vouch for the entry: \(reason)."
    case .badTimestamp(let reason): "The signed timestamp does not count: \(reason)."
    case .noTrustedTime: "No transparency log or timestamp authority says when it was signed."
    case .tooFewLogs(let found, let wanted): "It stands in \(found) transparency logs where \(wanted) are demanded."
    case .tooFewTimestamps(let found, let wanted):
      "It has timestamps of \(found) authorities where \(wanted) are demanded."
    }
  }

  /// What is wrong, as the end of a sentence about something else than a bundle.
  var fact: String {
    if case .malformed(let reason) = self { reason } else { problem }
  }
}
