import Images

extension Attestor {
  /// Why what `key`, or the holder of a certificate, has signed does not vouch for `image`; nil when it does.
  ///
  /// - Parameter signed: the digest that must stand in the statement.
  func refusal(
    of payload: ProvenPayload, by key: AttestorKey?, for image: PinnedReference, signed: Digest, nowSeconds: Int64
  ) -> Rejection? {
    do throws(JSONError) {
      switch (payload.type, predicateType) {
      case (nil, let wanted?):
        return .wrongPredicate(signed: "none, it is a container signature", wanted: wanted)
      case (nil, nil):
        let statement = try ContainerSignature(parsing: payload.bytes, isToken: payload.isToken)
        return statement.refusal(for: image, signed: signed, remaps: remaps, nowSeconds: nowSeconds)
          ?? key?.refusal(for: image, payloadType: statement.type, predicateType: nil)
      case (InTotoStatement.payloadType?, let wanted?):
        let statement = try InTotoStatement(parsing: payload.bytes)
        return statement.refusal(for: signed, wanted: wanted)
          ?? key?.refusal(
            for: image, payloadType: InTotoStatement.payloadType, predicateType: statement.predicateType)
      case (let type?, _):
        return .wrongType(signed: printable(type))
      }
    } catch {
      return .malformed(error.problem)
    }
  }
}

extension AttestorKey {
  fileprivate func refusal(for image: PinnedReference, payloadType: String, predicateType: String?) -> Rejection? {
    purpose.refusal(keyID: id, image: image, payloadType: payloadType, predicateType: predicateType)
  }
}
