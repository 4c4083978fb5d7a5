package import Metadata

/// Somebody who may vouch for images: a name, a note under which attestations are kept, and keys.
///
/// Any one key suffices; an attestor without keys never verifies anything.
///
/// Source: google.cloud.binaryauthorization.v1.Attestor.
package struct Attestor: Sendable {
  /// `projects/{project}/attestors/{id}`.
  package let name: String
  package let note: NoteName
  package let keys: [AttestorKey]
  /// When set, only an in-toto statement of exactly this predicate type counts. Source: in-toto Statement v1.
  package let predicateType: String?
  let keysByID: [String: AttestorKey]

  /// Of keys with the same id the first counts; `Attestors` refuses them.
  package init(name: String, note: NoteName, keys: [AttestorKey], predicateType: String? = nil) {
    self.name = name
    self.note = note
    self.keys = keys
    self.predicateType = predicateType
    keysByID = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// What an attestor's keys make of everything that was offered about one image.
package struct AttestorVerdict: Hashable, Sendable {
  /// One offer that did not count, and why.
  package struct Refused: Hashable, Sendable {
    /// Name of the occurrence; empty when it has none.
    package let occurrence: String
    package let rejection: Rejection

    package init(occurrence: String, rejection: Rejection) {
      self.occurrence = occurrence
      self.rejection = rejection
    }
  }

  package let attestor: String
  package let verified: [VerifiedAttestation]
  package let refused: [Refused]

  package init(attestor: String, verified: [VerifiedAttestation], refused: [Refused]) {
    self.attestor = attestor
    self.verified = verified
    self.refused = refused
  }

  package var isSatisfied: Bool { !verified.isEmpty }
}
