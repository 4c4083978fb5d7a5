import Attestations
import Foundation
import Images
import Metadata
import Policies
import Testing

@Suite("Kritis' objects")
struct KritisReadingTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Deploy/kritis/examples").standardized

  private static func texts(_ folder: String = "") throws -> [PolicyText] {
    let folder = examples.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted().map {
      PolicyText(try String(contentsOf: folder.appending(path: $0), encoding: .utf8), file: $0)
    }
  }

  @Test("are read from the examples, authorities before those who name them")
  func examples() throws {
    let read = try Rulebook.reading(policies: Self.texts(), attestors: PolicyText("[]", file: "a.yaml"), cluster: nil)
    #expect(
      read.rulebook.imagePolicies.map(\.name) == [
        "ImageSecurityPolicy prod/scanned", "GenericAttestationPolicy prod", "BuildPolicy prod/our-sources",
      ])
    #expect(
      read.rulebook.attestors.names == [
        "namespaces/prod/attestationauthorities/qa", "namespaces/prod/attestationauthorities/built",
      ])
    let keys = read.rulebook.attestors.all.flatMap(\.keys).map(\.id)
    #expect(keys.contains("FB0BA36F1B3D725ECCD4941C30EF58E5BFD130BA"))
    #expect(keys.contains { $0.hasPrefix("ni:///sha-256;") })
    #expect(
      read.settings.map { "\($0.name)=\($0.value)" } == [
        "listen=0.0.0.0:8443", "kubernetes.validation.intervalSeconds=3600", "metadata.server=https://metadata.example.test:8443",
        "metadata.authorities=/etc/pratique/metadata-ca.pem",
      ])
  }

  @Test("are read in the spellings of Kritis' first releases, wrapped in a List")
  func firstSpellings() throws {
    let rulebook = try Rulebook(policies: Self.texts("first-spellings"), attestors: PolicyText("[]", file: "a.yaml"))
    #expect(
      rulebook.imagePolicies.map(\.name) == ["ImageSecurityPolicy default/my-isp", "GenericAttestationPolicy default"])
    let authority = try #require(rulebook.attestors.all.first)
    #expect("\(authority.note)" == "projects/kritis-test1/notes/kritis-authority")
  }

  @Test("are read from JSON as from YAML")
  func json() throws {
    let text = """
      {"apiVersion": "kritis.grafeas.io/v1beta1", "kind": "ImageSecurityPolicyList", "metadata": {"resourceVersion": "7"},
       "items": [{"apiVersion": "kritis.grafeas.io/v1beta1", "kind": "ImageSecurityPolicy",
                  "metadata": {"name": "a", "namespace": "prod", "uid": "1", "managedFields": []}, "spec": {}}]}
      """
    #expect(try rulebook(text).imagePolicies.map(\.name) == ["ImageSecurityPolicy prod/a"])
  }

  @Test("stand in the namespace default when they name none, as kubectl has it")
  func noNamespace() throws {
    #expect(
      try rulebook(kritis("ImageSecurityPolicy", in: nil, "{}")).imagePolicies.map(\.name) == [
        "ImageSecurityPolicy default/sample"
      ])
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let document: String
    let because: String
    var testDescription: String { because }

    init(_ kind: String, in namespace: String? = "prod", annotations: String = "{}", _ spec: String, because: String) {
      document = kritis(kind, in: namespace, annotations: annotations, spec)
      self.because = because
    }

    init(document: String, because: String) { (self.document, self.because) = (document, because) }
  }

  private static let isp = "ImageSecurityPolicy"
  private static let gap = "GenericAttestationPolicy"
  private static let aa = "AttestationAuthority"

  @Test(
    "are refused when they mean nothing, or something else than they say",
    arguments: [
      Refused(gap, "attestationAuthorityNames: []", because: "an empty list names nothing"),
      Refused(gap, "admissionAllowlistPatterns: []", because: "without authorities could only deny"),
      Refused(gap, "attestationAuthorityNames: [nobody]", because: "there is no AttestationAuthority prod/nobody"),
      Refused(gap, "attestationAuthorityNames: [qa, qa]", because: "stands twice"),
      Refused(
        gap, "attestationAuthorityNames: [qa]\nadmissionAllowlistPatterns: [{namePattern: '*'}]",
        because: "a wildcard may only follow"),
      Refused(gap, "attestationAuthorityNames: [qa]\nallowlist: []", because: "\"allowlist\" is unknown"),
      Refused(gap, in: "dev", "attestationAuthorityNames: [qa]", because: "there is no AttestationAuthority dev/qa"),
      Refused(isp, "imageAllowlist: [a]\nimageWhitelist: [b]", because: "two spellings"),
      Refused(isp, "imageAllowlist: ['registry.example.test/*']", because: "names no image"),
      Refused(isp, "packageVulnerabilityRequirements: {maximumSeverity: SEVERE}", because: "severity is not known"),
      Refused(isp, "packageVulnerabilityRequirements: {maximumSeverity: SEVERITY_UNSPECIFIED}", because: "severity is not known"),
      Refused(isp, "packageVulnerabilityRequirements: {maxSeverity: LOW}", because: "\"maxSeverity\" is unknown"),
      Refused(isp, "packageVulnerabilityRequirements: {allowlistCVEs: [a/b]}", because: "names no vulnerability"),
      Refused(isp, "builtProjectIDs: [p]", because: "no project is asked"),
      Refused(isp, "requireAttestationsBy: [qa]", because: "no attestation is asked"),
      Refused(isp, "attestationAuthorityName: nobody", because: "there is no AttestationAuthority prod/nobody"),
      Refused(isp, annotations: "{pratique/attested-images: admit}", "{}", because: "admits what nobody attests"),
      Refused(isp, annotations: "{pratique/attested-images: yes please}", "{}", because: "not one of the choices"),
      Refused(isp, in: "Prod", "{}", because: "no name that Kubernetes takes"),
      Refused(aa, "noteReference: projects/p/notes/n", because: "without keys can never vouch"),
      Refused(aa, "noteReference: n\npublicKeyData: x", because: "neither an armored key"),
      Refused("KritisConfig", in: nil, "metadataBackend: containerAnalysis", because: "not Container Analysis"),
      Refused("KritisConfig", in: nil, "cronInterval: often", because: "no span of time"),
      Refused("KritisConfig", in: nil, "grafeas: {addr: /run/grafeas.sock}", because: "socket"),
      Refused("KritisConfig", in: nil, "grafeas: {clientKeyPath: /k}", because: "token and no certificate"),
      Refused("ImagePolicy", "{}", because: "no policy that is known"),
      Refused(
        document: "apiVersion: kritis.grafeas.io/v1alpha1\nkind: ImageSecurityPolicy\nmetadata: {name: a}\nspec: {}",
        because: "not one of the choices"),
      Refused(
        document: "apiVersion: kritis.grafeas.io/v1beta1\nkind: ImageSecurityPolicy\nmetadata: {name: a, namspace: b}\nspec: {}",
        because: "\"namspace\" is unknown"),
      Refused(document: kritis(isp, "{}") + "---\n" + kritis(isp, "{}"), because: "another policy has the same name"),
      Refused(
        document: kritis(gap, "attestationAuthorityNames: [qa]") + "---\n" + kritis(gap, "attestationAuthorityNames: [qa]"),
        because: "another GenericAttestationPolicy has the same name"),
    ])
  func refused(_ the: Refused) throws {
    let world = try KritisWorld()
    let error = try #require(#expect(throws: DocumentError.self) { try world.rulebook(the.document) })
    #expect(error.problem.contains(the.because), "\(error)")
    #expect(error.line != nil)
  }

  @Test("take any authority where authorities are not at hand")
  func unknownAuthorities() throws {
    let policy = PolicyText(kritis(Self.gap, "attestationAuthorityNames: [elsewhere]"), file: "p.yaml")
    #expect(try Rulebook(policies: [policy], attestors: nil).imagePolicies.count == 1)
  }
}

