import Cluster
import ClusterDouble
import Foundation
import Images
import TestSupport
import Testing

@Suite("The client of the Kubernetes API", .timeLimit(.minutes(2)))
struct ClusterClientTests {
  @Test("reads its token again for every request")
  func tokens() async throws {
    let folder = try TemporaryFolder()
    try folder.write(["token": Array("token-of-the-gate\n".utf8)])
    try await withCluster({ $0.credential = .tokenFile(folder.path("token")) }) { double, client in
      #expect(try await client.get(ObjectName(.pods, in: "shop", "web")) == nil)
      try folder.write(["token": Array("another".utf8)])
      await #expect(throws: ClusterError.refused(status: 401, reason: "Unauthorized on purpose")) {
        try await client.get(ObjectName(.pods, in: "shop", "web"))
      }
      #expect(double.asked.map(\.authorization) == ["Bearer token-of-the-gate", "Bearer another"])
    }
  }

  @Test("shows its token to no other server")
  func redirects() async throws {
    try await withCluster { other, _ in
      try await withCluster { double, client in
        double.fail(.init(redirect: "http://127.0.0.1:1/elsewhere"))
        await #expect(throws: ClusterError.self) { try await client.get(ObjectName(.pods, in: "shop", "web")) }
        #expect(double.asked.count == 1 && other.asked.isEmpty)
      }
    }
  }

  @Test("keeps a name in its place in the path")
  func escaping() async throws {
    try await withCluster { double, client in
      _ = try await client.get(ObjectName(.pods, in: "shop/../..", "a?b#c"))
      #expect(double.asked.map(\.target) == ["/api/v1/namespaces/shop%2F..%2F../pods/a%3Fb%23c"])
    }
  }

  @Test("reads no more of an answer than it may")
  func ceilings() async throws {
    try await withCluster({ $0.limitAnswerBytes = 1_000 }) { double, client in
      try double.create(pod("large", v: String(repeating: "x", count: 2_000)), at: pods)
      await #expect(throws: ClusterError.tooLarge(limitBytes: 1_000)) {
        try await client.get(ObjectName(.pods, in: "shop", "large"))
      }
    }
  }

  @Test(
    "refuses addresses that are no origin", arguments: ["http://10.0.0.1", "https://u:p@h", "https://h/path", "ftp://h", "h"])
  func addresses(_ address: String) {
    #expect(throws: ClusterError.self) {
      try ClusterClient(ClusterSettings(server: address, authorities: nil, credential: .nobody))
    }
  }

  @Test("knows where it is from the pod's own service account")
  func inCluster() throws {
    let folder = try TemporaryFolder()
    try folder.write(["token": [65], "ca.crt": [66], "namespace": Array("pratique\n".utf8)])
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
    let settings = try ClusterSettings(inClusterWith: environment, folder: folder.url.path)
    #expect(settings.server == "https://[fd00::1]:6443" && settings.namespace == "pratique" && settings.authorities == [66])
    #expect(throws: ClusterError.self) { try ClusterSettings(inClusterWith: [:], folder: folder.url.path) }
  }

  @Test("reads a kubeconfig, and runs no program for it")
  func kubeconfig() throws {
    let folder = try TemporaryFolder()
    func config(_ user: String, cluster: String = "") -> String {
      """
      apiVersion: v1
      kind: Config
      current-context: here
      contexts: [{name: here, context: {cluster: c, user: u, namespace: shop}}]
      clusters: [{name: c, cluster: {server: "https://k8s.test:6443", certificate-authority-data: \(Data("CA".utf8).base64EncodedString())\(cluster)}}]
      users: [{name: u, user: \(user)}]
      """
    }
    try folder.write([
      "good": Array(config("{token: secret}").utf8), "exec": Array(config("{exec: {command: /bin/sh}}").utf8),
      "blind": Array(config("{token: secret}", cluster: ", insecure-skip-tls-verify: true").utf8),
    ])
    let settings = try ClusterSettings(kubeconfig: folder.path("good"))
    #expect(settings.server == "https://k8s.test:6443" && settings.namespace == "shop")
    #expect(settings.authorities == Array("CA".utf8))
    #expect(!"\(settings)".contains("secret"))
    try folder.write([
      "plugin": Array(config("{auth-provider: {name: gcp}, token: secret}").utf8),
      "another": Array(config("{token: secret, as: root}").utf8),
      "password": Array(config("{username: u, password: p}").utf8),
      "proxy": Array(config("{token: secret}", cluster: ", proxy-url: \"http://127.0.0.1:1\"").utf8),
    ])
    for name in ["exec", "plugin", "another", "password", "blind", "proxy", "missing"] {
      #expect(throws: ClusterError.self) { try ClusterSettings(kubeconfig: folder.path(name)) }
    }
  }
}
