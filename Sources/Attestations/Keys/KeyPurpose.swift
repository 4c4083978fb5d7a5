package import Images

/// What a key may vouch for. Each part that is nil narrows nothing; a set or list that is given holds at least one entry.
package struct KeyPurpose: Hashable, Sendable {
  /// Types of container signatures, or DSSE payload types, as signed.
  package let payloadTypes: Set<String>?
  /// Predicate types of in-toto statements, as signed; such a key vouches by nothing else.
  package let predicateTypes: Set<String>?
  /// The image must be in a repository that one of these names.
  package let repositories: [NamePattern]?

  /// - Throws: `AttestationError.emptyPurpose`: a key that may vouch for nothing is a mistake.
  package init(
    payloadTypes: Set<String>? = nil, predicateTypes: Set<String>? = nil, repositories: [NamePattern]? = nil
  ) throws(AttestationError) {
    guard payloadTypes?.isEmpty != true, predicateTypes?.isEmpty != true, repositories?.isEmpty != true else {
      throw .emptyPurpose
    }
    self.payloadTypes = payloadTypes
    self.predicateTypes = predicateTypes
    self.repositories = repositories
  }

  private init() {
    payloadTypes = nil
    predicateTypes = nil
    repositories = nil
  }

  /// Everything.
  package static let unlimited = KeyPurpose()

  /// Why a key with this purpose does not vouch by such a statement; nil when it does.
  func refusal(keyID: String, image: PinnedReference, payloadType: String, predicateType: String?) -> Rejection? {
    if let payloadTypes, !payloadTypes.contains(payloadType) {
      return .wrongPurpose(keyID: keyID, not: "the payload type \(printable(payloadType))")
    }
    if let predicateTypes, !predicateTypes.contains(predicateType ?? "") {
      return .wrongPurpose(keyID: keyID, not: "the predicate type \(predicateType.map { printable($0) } ?? "none")")
    }
    let deployed = ImageReference(repository: image.repository, digest: image.digest)
    if let repositories, !repositories.contains(where: { $0.matches(deployed) }) {
      return .wrongPurpose(keyID: keyID, not: "images in \(image.repository)")
    }
    return nil
  }
}
