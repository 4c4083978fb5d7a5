package import Images

/// A claim of some type about artifacts known by their digests. What it claims is not read here.
///
/// Source: in-toto attestation framework, Statement v1 and v0.1. Subjects are matched purely by digest.
package struct InTotoStatement: Hashable, Sendable {
  /// The DSSE payload type of a statement.
  package static let payloadType = "application/vnd.in-toto+json"
  private static let types = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]

  package let predicateType: String
  package let subjects: Set<Digest>

  /// Reads a statement of at most 64 KiB.
  ///
  /// - Throws: `JSONError` for text with more than one meaning, and for one of another shape.
  package init(parsing payload: [UInt8]) throws(JSONError) {
    let root = try JSONDocument(parsing: payload, atMost: 1 << 16).root
    guard let type = root["_type"]?.string, Self.types.contains(type),
      let predicateType = root["predicateType"]?.string, let subject = root["subject"], subject.isArray
    else { throw .invalid(offset: 0, "it is no in-toto statement") }
    self.predicateType = predicateType
    subjects = Set(
      subject.elements.flatMap { one in
        ["sha256", "sha512"].compactMap { algorithm in
          (one["digest"]?[algorithm]?.string).flatMap { try? Digest(parsing: "\(algorithm):\($0)") }
        }
      })
  }

  /// Why this does not say `wanted` of `image`; nil when it does.
  func refusal(for image: PinnedReference, wanted: String) -> Rejection? {
    guard predicateType == wanted else { return .wrongPredicate(signed: printable(predicateType), wanted: wanted) }
    guard subjects.contains(image.digest) else {
      let signed = subjects.map(\.description).sorted().prefix(3).joined(separator: ", ")
      return .wrongDigest(signed: signed.isEmpty ? "none" : signed)
    }
    return nil
  }
}
