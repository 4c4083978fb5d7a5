import Cluster
import ClusterDouble
import Foundation
import Testing

@Suite("The trust in webhook configurations", .timeLimit(.minutes(2)))
struct WebhookTrustTests {
  static let group = "/apis/admissionregistration.k8s.io/v1"
  static let validating = "\(group)/validatingwebhookconfigurations"
  static let mutating = "\(group)/mutatingwebhookconfigurations"

  static func configuration(_ name: String = "pratique", service: String = "gate") -> String {
    """
    {"metadata":{"name":"\(name)"},"webhooks":[
      {"name":"validate.pratique.dev","clientConfig":{"service":{"name":"\(service)","namespace":"pratique"}}},
      {"name":"else.test","clientConfig":{"service":{"name":"other","namespace":"pratique"},"caBundle":"THEIRS"}},
      {"name":"url.test","clientConfig":{"url":"https://gate.test","caBundle":"THEIRS"}}]}
    """
  }

  static func bundles(_ double: KubernetesDouble, _ collection: String, _ name: String = "pratique") -> [String] {
    (double.object("\(collection)/\(name)")?["webhooks"]?.elements ?? []).map { $0["clientConfig"]?["caBundle"]?.string ?? "" }
  }

  @Test("is written into the webhooks of the gate's service in both kinds, and nowhere else")
  func writes() async throws {
    try await withCluster { double, client in
      for collection in [Self.validating, Self.mutating] {
        try double.create(Self.configuration(), at: collection)
        try double.create(Self.configuration("other"), at: collection)
      }
      let trust = WebhookTrust(client, configurations: ["pratique", "absent"], namespace: "pratique", service: "gate")
      let wanted = Data("CA".utf8).base64EncodedString()
      #expect(try await trust.keep(Array("CA".utf8)) == 2)
      for collection in [Self.validating, Self.mutating] {
        #expect(Self.bundles(double, collection) == [wanted, "THEIRS", "THEIRS"])
        #expect(Self.bundles(double, collection, "other") == ["", "THEIRS", "THEIRS"])
      }
      #expect(try await trust.keep(Array("CA".utf8)) == 0)
      // Somebody overwrites it.
      try double.patch("\(Self.validating)/pratique", Self.configuration())
      #expect(Self.bundles(double, Self.validating).first == "")
      #expect(try await trust.keep(Array("CA".utf8)) == 1)
      #expect(Self.bundles(double, Self.validating).first == wanted)
    }
  }

  @Test("holds only for the version that was read")
  func versions() async throws {
    try await withCluster { double, client in
      try double.create(Self.configuration(), at: Self.validating)
      let name = ObjectName(.validatingWebhooks, "pratique")
      let read = try #require(try await client.get(name))
      let patch = try #require(WebhookTrust.patch(of: read, to: [1], namespace: "pratique", service: "gate"))
      try double.patch("\(Self.validating)/pratique", #"{"webhooks":[]}"#)
      await #expect(throws: ClusterError.refused(status: 422, reason: "Invalid on purpose")) {
        try await client.patch(name, patch, as: .json)
      }
    }
  }
}
