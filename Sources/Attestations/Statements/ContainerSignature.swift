package import Images

/// The statement that Binary Authorization has signed: this image, in this repository.
///
/// Source: google.cloud.binaryauthorization.v1, "generic signature" payload; containers/image, containers-signature(5).
package struct ContainerSignature: Hashable, Sendable {
  /// What Google's tools and this house write.
  package static let googleType = "Google cloud binauthz container signature"
  /// What containers/image and Kritis write.
  package static let atomicType = "atomic container signature"

  /// Host and path as signed; only `matches` says whether they are the deployed ones.
  package let reference: String
  /// As signed.
  package let digest: String
  package let type: String

  package init(_ image: PinnedReference) {
    reference = image.repository.description
    digest = image.digest.description
    type = Self.googleType
  }

  /// Reads a payload. Unknown keys are refused in `critical`; `optional` beside it may hold anything.
  ///
  /// - Throws: `JSONError` for text with more than one meaning, and for one of another shape.
  package init(parsing payload: [UInt8]) throws(JSONError) {
    let root = try JSONDocument(parsing: payload, atMost: 1 << 16, depth: 16).root
    let critical = try root.object(with: ["critical"], allowing: ["optional"])["critical"]
    let parts = try critical?.object(with: ["identity", "image", "type"])
    let identity = try parts?["identity"]?.object(with: ["docker-reference"])
    let image = try parts?["image"]?.object(with: ["docker-manifest-digest"])
    guard let reference = identity?["docker-reference"]?.string, let digest = image?["docker-manifest-digest"]?.string,
      let type = parts?["type"]?.string
    else { throw .invalid(offset: 0, "it is no container signature") }
    self.reference = reference
    self.digest = digest
    self.type = type
  }

  /// The bytes to sign: no spaces, keys in this order, as Google's and Voucher's signers write them.
  package var payload: [UInt8] {
    Array(
      """
      {"critical":{"identity":{"docker-reference":"\(reference)"},"image":{"docker-manifest-digest":"\(digest)"},"type":"\(type)"}}
      """.utf8)
  }

  /// Why this does not speak of `image`; nil when it does. References are compared in normal form.
  func refusal(for image: PinnedReference) -> Rejection? {
    guard type == Self.googleType || type == Self.atomicType else { return .wrongType(signed: printable(type)) }
    guard digest == image.digest.description else { return .wrongDigest(signed: printable(digest)) }
    guard let repository = try? Repository(parsing: reference), repository == image.repository else {
      return .wrongReference(signed: printable(reference))
    }
    return nil
  }
}

extension JSONNode {
  /// Itself, if it is an object with all of `required` and nothing else but `optional`.
  fileprivate func object(with required: Set<String>, allowing optional: Set<String> = []) throws(JSONError) -> JSONNode {
    let keys = Set(members.map(\.key))
    guard isObject, required.isSubset(of: keys), keys.isSubset(of: required.union(optional)) else {
      throw .invalid(offset: 0, "it is no container signature")
    }
    return self
  }
}