@Suite("The keys of an attestation authority")
struct AttestationAuthorityKeyTests {
  private static let pem = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYnidp8kYDFeJ40sCzPz/NvYc8VuX
    VCPzrZxC62hh1Rw64sNNEFNY2Bx/gmKASVXrZjKJo1jIVfAOHbm9KXnk9g==
    -----END PUBLIC KEY-----
    """

  private func attestor(_ key: String, note: String = "projects/p/notes/n") throws -> Attestor {
    let authority = kritis("AttestationAuthority", "a", "noteReference: \(note)\npublicKeys:\n  - \(key)")
    return try #require(try rulebook(authority, kritis("ImageSecurityPolicy", "{}")).attestors.all.first)
  }

  private func pkix(_ more: String, algorithm: String = "ECDSA_P256_SHA256") -> String {
    let pem = Self.pem.replacing("\n", with: "\\n")
    return "{\(more)pkixPublicKey: {signatureAlgorithm: \(algorithm), publicKeyPem: \"\(pem)\"}}"
  }

  @Test(
    "are known by the hash of the key, or by a name that does not claim to be one",
    arguments: [
      ("", true), ("keyType: PKIX, ", true), ("keyId: 'https://keys.example.test/1', ", true), ("keyType: PGP, ", false),
      ("keyId: 'ni:///sha-256;AAAA', ", false), ("keyId: '', ", false),
    ])
  func ids(_ more: String, _ isSound: Bool) throws {
    if isSound {
      let id = try attestor(pkix(more)).keys[0].id
      #expect(
        id == (more.contains("https") ? "https://keys.example.test/1" : id) && (more.contains("https") || id.hasPrefix("ni:///")))
    } else {
      #expect(throws: DocumentError.self) { try attestor(pkix(more)) }
    }
  }

  @Test(
    "sign as the API or as Kritis' library calls it",
    arguments: [
      ("ECDSA_P256_SHA256", true), ("EC_SIGN_P256_SHA256", true), ("ecdsa-p256-sha256", true), ("ecdsa-p384-sha384", false),
      ("rsa-pss-4096s-ha256", false), ("OPENPGP", false), ("none", false),
    ])
  func algorithms(_ name: String, _ isSound: Bool) {
    #expect(((try? attestor(pkix("", algorithm: name))) != nil) == isSound)
  }

  @Test(
    "stand under a note that is written with the version of an API or without",
    arguments: [
      ("projects/p/notes/n", "projects/p/notes/n"), ("v1/projects/p/notes/n", "projects/p/notes/n"),
      ("v1beta1/projects/p/notes/n", "projects/p/notes/n"), ("projects/p", "projects/p/notes/a"),
      ("v2/projects/p/notes/n", nil), ("projects/p/notes/n/x", nil), ("p", nil),
    ] as [(String, String?)])
  func notes(_ written: String, _ note: String?) {
    #expect((try? attestor(pkix(""), note: written))?.note.description == note)
  }

  @Test("of two authorities in one namespace are not the same")
  func shared() throws {
    let pem = Self.pem
    let twins = ["a", "b"].map { KritisWorld.authority($0, in: "prod", pem: pem) }.joined(separator: "---\n")
    let error = try #require(#expect(throws: DocumentError.self) { try rulebook(twins, kritis("ImageSecurityPolicy", "{}")) })
    #expect(error.problem.contains("AttestationAuthority") || error.problem.contains("attestationauthorities"), "\(error)")
  }
}
