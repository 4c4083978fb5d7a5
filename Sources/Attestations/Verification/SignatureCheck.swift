import Images

/// What one signature is proved to be over.
struct ProvenPayload {
  let bytes: [UInt8]
  /// The DSSE payload type; nil for a container signature.
  let type: String?
  /// Whether the payload is the claims of a token, which may say until when it counts.
  var isToken = false
  /// When the signature says it was made; nil when it does not say.
  var claimedSeconds: Int64?
  /// The first second at which the part of a key that signed is no longer good; nil where the record says it.
  var signerEndsAtSeconds: Int64?
  /// When a log or authority in a bundle saw it; nil when none did.
  var witnessedSeconds: Int64?
}

/// One signature that an envelope carries, still to be checked.
struct OfferedSignature {
  enum Form {
    case detached(payload: [UInt8])
    case dsse(payloadType: String, payload: [UInt8])
    case token(JSONWebToken)
    case bundle(SigstoreBundle, payload: [UInt8])
  }

  /// As the envelope names it, nil when it names none: then every key of the attestor may be meant.
  let keyID: String?
  let bytes: [UInt8]
  let form: Form

  /// What `key` proves by this signature, or why it proves nothing.
  func proven(by key: AttestorKey, at nowSeconds: Int64) -> Result<ProvenPayload, Refusal> {
    switch (form, key.material) {
    case (.detached(let payload), .pkix(let pkix)):
      guard pkix.verifies(bytes, over: payload) else { return .failure(.init(.badSignature(keyID: key.id))) }
      return .success(ProvenPayload(bytes: payload, type: nil))
    case (.dsse(let type, let payload), .pkix(let pkix)):
      guard pkix.verifies(bytes, over: preAuthenticationEncoding(payloadType: type, payload: payload)) else {
        return .failure(.init(.badSignature(keyID: key.id)))
      }
      return .success(ProvenPayload(bytes: payload, type: type))
    case (.token(let token), .pkix(let pkix)):
      guard pkix.verifies(plain: bytes, over: token.signed) else { return .failure(.init(.badSignature(keyID: key.id))) }
      return .success(ProvenPayload(bytes: token.payload, type: nil, isToken: true))
    case (.bundle(let bundle, let payload), .pkix): return proven(bundle, payload, by: key, at: nowSeconds)
    case (.detached(let payload), .openPGP(let openPGP)):
      return proven(by: openPGP, beside: payload, at: nowSeconds)
    case (_, .openPGP): return .failure(.init(.unsupported("an OpenPGP signature in another form than a message")))
    }
  }

  /// Why `key` cannot have made it, as far as that is plain without checking; nil when it must be checked.
  func mismatch(with key: AttestorKey) -> Rejection? {
    switch (form, key.material) {
    // The record says how the key signs; a token that says otherwise is not asked further (RFC 8725 section 3.1).
    case (.token(let token), _) where token.algorithm != key.algorithm.tokenName:
      .wrongAlgorithm(claimed: printable(token.algorithm), keyID: key.id)
    case (.dsse, .openPGP): .unsupported("an OpenPGP signature in a DSSE envelope")
    case (.bundle, .openPGP): .unsupported("an OpenPGP signature in a Sigstore bundle")
    case (.bundle(let bundle, _), .pkix) where bundle.isCertified:
      .untrustedCertificate("It is signed with a certificate, and the attestor trusts none.")
    case (.bundle(let bundle, let payload), .pkix) where payload.isEmpty && !bundle.holdsEnvelope:
      .unsupported("a Sigstore bundle whose signature is over no statement")
    default: nil
    }
  }

  /// What the bundle holds beside the signature proves nothing that the key does not prove already.
  private func proven(
    _ bundle: SigstoreBundle, _ payload: [UInt8], by key: AttestorKey, at nowSeconds: Int64
  ) -> Result<ProvenPayload, Refusal> {
    switch bundle.content {
    case .envelope(let type, let payload, let signature):
      let form = Form.dsse(payloadType: type, payload: payload)
      return OfferedSignature(keyID: nil, bytes: signature, form: form).proven(by: key, at: nowSeconds)
    case .message(_, let signature):
      return OfferedSignature(keyID: nil, bytes: signature, form: .detached(payload: payload)).proven(by: key, at: nowSeconds)
    }
  }

