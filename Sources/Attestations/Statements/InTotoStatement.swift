package import Images

/// A claim of some type about artifacts known by their digests.
///
/// Source: in-toto attestation framework, Statement v1 and v0.1. Subjects are matched purely by digest.
package struct InTotoStatement: Hashable, Sendable {
  /// The DSSE payload type of a statement.
  package static let payloadType = "application/vnd.in-toto+json"
  /// In bytes; the inventory of a large image fits.
  package static let limitBytes = 8 << 20
  /// More artifacts than this in one statement are no image.
  package static let subjectLimit = 1000
  private static let types = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]

  package let predicateType: String
  package let subjects: Set<Digest>
  /// The claim as it was signed; nil when there is none that is an object. `predicate()` reads it.
  package let predicateJSON: ArraySlice<UInt8>?

  /// Reads a statement of at most `limitBytes`.
  ///
  /// - Throws: `JSONError` for text with more than one meaning, and for one of another shape.
  package init(parsing payload: [UInt8], atMost limitBytes: Int = limitBytes) throws(JSONError) {
    let root = try JSONDocument(parsing: payload, atMost: limitBytes).root
    guard let type = root["_type"]?.string, Self.types.contains(type),
      let predicateType = root["predicateType"]?.string, let subject = root["subject"], subject.isArray
    else { throw .invalid(offset: 0, "it is no in-toto statement") }
    let named = subject.elements
    guard named.count <= Self.subjectLimit else { throw .invalid(offset: 0, "it has over \(Self.subjectLimit) subjects") }
    self.predicateType = predicateType
    predicateJSON = root["predicate"].flatMap { $0.isObject ? $0.rawBytes : nil }
    subjects = Set(
      named.flatMap { one in
        ["sha256", "sha512"].compactMap { algorithm in
          (one["digest"]?[algorithm]?.string).flatMap { try? Digest(parsing: "\(algorithm):\($0)") }
        }
      })
  }

  /// What it claims, read as its type says.
  ///
  /// - Throws: `JSONError.invalid` when there is no predicate, or one that is not of its type's shape.
  package func predicate() throws(JSONError) -> Predicate {
    guard let predicateJSON else { throw .invalid(offset: 0, "it has no predicate") }
    let document = try JSONDocument(parsing: Array(predicateJSON), atMost: Self.limitBytes)
    return try Predicate(document.root, type: predicateType)
  }

  /// Why this does not say `wanted` of the image with `digest`; nil when it does.
  func refusal(for digest: Digest, wanted: String) -> Rejection? {
    guard predicateType == wanted else { return .wrongPredicate(signed: printable(predicateType), wanted: wanted) }
    guard subjects.contains(digest) else {
      let signed = subjects.map(\.description).sorted().prefix(3).joined(separator: ", ")
      return .wrongDigest(signed: signed.isEmpty ? "none" : signed)
    }
    return nil
  }
}
