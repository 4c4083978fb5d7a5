import Foundation
import Testing

@Suite("The way of an image")
struct JourneyTests {
  @Test(
    "goes from source to verdict, with the real servers",
    .enabled(if: Programs.missing.isEmpty, "needs \(Programs.missing.joined(separator: ", ")): Scripts/install-packages test"),
    .timeLimit(.minutes(10)))
  func wholeWay() async throws {
    try await Journey.run { journey in
      let web = try await journey.pipeline("web", keys: ["built", "audited"])
      let ledger = try await journey.pipeline("ledger", keys: ["built"])

      let kinds = Set(try await journey.kinds(of: web))
      #expect(kinds.isSuperset(of: ["BUILD", "IMAGE", "PACKAGE", "DISCOVERY", "ATTESTATION"]), "\(kinds)")
      let faults = Set(try await journey.kinds(of: ledger))
      #expect(faults.isSuperset(of: ["VULNERABILITY", "COMPLIANCE"]), "\(faults)")

      try await admits(web, journey)
      try await denies(ledger: ledger, web: web, journey)
      try await deniesAfterRevocation(of: web, journey)
    }
  }

  private func admits(_ image: String, _ journey: Journey) async throws {
    let pod = try await journey.review(Self.pod(image), kind: "Pod")
    #expect(pod.isAllowed, "\(pod.message)")
    let deployment = try await journey.review(Self.deployment(image), kind: "Deployment", group: "apps")
    #expect(deployment.isAllowed, "\(deployment.message)")
  }

  private func denies(ledger: String, web: String, _ journey: Journey) async throws {
    let repository = "\(journey.registry)/shop/web"
    let ledgerDigest = ledger.split(separator: "@").last.map(String.init) ?? ""
    let unknown = "\(journey.registry)/shop/unknown@sha256:" + String(repeating: "ab", count: 32)
    let cases: [(name: String, object: String, subresource: String, because: [String])] = [
      ("the service that was not audited", Self.pod(ledger), "", ["audited", "[attestation-missing]"]),
      ("an image nobody vouches for", Self.pod(unknown), "", ["built", "audited", "[attestation-missing]"]),
      ("a tag without a digest", Self.pod("\(repository):latest"), "", ["[digest-missing]"]),
      ("the digest of another image", Self.pod("\(repository)@\(ledgerDigest)"), "", ["[attestation-missing]"]),
      (
        "a foreign image in a debug container", Self.pod(web, debug: unknown), "ephemeralcontainers",
        ["spec.ephemeralContainers[0]", "[attestation-missing]"]
      ),
    ]
    for one in cases {
      let answer = try await journey.review(one.object, kind: "Pod", subresource: one.subresource)
      #expect(!answer.isAllowed, "\(one.name) was let in")
      for part in one.because { #expect(answer.message.contains(part), "\(one.name): \(answer.message)") }
    }
  }

  private func deniesAfterRevocation(of image: String, _ journey: Journey) async throws {
    try journey.revoke("built")
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(30))
    var answer = try await journey.review(Self.pod(image), kind: "Pod")
    while answer.isAllowed, clock.now < end { answer = try await journey.review(Self.pod(image), kind: "Pod") }
    #expect(!answer.isAllowed)
    #expect(answer.message.contains("[key-revoked]"), "\(answer.message)")
  }

  private static func pod(_ image: String, debug: String? = nil) -> String {
    let ephemeral = debug.map { #","ephemeralContainers":[{"name":"debug","image":"\#($0)"}]"# } ?? ""
    return #"""
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"it","namespace":"shop"},\#
      "spec":{"containers":[{"name":"it","image":"\#(image)"}]\#(ephemeral)}}
      """#
  }

  private static func deployment(_ image: String) -> String {
    #"""
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"it","namespace":"shop"},\#
    "spec":{"selector":{"matchLabels":{"app":"it"}},"template":{"metadata":{"labels":{"app":"it"}},\#
    "spec":{"containers":[{"name":"it","image":"\#(image)"}]}}}}
    """#
  }
}
