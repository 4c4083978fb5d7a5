import Foundation
import Testing

/// Skipped by name where no API server is given.
extension Trait where Self == ConditionTrait {
  static var withRealCluster: Self {
    .enabled(if: RealCluster.isGiven, "PRATIQUE_KUBE_APISERVER names no kube-apiserver; Scripts/api-server makes one")
  }

  static var withAllOfCluster: Self {
    .enabled(
      if: !RealCluster.isGiven || RealCluster.missing.isEmpty,
      "a real cluster needs \(RealCluster.missing.joined(separator: ", "))")
  }
}

@Suite("A real API server and the manifests", .serialized, .withRealCluster, .withAllOfCluster, .timeLimit(.minutes(10)))
struct ClusterManifestTests {
  static let overlays = [
    "gate", "overlays/custom-resources", "overlays/kritis", "overlays/kritis-labels", "overlays/mutating",
    "overlays/pods-only",
  ]

  /// Objects that their definitions refuse, by kind: `spec`, and a word of the refusal.
  private static let bad: [(kind: String, spec: String, word: String)] = [
    ("AttestationAuthority", "{publicKeyData: eA==}", "noteReference"),
    ("AttestationAuthority", "{noteReference: projects/a/notes/b}", "publicKeys"),
    ("AttestationAuthority", "{noteReference: notes/b, publicKeyData: eA==}", "noteReference"),
    ("AttestationAuthority", "{noteReference: projects/a/notes/b, publicKeys: []}", "publicKeys"),
    ("AttestationAuthority", "{noteReference: projects/a/notes/b, publicKeys: [{keyId: a}]}", "asciiArmoredPgpPublicKey"),
    (
      "AttestationAuthority",
      "{noteReference: projects/a/notes/b, publicKeys: [{asciiArmoredPgpPublicKey: a, pkixPublicKey: {publicKeyPem: a, signatureAlgorithm: ED25519}}]}",
      "one and only one"
    ),
    (
      "AttestationAuthority",
      "{noteReference: projects/a/notes/b, publicKeys: [{pkixPublicKey: {publicKeyPem: a, signatureAlgorithm: md5}}]}",
      "signatureAlgorithm"
    ),
    ("BuildPolicy", "{}", "buildRequirements"), ("BuildPolicy", "{buildRequirements: {builtFrom: ''}}", "builtFrom"),
    ("GenericAttestationPolicy", "{}", "attestationAuthorityNames"),
    ("GenericAttestationPolicy", "{attestationAuthorityNames: []}", "attestationAuthorityNames"),
    ("GenericAttestationPolicy", "{attestationAuthorityNames: [a], admissionAllowlistPatterns: [{}]}", "namePattern"),
    ("ImageSecurityPolicy", "{packageVulnerabilityRequirements: {maximumSeverity: high}}", "maximumSeverity"),
    // Dropped is what nobody knows, and then nothing is left to be demanded.
    ("ImageSecurityPolicy", "{packageVulnerabilityRequirements: {maximumSevrity: LOW}}", "packageVulnerabilityRequirements"),
    ("ImageSecurityPolicy", "{imageAllowlist: a}", "imageAllowlist"),
    ("ImageSecurityPolicy", "{imageAllowlist: ['']}", "imageAllowlist"),
    ("ImageSecurityPolicy", "{attestationAuthorityName: Not A Name}", "attestationAuthorityName"),
    ("KritisConfig", "{metadataBackend: containerAnalysis}", "metadataBackend"),
    ("KritisConfig", "{cronInterval: soon}", "cronInterval"),
    ("VulnzSigningPolicy", "{noteReference: projects/a/notes/b}", "equirements"),
    ("VulnzSigningPolicy", "{imageVulnerabilityRequirements: {maximumFixableSeverity: AWFUL}}", "maximumFixableSeverity"),
  ]

