import Attestations
import Foundation
import Images
import Metadata
import NIOHTTP1
import Policies
import Schemas
import Server
import Signing
import SwiftProtobuf
import TestSupport
import Testing

@Suite("Voucher's API")
struct VoucherAPITests {
  /// As Voucher's client decodes an answer.
  struct Response: Decodable {
    struct Result: Decodable {
      struct Details: Decodable {
        struct Cause: Decodable { let code: String }
        let verdict: String
        let reasons: [Cause]
      }

      let name: String
      let err: String
      let success: Bool
      let attested: Bool
      let details: Details
    }

    let image: String
    let success: Bool
    let results: [Result]

    init(_ answer: Answer) throws {
      try #require(answer.status == 200)
      // The client reads nothing of another type.
      try #require(answer.contentType?.contains("application/json") == true)
      self = try JSONDecoder().decode(Self.self, from: Data(answer.text.utf8))
    }

    subscript(name: String) -> Result? { results.first { $0.name == name } }
  }

  @Test("answers its ping to everybody")
  func ping() async throws {
    try await CheckBench().serving { address in
      let answer = try await send(.GET, "\(address)/services/ping")
      #expect(answer.status == 200)
    }
  }

  @Test("runs one check, signs what passed, and says so in Voucher's words")
  func one() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      let answer = try await send(.POST, "\(address)/nobody", CheckBench.body(bench.image), headers: [CheckBench.basic])
      let response = try Response(answer)
      #expect(response.image == "\(bench.image)" && response.success)
      #expect(response.results.map(\.name) == ["nobody"])
      #expect(response["nobody"]?.success == true && response["nobody"]?.attested == true && response["nobody"]?.err == "")
      #expect(answer.text.hasPrefix(#"{"image":"registry.example.test/shop/web@sha256:"#))
      #expect(try await bench.attested(bench.image) == ["nobody"])
    }
  }

  @Test("runs all, and signs neither what failed nor what could not be decided")
  func all() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      let response = try Response(
        try await send(.POST, "\(address)/all", CheckBench.body(bench.rootImage), headers: [CheckBench.basic]))
      #expect(!response.success)
      #expect(response.results.map(\.name) == ["diy", "nobody", "snakeoil"])
      #expect(response.results.map(\.success) == [true, false, false])
      #expect(response.results.map(\.attested) == [true, false, false])
      #expect(response.results.map(\.details.verdict) == ["passed", "failed", "undecided"])
      #expect(response["nobody"]?.err.contains("no user is set") == true)
      #expect(response["snakeoil"]?.details.reasons.map(\.code) == ["not-scanned"])
      #expect(try await bench.attested(bench.rootImage) == ["diy"])
      try await bench.recordScan(of: bench.image)
      let clean = try Response(
        try await send(.POST, "\(address)/all", CheckBench.body(bench.image), headers: [CheckBench.bearer]))
      #expect(clean.success && clean.results.allSatisfy(\.attested))
    }
  }

  @Test("runs the group of an environment, and signs a digest once however often it is asked")
  func groups() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      for _ in 1...3 {
        let response = try Response(
          try await send(.POST, "\(address)/basic", CheckBench.body(bench.image), headers: [CheckBench.basic]))
        #expect(response.success && response.results.map(\.name) == ["diy", "nobody"])
        #expect(response.results.map(\.attested) == [true, true])
      }
      let recorded = try await bench.attested(bench.image)
      #expect(recorded == ["diy", "nobody"])
    }
  }

  @Test("signs nothing in a dry run")
  func dryRun() async throws {
    let bench = try CheckBench("dryRun: true")
    try await bench.serving { address in
      let response = try Response(
        try await send(.POST, "\(address)/basic", CheckBench.body(bench.image), headers: [CheckBench.basic]))
      #expect(response.success && !response.results.contains(where: \.attested))
      #expect(try await bench.attested(bench.image).isEmpty)
    }
  }

  @Test("knows an image of another registry for a failure, and does not ask there")
  func foreign() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      let image = "evil.test/shop/web@\(bench.image.digest)"
      let response = try Response(try await send(.POST, "\(address)/basic", CheckBench.body(image), headers: [CheckBench.basic]))
      #expect(response["diy"]?.details.reasons.map(\.code) == ["foreign-repository"])
      #expect(response["nobody"]?.details.reasons.map(\.code) == ["registry-not-allowed"])
      #expect(bench.repository.log.isEmpty)
    }
  }

  // MARK: Refusals

  @Test(
    "lets nobody in who is not known",
    arguments: [
      nil, "Basic \("ci:wrong".base64)", "Basic \("ci:".base64)", "Basic \("nobody:correct horse".base64)", "Basic ???",
      "Basic \("ci".base64)", "Bearer wrong", "Bearer ", "Bearer correct horse", "Digest x",
      "Basic \("ci:correct horse\u{0}".base64)",
    ])
  func unauthorized(_ header: String?) async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      for path in ["nobody", "all", "basic", "nobody/verify", "unknown"] {
        let answer = try await send(
          .POST, "\(address)/\(path)", CheckBench.body(bench.image), headers: header.map { [("Authorization", $0)] } ?? [])
        #expect(answer.status == 401 && answer.contentType?.contains("json") != true)
      }
      #expect(bench.repository.log.isEmpty)
    }
  }

  @Test("has no other checks than those of the file", arguments: ["fresh", "verify", "is_shop", "production", "%2e%2e", "All"])
  func unknown(_ name: String) async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      for path in [name, "\(name)/verify"] {
        let answer = try await send(.POST, "\(address)/\(path)", CheckBench.body(bench.image), headers: [CheckBench.basic])
        #expect(answer.status == 404 && answer.contentType?.contains("json") != true)
      }
    }
  }

  @Test(
    "takes nothing for an image that is none",
    arguments: [
      "", "{", "[]", "{}", #"{"image_url":7}"#, #"{"image_url":""}"#, #"{"image_url":"registry.example.test/shop/web:1"}"#,
      #"{"image_url":"registry.example.test/shop/web@sha256:12"}"#, #"{"image_url":"a","image_url":"b"}"#,
      "{ image_url:poorly-formatted-json, }",
    ])
  func malformed(_ body: String) async throws {
    try await CheckBench().serving { address in
      for path in ["diy", "all", "basic", "diy/verify"] {
        let answer = try await send(.POST, "\(address)/\(path)", body, headers: [CheckBench.basic])
        #expect(answer.status == 422 && !answer.text.isEmpty)
      }
    }
  }

  @Test("reads no more of a body than an image needs, and none that a page could send")
  func bodies() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      let long = CheckBench.body(bench.image) + String(repeating: " ", count: 20_000)
      #expect(try await send(.POST, "\(address)/diy", long, headers: [CheckBench.basic]).status == 413)
      let plain = try await send(
        .POST, "\(address)/diy", CheckBench.body(bench.image), headers: [CheckBench.basic, ("Content-Type", "text/plain")])
      #expect(plain.status == 422)
      #expect(try await send(.GET, "\(address)/diy", headers: [CheckBench.basic]).status == 404)
    }
  }

  @Test("answers when the deadline is over, with no verdict and no signature")
  func deadline() async throws {
    let bench = try CheckBench("deadlineSeconds: 1")
    let store = StubbornStore(bench.store, .hangs) { _ in true }
    try await bench.serving(on: store) { address in
      let answer = try await send(.POST, "\(address)/all", CheckBench.body(bench.image), headers: [CheckBench.basic])
      let response = try Response(answer)
      #expect(!response.success && !response.results.contains(where: \.attested))
      #expect(response["snakeoil"]?.details.reasons.map(\.code) == ["deadline-exceeded"])
      #expect(response["diy"]?.success == true && response["diy"]?.err.contains("no answer in time") == true)
      #expect(try await bench.attested(bench.image).isEmpty)
    }
  }

  // MARK: Verifying

  @Test("verifies what was attested, and runs no check for it")
  func verify() async throws {
    let bench = try CheckBench()
    try await bench.serving { address in
      let before = try Response(
        try await send(.POST, "\(address)/basic/verify", CheckBench.body(bench.image), headers: [CheckBench.basic]))
      #expect(!before.success && before["diy"]?.details.reasons.map(\.code) == ["attestation-missing"])
      _ = try await send(.POST, "\(address)/diy", CheckBench.body(bench.image), headers: [CheckBench.basic])
      let asked = bench.repository.log.count
      let after = try Response(
        try await send(.POST, "\(address)/basic/verify", CheckBench.body(bench.image), headers: [CheckBench.basic]))
      #expect(!after.success && after.results.map(\.success) == [true, false] && after.results.map(\.attested) == [true, false])
      #expect(bench.repository.log.count == asked)
      #expect(try await bench.attested(bench.image) == ["diy"])
    }
  }

  @Test("takes no attestation by another key, of another image, or without its signature")
  func forged() async throws {
    let bench = try CheckBench()
    let note = try NoteName(parsing: "projects/shop/notes/diy")
    try await bench.store.create(Note(attestorNamed: "diy"), named: note)
    var byAnother = try await bench.signer("nobody").attestation(of: bench.image, under: note)
    let ours = try bench.signer("diy")
    var renamed = byAnother
    renamed.attestation.signatures[0].publicKeyID = ours.keyID
    var ofAnother = try await ours.attestation(of: bench.rootImage, under: note)
    ofAnother.resourceUri = bench.image.resourceURI
    byAnother.attestation.signatures.append(
      .with {
        $0.publicKeyID = ours.keyID
        $0.signature = Data([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01])
      })
    try await bench.store.create([byAnother, renamed, ofAnother], in: ProjectName(id: "shop"))
    try await bench.serving { address in
      let response = try Response(
        try await send(.POST, "\(address)/diy/verify", CheckBench.body(bench.image), headers: [CheckBench.basic]))
      #expect(!response.success && response["diy"]?.success == false && response["diy"]?.attested == false)
      let codes = response["diy"]?.details.reasons.map(\.code) ?? []
      #expect(codes.contains("bad-signature") && codes.contains("wrong-digest"))
    }
  }

  @Test("says that it could not tell when the store does not answer")
  func unavailable() async throws {
    let bench = try CheckBench()
    try await bench.serving(on: StubbornStore(bench.store) { _ in true }) { address in
      let response = try Response(
        try await send(.POST, "\(address)/diy/verify", CheckBench.body(bench.image), headers: [CheckBench.basic]))
      #expect(!response.success && response["diy"]?.details.verdict == "undecided")
      #expect(response["diy"]?.err.contains("did not answer") == true)
    }
  }
}

extension String {
  var base64: String { Data(utf8).base64EncodedString() }
}
