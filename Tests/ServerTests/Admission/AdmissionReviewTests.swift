import Images
import Server
import Testing

@Suite("An admission review over HTTPS")
struct AdmissionReviewTests {
  @Test("is answered in its version and under its id", arguments: ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"])
  func answers(version: String) async throws {
    let checkpoint = try Checkpoint()
    try await checkpoint.signed.sign(Review.web)
    try await withLiveGate(checkpoint) { gate in
      let allowed = try await gate.review(Review.of(Review.pod(Review.web), version: version))
      #expect(allowed.status == 200)
      #expect(
        allowed.body.hasPrefix(
          #"{"apiVersion":"\#(version)","kind":"AdmissionReview","response":{"uid":"u-1","allowed":true"#))
      let denied = try await gate.review(Review.of(Review.pod(Review.evil), version: version))
      #expect(denied.body.hasPrefix(#"{"apiVersion":"\#(version)","#))
      let response = try JSONDocument(parsing: Array(denied.body.utf8), atMost: 10_000).root["response"]
      #expect(response?["allowed"]?.bool == false)
      #expect(response?["uid"]?.string == "u-1")
      #expect(response?["status"]?["code"]?.int == 403)
      let message = try #require(response?["status"]?["message"]?.string)
      #expect(message.hasPrefix(Review.evil))
      #expect(message.utf8.count <= AdmissionAnswer.limitMessageBytes)
      #expect(message.utf8.allSatisfy { (32...126).contains($0) })
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    let status: Int
    let code: String
    var testDescription: String { name }
  }

  @Test(
    "is refused when it can be read in two ways, or in none",
    arguments: [
      Refusal(name: "empty", body: "", status: 400, code: "json-invalid"),
      Refusal(name: "no JSON", body: "kind: AdmissionReview", status: 400, code: "json-invalid"),
      Refusal(
        name: "duplicate key in a container",
        body: Review.of(Review.pod(Review.web).replacing(#""image""#, with: #""image":"r.test/x","image""#)), status: 400,
        code: "json-duplicate-key"),
      Refusal(
        name: "duplicate key by escape",
        body: Review.of(Review.pod(Review.web).replacing(#""image""#, with: #""im\u0061ge":"r.test/x","image""#)), status: 400,
        code: "json-duplicate-key"),
      Refusal(
        name: "100,000 levels",
        body: #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"x","object":"#
          + String(repeating: "[", count: 100_000),
        status: 400, code: "json-too-deep"),
      Refusal(name: "text after it", body: Review.of(Review.pod(Review.web)) + "x", status: 400, code: "json-invalid"),
      Refusal(
        name: "another version", body: Review.of(Review.pod(Review.web), version: "admission.k8s.io/v2"), status: 200,
        code: "unsupported-review-version"),
      Refusal(
        name: "no request", body: #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#, status: 400,
        code: "malformed-review"),
      Refusal(
        name: "another kind of document", body: #"{"apiVersion":"v1","kind":"Pod"}"#, status: 400, code: "malformed-review"),
      Refusal(name: "no object", body: Review.of("null"), status: 200, code: "malformed-review"),
      Refusal(
        name: "an unknown operation", body: Review.of(Review.pod(Review.web), operation: "PATCH"), status: 200,
        code: "malformed-review"),
      Refusal(
        name: "an unknown operation in the old version",
        body: Review.of(Review.pod(Review.web), operation: "PATCH", version: "admission.k8s.io/v1beta1"), status: 200,
        code: "malformed-review"),
      Refusal(
        name: "another kind than it says", body: Review.of(Review.pod(Review.web), kind: ("", "v1", "ConfigMap")), status: 200,
        code: "kind-mismatch"),
      Refusal(
        name: "fields in other case", body: Review.of(Review.pod(Review.web)).replacing(#""request""#, with: #""Request""#),
        status: 400, code: "malformed-review"),
    ])
  func refuses(_ the: Refusal) async throws {
    let checkpoint = try Checkpoint()
    try await checkpoint.signed.sign(Review.web)
    try await withLiveGate(checkpoint) { gate in
      let answer = try await gate.review(the.body)
      #expect(answer.status == the.status)
      #expect(answer.body.contains(#""allowed":false"#))
      #expect(answer.body.contains("[\(the.code)]"), "\(answer.body)")
      let isOld = the.body.contains(AdmissionRequest.Version.v1beta1.rawValue)
      #expect(answer.body.hasPrefix(#"{"apiVersion":"\#(isOld ? "admission.k8s.io/v1beta1" : "admission.k8s.io/v1")","#))
      let after = try await gate.review(Review.of(Review.pod(Review.web)))
      #expect(after.body.contains(#""allowed":true"#))
    }
  }

  @Test("is refused unread when it is too large")
  func oversized() async throws {
    let checkpoint = try Checkpoint()
    try await checkpoint.signed.sign(Review.web)
    let padding = String(repeating: "x", count: AdmissionRequest.limitBytes)
    try await withLiveGate(checkpoint) { gate in
      let answer = try await gate.review(Review.of(Review.pod(Review.web, Review.evil, annotations: #"{"pad":"\#(padding)"}"#)))
      #expect(answer.status == 413)
      #expect(answer.body.contains(#""allowed":false"#))
      #expect(try await gate.review(Review.of(Review.pod(Review.web))).body.contains(#""allowed":true"#))
    }
  }

  @Test("may be patched through the mutating door only")
  func patches() async throws {
    let registry = TestRegistry(["r.test/prod/web:v1": .success(try Digest(parsing: Review.digest))])
    let checkpoint = try Checkpoint(inspector: registry) { ($0.tags, $0.registries) = (.resolve, ["r.test"]) }
    try await checkpoint.signed.sign(Review.web)
    try await withLiveGate(checkpoint) { gate in
      let review = Review.of(Review.pod("r.test/prod/web:v1"))
      let mutated = try await gate.review(review, path: "/mutate")
      #expect(mutated.body.contains(#""patchType":"JSONPatch","patch":"#))
      #expect(try await gate.review(review).body.contains(#""allowed":false"#))
    }
  }
}