  @Test("takes every overlay, and rights that are those that were written")
  func overlays() async throws {
    try await RealCluster.run { cluster in
      try await cluster.makeNamespace("kube-system")
      for overlay in Self.overlays {
        let manifests = try await cluster.manifests(overlay)
        try await cluster.must("apply", stdin: manifests)
        // Nothing answers yet, and the gate's own namespace does not wait for it.
        let label = "overlay=\(overlay.replacing("/", with: "-"))"
        try await cluster.must("label", "--overwrite", "statefulset/gate", label, "--namespace", "pratique")
        try await cluster.must("apply", stdin: manifests)
      }
      let account = "system:serviceaccount:pratique:gate"
      for (verb, object, isRight) in [
        ("update", "leases.coordination.k8s.io/gate", true), ("update", "leases.coordination.k8s.io/other", false),
        ("get", "secrets/gate-certificate", true), ("get", "secrets/other", false),
        ("update", "configmaps/gate-violations", true),
        ("update", "configmaps/gate-rules", false), ("delete", "pods", false), ("create", "pods", false),
      ] {
        let answer = try await cluster.kubectl("auth", "can-i", verb, object, "--namespace", "pratique", "--as", account)
        #expect(answer.output.hasPrefix("yes") == isRight, "\(verb) \(object): \(answer.output)")
      }
    }
  }

  @Test("keeps what the examples of Kritis say, and refuses by the definitions what is none")
  func definitions() async throws {
    try await RealCluster.run { cluster in
      try await cluster.makeNamespace("prod")
      try await cluster.must("apply", "--kustomize", "\(Journey.root)/Deploy/kritis")
      try await cluster.must("wait", "--for", "condition=established", "customresourcedefinitions", "--all", "--timeout", "60s")
      let examples = "\(Journey.root)/Deploy/kritis/examples"
      for folder in [examples, "\(examples)/first-spellings"] {
        try await cluster.must("apply", "--filename", folder)
        // What the API server would change about it: nothing, so nothing was left out of it.
        let difference = try await cluster.kubectl("diff", "--filename", folder)
        #expect(difference.status == 0, "\(difference.output)")
        try await equals(folder, cluster)
      }
      for one in Self.bad {
        let namespace = one.kind == "KritisConfig" ? "" : ", namespace: prod"
        let text =
          "---\n{apiVersion: kritis.grafeas.io/v1beta1, kind: \(one.kind), metadata: {name: bad\(namespace)}, spec: \(one.spec)}\n"
        let outcome = try await cluster.kubectl(["apply", "--validate=false"], stdin: text)
        #expect(outcome.status != 0 && outcome.errors.contains(one.word), "\(one.kind) \(one.spec): \(outcome)")
      }
      // The API server drops keys that it does not know; kubectl tells of them first.
      let typo = "{packageVulnerabilityRequirements: {maximumSevrity: LOW}}"
      let text =
        "---\n{apiVersion: kritis.grafeas.io/v1beta1, kind: ImageSecurityPolicy, metadata: {name: typo, namespace: prod}, spec: \(typo)}\n"
      let told = try await cluster.kubectl(["apply"], stdin: text)
      #expect(told.status != 0 && told.errors.contains("maximumSevrity"), "\(told)")
    }
  }

  /// Reads back what was applied: each `spec` is what kubectl noted down of what it sent.
  private func equals(_ folder: String, _ cluster: RealCluster) async throws {
    let text = try await cluster.must("get", "--filename", folder, "--output", "json")
    let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let objects = try #require(list["items"] as? [[String: Any]])
    #expect(objects.count >= 5)
    for object in objects {
      let annotations = (object["metadata"] as? [String: Any])?["annotations"] as? [String: String]
      let sent = try #require(annotations?["kubectl.kubernetes.io/last-applied-configuration"])
      let written = try #require(try JSONSerialization.jsonObject(with: Data(sent.utf8)) as? [String: Any])
      let (was, became) = (written["spec"] as? NSDictionary, object["spec"] as? NSDictionary)
      #expect(was != nil && was == became, "\(sent)")
    }
  }
}
