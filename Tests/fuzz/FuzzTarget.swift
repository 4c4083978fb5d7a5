import Attestations
import Images
import Metadata

/// One reader of hostile bytes.
enum FuzzTarget: String, CaseIterable {
  /// PEM and DER public keys, under every algorithm.
  case keys
  /// Container signatures and in-toto statements, through a whole verdict.
  case payload
  /// DSSE envelopes and tokens, through a whole verdict.
  case envelope
  /// OpenPGP keys and messages.
  case openpgp
  /// Sigstore bundles and trusted roots, and the certificates, timestamps and log entries in them.
  case sigstore

  func feed(_ bytes: [UInt8]) {
    switch self {
    case .keys: readKeys(bytes)
    case .openpgp: readHostileOpenPGP(bytes)
    case .sigstore: readSigstore(bytes)
    case .payload:
      _ = try? ContainerSignature(parsing: bytes)
      _ = try? ContainerSignature(parsing: bytes, isToken: true)
      _ = try? InTotoStatement(parsing: bytes)
    case .envelope:
      let half = bytes.count / 2
      let text = String(decoding: bytes, as: UTF8.self)
      judge(.tokens([text]))
      judge(
        .dsse(
          payloadType: InTotoStatement.payloadType, payload: Array(bytes[..<half]),
          [
            .init(keyID: "", bytes: Array(bytes[half...]))
          ]))
      judge(.detached(payload: Array(bytes[..<half]), [.init(keyID: "k1", bytes: Array(bytes[half...]))]))
    }
  }

  private func readKeys(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    for algorithm in SignatureAlgorithm.allCases {
      _ = try? AttestorKey(id: nil, algorithm: algorithm, pem: text)
      guard let scheme = algorithm.scheme else { continue }
      if let key = try? PublicKey(subjectPublicKeyInfo: bytes, scheme: scheme) { _ = key.verifies(bytes, over: bytes) }
    }
  }

  private func readSigstore(_ bytes: [UInt8]) {
    _ = try? TrustedRoot(parsing: bytes)
    if let bundle = try? SigstoreBundle(parsing: bytes) { judge(.bundle(bundle, payload: [])) }
    // The readers of DER are reached at once, without JSON and base64 around them.
    let content = SigstoreBundle.Content.message(digest: nil, signature: Array(bytes.prefix(64)))
    judge(.bundle(SigstoreBundle(content: content, material: .certificates([bytes]), timestamps: [bytes]), payload: [1]))
    judge(.bundle(SigstoreBundle(content: content, material: .keyHint(""), timestamps: [bytes]), payload: [1]))
  }

  private func judge(_ envelope: UnverifiedAttestation.Envelope) {
    guard let world = FuzzWorld.shared else { return }
    let offered = UnverifiedAttestation(
      occurrence: "o", note: world.attestor.note, createdAtSeconds: 1, envelope: envelope)
    let verdict = world.attestor.verdict(on: [offered], for: world.image, at: 2)
    precondition(!verdict.isSatisfied, "a made-up signature was believed")
  }
}

/// An attestor with a key that nobody has the other half of, and an image.
struct FuzzWorld {
  let attestor: Attestor
  let image: PinnedReference

  static let shared = try? FuzzWorld()

  private static let root = """
    -----BEGIN CERTIFICATE-----
    MIIBOzCB4qADAgECAgEBMAoGCCqGSM49BAMCMB0xGzAZBgNVBAMMEnByYXRpcXVl
    IHRlc3Qgcm9vdDAeFw0yMDAxMDEwMDAwMDBaFw0zNjAxMDEwMDAwMDBaMB0xGzAZ
    BgNVBAMMEnByYXRpcXVlIHRlc3Qgcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABHho49rwek6r7VgVbPMhyys77dQ2USJI0YC0qA8u0+TNBHiLhqSYpS3Auex9
    tc0ct/xQDiVVmwylgNMPis9wKDOjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
    zj0EAwIDSAAwRQIhAMzMMehrF03fFT3XrAjS000px4KBaOsBubcXuxH58y9rAiBx
    37S5vkcRcedjYzdh1vl0k0SDnqQUx1MoklzhlBKvXw==
    -----END CERTIFICATE-----
    """

  init() throws {
    let pem = """
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEyEvot7oWx2ocXzgZEctwyKF4Sg8B
      gemqDSMJwAMk72zbrVLg5se+3Ud+V2qrKV4r58tybC4BQB/2Z0b2D/mZbg==
      -----END PUBLIC KEY-----
      """
    attestor = Attestor(
      name: "projects/p/attestors/a", note: try NoteName(parsing: "projects/p/notes/a"),
      keys: [try AttestorKey(id: "k1", algorithm: .ecdsaP256SHA256, pem: pem)],
      sigstore: SigstoreDemand(
        root: try TrustedRoot(rootsPEM: [Self.root]),
        identities: [CertificateIdentity(subject: .exact("nobody"), issuer: .any)], requirements: .plainCertificates))
    image = try PinnedReference(parsing: "registry.example.test/a@sha256:" + String(repeating: "ab", count: 32))
  }
}
