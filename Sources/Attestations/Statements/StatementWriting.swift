package import Images

/// What was looked at before something was signed. It is signed along, so that nobody can pass the one for the other.
package enum ChecksBeforeSigning: Hashable, Sendable {
  /// Signed without a check.
  case none
  /// The names of what was checked and passed; at least one.
  case passed([String])

  /// The member or annotation that holds it.
  package static let key = "pratique.checks"

  /// `none`, or the names joined by commas.
  package var text: String {
    switch self {
    case .none: "none"
    case .passed(let names): names.joined(separator: ",")
    }
  }
}

extension InTotoStatement {
  /// The bytes of a statement v1 about `image`.
  ///
  /// - Parameters:
  ///   - predicate: a JSON object; it is signed as it stands.
  ///   - checks: stand among the annotations of the subject.
  /// - Throws: `JSONError` when the predicate has more than one meaning, is no object, is too large, or is not what its
  ///   type demands: a statement that no verifier could read is never signed.
  package static func payload(
    about image: PinnedReference, predicateType: String, predicate: [UInt8], checks: ChecksBeforeSigning
  ) throws(JSONError) -> [UInt8] {
    let document = try JSONDocument(parsing: predicate, atMost: limitBytes - 4096)
    guard document.root.isObject else { throw .invalid(offset: 0, "a predicate has to be a JSON object") }
    _ = try Predicate(document.root, type: predicateType)
    let statement: JSONValue = [
      "_type": "https://in-toto.io/Statement/v1",
      "subject": [
        [
          "name": .text("\(image.repository)"), "digest": .object([(image.digest.algorithm.rawValue, .text(image.digest.hex))]),
          "annotations": .object([(ChecksBeforeSigning.key, .text(checks.text))]),
        ]
      ],
      "predicateType": .text(predicateType), "predicate": .raw(document.root.rawBytes),
    ]
    return statement.bytes
  }
}

extension ContainerSignature {
  /// The simple signing payload about `image` that cosign verifies.
  ///
  /// Source: cosign, specs/SIGNATURE_SPEC.md; `optional` may hold anything.
  package static func cosignPayload(about image: PinnedReference, checks: ChecksBeforeSigning) -> [UInt8] {
    let payload: JSONValue = [
      "critical": [
        "identity": ["docker-reference": .text("\(image.repository)")],
        "image": ["docker-manifest-digest": .text("\(image.digest)")], "type": .text(cosignType),
      ],
      "optional": .object([(ChecksBeforeSigning.key, .text(checks.text))]),
    ]
    return payload.bytes
  }
}
