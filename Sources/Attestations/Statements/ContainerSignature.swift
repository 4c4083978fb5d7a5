package import Images

/// The statement that Binary Authorization has signed: this image, in this repository.
///
/// Source: google.cloud.binaryauthorization.v1, "generic signature" payload; containers/image, containers-signature(5).
package struct ContainerSignature: Hashable, Sendable {
  /// What Google's tools and this house write.
  package static let googleType = "Google cloud binauthz container signature"
  /// What containers/image and Kritis write.
  package static let atomicType = "atomic container signature"
  /// What cosign writes.
  package static let cosignType = "cosign container image signature"
  private static let types: Set<String> = [googleType, atomicType, cosignType]

  /// Host and path as signed; only `matches` says whether they are the deployed ones.
  package let reference: String
  /// As signed.
  package let digest: String
  package let type: String
  /// Seconds since 1970 UTC from and until which a token counts; nil without a bound, and for what is no token.
  package let notBeforeSeconds: Int?
  package let notAfterSeconds: Int?

  package init(_ image: PinnedReference) {
    reference = image.repository.description
    digest = image.digest.description
    type = Self.googleType
    (notBeforeSeconds, notAfterSeconds) = (nil, nil)
  }

  /// What a token may claim beside the container signature. Source: RFC 7519 section 4.1.
  private static let registeredClaims: Set<String> = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]

  /// Reads a payload. Unknown keys are refused in `critical`; `optional` beside it may hold anything.
  ///
  /// - Parameter isToken: whether the registered claims of a token may stand beside it; `exp` and `nbf` count.
  /// - Throws: `JSONError` for text with more than one meaning, and for one of another shape.
  package init(parsing payload: [UInt8], isToken: Bool = false) throws(JSONError) {
    let root = try JSONDocument(parsing: payload, atMost: 1 << 16, depth: 16).root
    let beside: Set<String> = isToken ? Self.registeredClaims.union(["optional"]) : ["optional"]
    let critical = try root.object(with: ["critical"], allowing: beside)["critical"]
    for claim in ["exp", "nbf"] where isToken && root[claim] != nil && root[claim]?.int == nil {
      throw .invalid(offset: 0, "its claim \(claim) is no whole number of seconds")
    }
    notAfterSeconds = isToken ? root["exp"]?.int : nil
    notBeforeSeconds = isToken ? root["nbf"]?.int : nil
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
  ///
  /// - Parameters:
  ///   - signed: the digest that must stand in it.
  ///   - remaps: other names that the repository may have been signed under.
  func refusal(for image: PinnedReference, signed: Digest, remaps: [RepositoryRemap], nowSeconds: Int64) -> Rejection? {
    guard Self.types.contains(type) else { return .wrongType(signed: printable(type)) }
    guard digest == signed.description else { return .wrongDigest(signed: printable(digest)) }
    let remapped = remaps.lazy.compactMap { $0.signedName(of: image.repository) }.first
    guard let repository = try? Repository(parsing: reference), repository == image.repository || repository == remapped else {
      return .wrongReference(signed: printable(reference))
    }
    if let notAfterSeconds, nowSeconds >= notAfterSeconds { return .outsideItsTime("until", atSeconds: notAfterSeconds) }
    if let notBeforeSeconds, nowSeconds < notBeforeSeconds { return .outsideItsTime("from", atSeconds: notBeforeSeconds) }
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