  /// The message holds what it signs; a payload beside it may only repeat that. Whether the key is still good is asked of
  /// its record.
  private func proven(
    by key: OpenPGPKey, beside payload: [UInt8], at nowSeconds: Int64
  ) -> Result<ProvenPayload, Refusal> {
    do throws(OpenPGPRefusal) {
      let content = try OpenPGPMessage(parsing: bytes).verified(by: key, at: nowSeconds, .goodWhenSigned)
      guard payload.isEmpty || payload == content.bytes else {
        return .failure(.init(.malformed("the message signs other content than the payload beside it")))
      }
      return .success(
        ProvenPayload(
          bytes: content.bytes, type: nil, claimedSeconds: content.createdAtSeconds,
          signerEndsAtSeconds: content.signerExpiresAtSeconds))
    } catch {
      return .failure(.init(Rejection(error, keyID: key.fingerprint)))
    }
  }

  /// A rejection on its way to whoever asked.
  struct Refusal: Error {
    let rejection: Rejection

    init(_ rejection: Rejection) { self.rejection = rejection }
  }
}

extension UnverifiedAttestation.Envelope {
  /// The signatures in it, at most `limit`.
  ///
  /// - Throws: what makes the envelope count for nothing as a whole.
  func offered(atMost limit: Int) throws(OfferedSignature.Refusal) -> [OfferedSignature] {
    guard count <= limit else { throw .init(.overLimit(what: "signatures", limit: limit)) }
    guard bytes <= limitBytes else { throw .init(.overLimit(what: "bytes in the payload", limit: limitBytes)) }
    switch self {
    case .detached(let payload, let signatures):
      return signatures.map { .init(keyID: $0.keyID, bytes: $0.bytes, form: .detached(payload: payload)) }
    case .dsse(let type, let payload, let signatures):
      // DSSE calls the key id a hint that may be absent.
      return signatures.map {
        .init(keyID: $0.keyID.isEmpty ? nil : $0.keyID, bytes: $0.bytes, form: .dsse(payloadType: type, payload: payload))
      }
    case .simpleSigning(let payload, let signature):
      return [.init(keyID: nil, bytes: signature, form: .detached(payload: payload))]
    case .tokens(let tokens):
      var offered: [OfferedSignature] = []
      for compact in tokens {
        do throws(JSONError) {
          let token = try JSONWebToken(parsing: compact)
          offered.append(.init(keyID: token.keyID, bytes: token.signature, form: .token(token)))
        } catch {
          throw .init(.malformed("it is no token: \(error.problem)"))
        }
      }
      return offered
    case .bundle(let bundle, let payload):
      return [.init(keyID: bundle.keyID, bytes: bundle.signature, form: .bundle(bundle, payload: payload))]
    case .unsupported(let form): throw .init(.unsupported(printable(form)))
    }
  }

  private var count: Int {
    switch self {
    case .detached(_, let signatures), .dsse(_, _, let signatures): signatures.count
    case .simpleSigning, .bundle: 1
    case .tokens(let tokens): tokens.count
    case .unsupported: 0
    }
  }

  /// A statement may hold the inventory of a whole image. A bundle was held against its own limits when it was read.
  private var limitBytes: Int {
    switch self {
    case .dsse: InTotoStatement.limitBytes
    default: Attestor.Limits.payloadBytes
    }
  }

  private var bytes: Int {
    switch self {
    case .detached(let payload, _), .dsse(_, let payload, _), .simpleSigning(let payload, _), .bundle(_, let payload):
      payload.count
    case .tokens(let tokens): tokens.map(\.utf8.count).max() ?? 0
    case .unsupported: 0
    }
  }
}

extension Rejection {
  /// The cause that an OpenPGP refusal is an example of.
  init(_ refusal: OpenPGPRefusal, keyID: String) {
    self =
      switch refusal {
      case .unsigned: .unsigned
      case .unknownKey(let claimed): .unknownKey(claimed: [claimed])
      case .badSignature: .badSignature(keyID: keyID)
      case .weakDigest(let name): .weakDigest(name)
      case .revokedKey: .revoked(keyID: keyID)
      case .madeBeforeKey: .notYetValid(keyID: keyID)
      case .madeAfterKeyExpired, .expiredKey: .expired(keyID: keyID)
      case .expiredSignature: .expiredSignature(keyID: keyID)
      case .unsupported(let form): .unsupported(form)
      case .madeInTheFuture, .severalMessages, .malformed: .malformed(refusal.problem)
      }
  }
}
