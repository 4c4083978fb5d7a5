import Attestations
import Images
import Policies
import Signing
import Testing

@Suite("Policies that are objects of a cluster")
struct ClusterObjectsTests {
  private let image = "registry.example.test/shop/web@sha256:" + String(repeating: "a", count: 64)

  private func object(_ text: String) throws -> JSONNode {
    try DocumentNode(parsing: text, file: "object").json().root
  }

  private func text(_ document: String) throws -> PolicyText { try #require(PolicyText(object: object(document))) }

  private func texts(_ documents: String...) throws -> [PolicyObject] { try documents.map { try policy($0) } }

  private func policy(_ document: String, lastGood: String? = nil) throws -> PolicyObject {
    let (text, node) = (try text(document), try object(document))
    return PolicyObject(
      id: text.file, namespace: node["metadata"]?["namespace"]?.string, text: text,
      lastGood: try lastGood.map { try self.text($0) })
  }

  private func read(
    _ cluster: [PolicyObject], files: String? = nil
  ) throws -> (rulebook: Rulebook, faults: [ObjectFault]) {
    let read = try Rulebook.reading(
      policies: files.map { [PolicyText($0, file: "policy.yaml")] } ?? [], attestors: PolicyText("[]", file: "a.yaml"),
      cluster: cluster)
    return (read.rulebook, read.faults)
  }

  private func codes(_ rulebook: Rulebook, in namespace: String) -> [String] {
    rulebook.decision(on: review(image, in: namespace), evidence: Evidence(), at: sampleNow).codes
  }

  @Test("are read beside files; where there is none, nothing is let in")
  func together() throws {
    let file = kritis("ImageSecurityPolicy", "file", in: "prod", "{}")
    let (rulebook, faults) = try read(try texts(kritis("ImageSecurityPolicy", in: "dev", "{}")), files: file)
    #expect(faults.isEmpty && rulebook.imagePolicies.count == 2)
    #expect(codes(rulebook, in: "prod") == [] && codes(rulebook, in: "dev") == [])
    #expect(codes(try read([]).rulebook, in: "prod") == ["no-matching-policy"])
  }

  @Test("that cannot be read close their own namespace, say why, and change nothing for another")
  func faults() throws {
    let broken = kritis("ImageSecurityPolicy", "broken", in: "dev", "imageAllowlst: []")
    let (rulebook, faults) = try read(
      try texts(broken, kritis("ImageSecurityPolicy", in: "prod", "{}"), kritis("ImageSecurityPolicy", in: "dev", "{}")))
    #expect(faults.map(\.cause.file) == ["ImageSecurityPolicy dev/broken"] && faults.allSatisfy { !$0.isCovered })
    #expect(codes(rulebook, in: "prod") == [])
    #expect(codes(rulebook, in: "dev") == ["unreadable-policy"])
    let told = rulebook.decision(on: review(image, in: "dev"), evidence: Evidence(), at: sampleNow).problems
    #expect(told.first?.contains("imageAllowlst") == true && told.first?.contains("dev/broken") == true)
  }

  @Test("whose authority cannot be read let nothing in")
  func brokenAuthority() throws {
    let authority = kritis("AttestationAuthority", "qa", in: "dev", "noteReference: projects/p/notes/n")
    let policy = kritis("GenericAttestationPolicy", in: "dev", "attestationAuthorityNames: [qa]")
    let (rulebook, faults) = try read(try texts(policy, authority))
    #expect(faults.count == 2 && codes(rulebook, in: "dev") == ["unreadable-policy"])
  }

  @Test("whose authority has the key of an attestor of everywhere close their namespace and no other")
  func takenKey() throws {
    let pem = try KeyPair(generating: .ecdsaP256SHA256).publicPEM
    let attestors = """
      - name: projects/shop/attestors/built
        userOwnedGrafeasNote:
          noteReference: projects/shop/notes/built
          publicKeys:
          - pkixPublicKey:
              signatureAlgorithm: ECDSA_P256_SHA256
              publicKeyPem: |
      \(pem.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n"))
      """
    let policy = kritis("GenericAttestationPolicy", in: "dev", "attestationAuthorityNames: [qa]")
    let objects = try texts(
      KritisWorld.authority("qa", in: "dev", pem: pem), policy, kritis("ImageSecurityPolicy", in: "prod", "{}"))
    let read = try Rulebook.reading(policies: [], attestors: PolicyText(attestors, file: "a.yaml"), cluster: objects)
    #expect(read.faults.first?.cause.problem.contains("projects/shop/attestors/built") == true, "\(read.faults)")
    #expect(codes(read.rulebook, in: "dev") == ["unreadable-policy"] && codes(read.rulebook, in: "prod") == [])
  }

  @Test(
    "close what they could be about: their namespace, or everything",
    arguments: [
      ("of no kind that is known", "apiVersion: v1\nkind: Rule\nmetadata: {name: a, namespace: dev}\nspec: {a: b}", ["prod"]),
      ("of no kind and no namespace", "apiVersion: v1\nkind: Rule\nmetadata: {name: a}\nspec: {a: b}", []),
      ("an authority that no policy names", kritis("AttestationAuthority", "qa", in: "dev", "publicKeys: []"), ["prod"]),
      (
        "of the whole cluster, with an unknown key",
        "apiVersion: kritis.grafeas.io/v1beta1\nkind: KritisConfig\nmetadata: {name: a}\nspec: {imageAlowlist: []}", []
      ),
    ])
  func closing(_ what: String, _ broken: String, _ open: [String]) throws {
    let sound = try ["dev", "prod"].map { try policy(kritis("ImageSecurityPolicy", in: $0, "{}")) }
    let (rulebook, faults) = try read(sound + [policy(broken)])
    #expect(faults.count == 1, "\(what)")
    for namespace in ["dev", "prod"] {
      #expect(codes(rulebook, in: namespace) == (open.contains(namespace) ? [] : ["unreadable-policy"]), "\(what)")
    }
  }

  @Test("are each read for themselves, however many there are and wherever those with a fault stand")
  func many() throws {
    let broken: Set = [0, 63, 64, 65, 130, 199]
    let objects = try (0..<200).map { index in
      let spec = broken.contains(index) ? "imageAlowlist: []" : "imageAllowlist: ['r.test/\(index)']"
      return try policy(kritis("ImageSecurityPolicy", in: "n\(1_000 + index)", spec))
    }
    let (rulebook, faults) = try read(objects)
    #expect(rulebook.imagePolicies.count == 200 && faults.count == broken.count)
    for index in 0..<200 {
      let found = codes(rulebook, in: "n\(1_000 + index)")
      #expect((found == ["unreadable-policy"]) == broken.contains(index), "\(index): \(found)")
    }
  }

  @Test("that are not even looked at close their namespace with the reason")
  func unread() throws {
    let large = PolicyObject(unread: "ImageSecurityPolicy dev/large", in: "dev", because: "it is larger than 9 bytes")
    let (rulebook, _) = try read([large] + texts(kritis("ImageSecurityPolicy", in: "prod", "{}")))
    let told = rulebook.decision(on: review(image, in: "dev"), evidence: Evidence(), at: sampleNow).problems
    #expect(told.first?.contains("dev/large: it is larger than 9 bytes") == true && codes(rulebook, in: "prod") == [])
  }

  @Test("with a fault hold on as they last were good, and make the very rules that were")
  func lastGood() throws {
    let good = kritis("ImageSecurityPolicy", in: "dev", "imageAllowlist: ['r.test/a']")
    let broken = kritis("ImageSecurityPolicy", in: "dev", "imageAlowlist: ['r.test/a']")
    let before = try read([policy(good)])
    let after = try read([policy(broken, lastGood: good)])
    #expect(
      before.rulebook.digest == after.rulebook.digest && codes(after.rulebook, in: "dev") == codes(before.rulebook, in: "dev"))
    #expect(after.faults.map(\.isCovered) == [true] && after.faults[0].cause.problem.contains("imageAlowlist"))
    let closed = try read([policy(broken)])
    #expect(closed.rulebook.digest != before.rulebook.digest && codes(closed.rulebook, in: "dev") == ["unreadable-policy"])
  }

