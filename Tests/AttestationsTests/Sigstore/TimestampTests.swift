import Attestations
import Crypto
import Foundation
import Images
import Testing
import X509

@Suite("A signed timestamp")
struct TimestampTests {
  private static func code(
    _ world: ExampleSigstore, listsItself: Bool = true, end: String? = nil,
    _ make: (_ signature: [UInt8]) throws -> [[UInt8]]
  ) throws -> String? {
    var recipe = ExampleSigstore.Recipe()
    recipe.hasPromise = false
    var json = try world.bundle(recipe).json
    let signature = ((json["messageSignature"] as? [String: Any])?["signature"] as? String).flatMap { Data(base64Encoded: $0) }
    let stamps = try make(Array(signature ?? Data()))
    change(
      &json, at: "verificationMaterial.timestampVerificationData.rfc3161Timestamps",
      to: stamps.map { ["signedTimestamp": $0.base64] })
    let root = try world.root { $0["timestampAuthorities"] = [try world.timestamps.json(end: end, listsItself: listsItself)] }
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: root)
    return SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, trust))
  }

  private static let now = ExampleSigstore.now

  @Test("counts by the certificate that the root lists, and by one that it carries below a listed root")
  func certificates() throws {
    let world = try ExampleSigstore()
    let own = world.timestamps
    #expect(try Self.code(world) { [try own.response(over: $0, seconds: Self.now)] } == nil)
    #expect(try Self.code(world) { [try own.response(over: $0, seconds: Self.now, carrying: [own.certificate])] } == nil)
    #expect(
      try Self.code(world, listsItself: false) { [try own.response(over: $0, seconds: Self.now, carrying: [own.certificate])] }
        == nil)
    #expect(try Self.code(world, listsItself: false) { [try own.response(over: $0, seconds: Self.now)] } == "no-trusted-time")
  }

  @Test("does not count by another key than that of the certificate whose path is checked")
  func otherSigner() throws {
    let world = try ExampleSigstore()
    let own = world.timestamps
    let mallory = P256.Signing.PrivateKey()
    #expect(
      try Self.code(world) {
        [try own.response(over: $0, seconds: Self.now, carrying: [own.certificate], signedBy: mallory)]
      } == "no-trusted-time")
    // Another certificate of the same authority, with the name and number of the right one, but for another use.
    let other = try own.authority.leaf(
      .init(mallory.publicKey),
      {
        var it = ExampleAuthority.Request(); it.usage = .codeSigning; return it
      }())
    #expect(
      try Self.code(world, listsItself: false) {
        [try own.response(over: $0, seconds: Self.now, carrying: [other, own.certificate], signedBy: mallory)]
      } == "no-trusted-time")
  }

  @Test("does not count from a certificate for another use, nor past its authority's time, nor from the future")
  func usesAndTimes() throws {
    let world = try ExampleSigstore()
    let own = world.timestamps
    #expect(
      try Self.code(world, end: "2026-05-04T11:59:59Z") { [try own.response(over: $0, seconds: Self.now)] } == "bad-timestamp")
    #expect(try Self.code(world) { [try own.response(over: $0, seconds: Self.now + 301)] } == "bad-timestamp")
    #expect(try Self.code(world) { [try own.response(over: $0, seconds: Self.now + 86400 * 500)] } == "bad-timestamp")
  }

  @Test("has to hold even beside one that does")
  func every() throws {
    let world = try ExampleSigstore()
    let own = world.timestamps
    #expect(
      try Self.code(world) {
        [try own.response(over: $0, seconds: Self.now), try own.response(over: $0, seconds: Self.now - 61)]
      } == "untrusted-certificate")
    #expect(
      try Self.code(world) { [try own.response(over: $0, seconds: Self.now), try own.response(over: [1], seconds: Self.now)] }
        == "bad-timestamp")
    #expect(
      try Self.code(world) { signature in
        try (0..<9).map { _ in try own.response(over: signature, seconds: Self.now) }
      } == "bundle-over-limit")
  }

  @Test("is refused when it is cut short, wherever that is")
  func damage() throws {
    let world = try ExampleSigstore()
    let own = world.timestamps
    var whole: [UInt8] = []
    #expect(
      try Self.code(world) {
        whole = try own.response(over: $0, seconds: Self.now)
        return [whole]
      } == nil)
    for count in stride(from: 0, to: whole.count, by: 7) {
      #expect(try Self.code(world) { [Array(try own.response(over: $0, seconds: Self.now).prefix(count))] } == "bad-timestamp")
    }
  }
}
