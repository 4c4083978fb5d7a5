import Foundation
import Images
import Server
import TestSupport
import Testing

@Suite("The gate's server")
struct GateServerTests {
  @Test("tells how it is and what it counted")
  func probes() async throws {
    let checkpoint = try Checkpoint()
    try await checkpoint.signed.sign(Review.web)
    try await withLiveGate(checkpoint) { gate in
      _ = try await gate.review(Review.of(Review.pod(Review.web)))
      _ = try await gate.review(Review.of(Review.pod(Review.evil)))
      _ = try await gate.review("{")
      for path in ["/healthz", "/readyz"] { #expect(try await gate.send("GET", path).status == 200) }
      let metrics = try await gate.send("GET", "/metrics").body
      for line in [
        #"pratique_admission_reviews_total{verdict="allowed"} 1"#, #"pratique_admission_reviews_total{verdict="denied"} 1"#,
        #"pratique_admission_reviews_total{verdict="refused"} 1"#,
        #"pratique_admission_reasons_total{code="attestation-missing"} 1"#,
        "pratique_admission_seconds_count 3", "pratique_admission_cached_answers 4",
      ] {
        #expect(metrics.contains(line + "\n"), "\(metrics)")
      }
      #expect(!metrics.contains("r.test"))
      #expect(try await gate.send("GET", "/validate").status == 405)
      #expect(try await gate.send("POST", "/constant").status == 404)
    }
  }

  @Test("is not ready without a policy")
  func unready() async throws {
    try await withLiveGate(try Checkpoint(hasPolicy: false)) { gate in
      let answer = try await gate.send("GET", "/readyz")
      #expect(answer.status == 503)
      #expect(answer.body.contains("there is no policy"))
      #expect(try await gate.send("GET", "/healthz").status == 200)
    }
  }

  @Test(
    "says at /readyz and in its metrics which policies of the cluster are not in force, and is ready", .timeLimit(.minutes(2)))
  func objects() async throws {
    let kind = "kritis.grafeas.io/v1beta1/imagesecuritypolicies"
    var limits = PolicyObjects.Limits()
    limits.objects = 2
    let objects = PolicyObjects(kinds: [kind], limits: limits)
    func put(_ name: String, _ spec: String) throws {
      let text = """
        {"apiVersion":"kritis.grafeas.io/v1beta1","kind":"ImageSecurityPolicy","metadata":{"name":"\(name)",\
        "namespace":"\(name)"},"spec":\(spec)}
        """
      objects.put(try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root, of: kind, generation: 1)
    }
    let folder = try TemporaryFolder()
    try folder.write(["policy.yaml": [], "attestors.yaml": Array("[]".utf8)])
    let rules = RulebookFiles(
      policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"), objects: objects)
    for name in ["edited", "broken", "late"] { try put(name, name == "broken" ? "[]" : "{}") }
    objects.complete(kind, generation: 1)
    #expect(try rules.reload())
    try put("edited", "[]")
    #expect(try rules.reload())
    try await withLiveGate(try Checkpoint(), rules: rules, folder: folder) { gate in
      let ready = try await gate.send("GET", "/readyz")
      #expect(ready.status == 200)
      for line in [
        "ok", "1 policies of the cluster are broken: as they last were good they hold",
        "2 policies of the cluster are broken: nothing is let in where they belong",
        "1 policies of the cluster are more than are held: nothing is let in where they belong",
      ] {
        #expect(ready.body.split(separator: "\n").contains(Substring(line)), "\(ready.body)")
      }
      let metrics = try await gate.send("GET", "/metrics").body
      for line in ["broken 3", "last_good 1", "not_held 1"] {
        #expect(metrics.contains("pratique_admission_policy_objects_\(line)\n"), "\(metrics)")
      }
    }
  }

  @Test("shows another certificate when its files change, and keeps the old one while they do not fit", .timeLimit(.minutes(2)))
  func certificates() async throws {
    let checkpoint = try Checkpoint()
    try await withLiveGate(checkpoint) { gate in
      #expect(try await gate.send("GET", "/healthz").status == 200)
      try gate.folder.write(["tls.crt": Array(TestCertificate.second.chain.utf8)])
      try await eventually { try await gate.send("GET", "/metrics").body.contains("pratique_admission_certificate_broken 1") }
      #expect(try await gate.send("GET", "/readyz").status == 200)
      try gate.folder.write(["tls.key": Array(TestCertificate.second.key.utf8)])
      try await eventually { (try? await gate.send("GET", "/readyz", trusting: .second).status) == 200 }
      await #expect(throws: (any Error).self) { try await gate.send("GET", "/healthz", trusting: .first) }
    }
  }

  @Test("closes a connection whose request does not end", .timeLimit(.minutes(2)))
  func slow() async throws {
    try await withLiveGate(try Checkpoint(), { $0.requestSeconds = 1 }) { gate in
      await #expect(throws: (any Error).self) { try await gate.sendHalfARequest() }
      let after = try await gate.send("GET", "/healthz")
      #expect(after.status == 200)
    }
  }
}

/// Waits until `condition` holds; the test's own time limit ends it otherwise.
func eventually(_ condition: () async throws -> Bool) async throws {
  while try await !condition() { await Task.yield() }
}