  @Test("whose last good state rests on what is gone are closed")
  func lastGoodWithoutAuthority() throws {
    let policy = kritis("GenericAttestationPolicy", in: "dev", "attestationAuthorityNames: [qa]")
    let broken = kritis("GenericAttestationPolicy", in: "dev", "attestationAuthorityNames: []")
    for now in [policy, broken] {
      let (rulebook, faults) = try read([self.policy(now, lastGood: policy)])
      #expect(faults.map(\.isCovered) == [false] && codes(rulebook, in: "dev") == ["unreadable-policy"])
    }
  }

  @Test("make the same rules when nothing but the cluster's own notes on them changed")
  func noise() throws {
    let plain = kritis("ImageSecurityPolicy", "{imageAllowlist: [a]}")
    let noisy = plain.replacing(
      "annotations: {}", with: "annotations: {}, resourceVersion: '8', managedFields: [{manager: kubectl}], labels: {a: b}")
    let other = kritis("ImageSecurityPolicy", "{imageAllowlist: [b]}")
    let digests = try [plain, noisy, other].map { try read(texts($0)).rulebook.digest }
    #expect(digests[0] == digests[1] && digests[0] != digests[2])
  }

  @Test(
    "keep every text that JSON can hold",
    arguments: ["\\ud83d\\ude00", "\\u2028", "\\u0085", "\\u007f", "\\ufeff", "\\u0001", "\\/", "é", "a\\tb"])
  func escapes(_ escaped: String) throws {
    let json = """
      {"apiVersion": "kritis.grafeas.io/v1beta1", "kind": "ImageSecurityPolicy",
       "metadata": {"name": "a", "namespace": "prod"}, "spec": {"imageAllowlist": ["x\(escaped)y"]}}
      """
    let node = try JSONDocument(parsing: Array(json.utf8), atMost: 1 << 20).root
    let written = try #require(node["spec"]?["imageAllowlist"]?.elements.first?.string)
    let text = try #require(PolicyText(object: node))
    let object = PolicyObject(id: text.file, namespace: "prod", text: text)
    let back = try DocumentNode(parsing: text.text, file: "a")
    #expect(try back["spec"]?["imageAllowlist"]?.strings() == [written])
    // It names no image, and so it is a fault of this one object.
    #expect(try read([object]).faults.count == (escaped == "\\/" ? 0 : 1))
  }
}
