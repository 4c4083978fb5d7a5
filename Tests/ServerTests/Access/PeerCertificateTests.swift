import AsyncHTTPClient
import Hummingbird
import Logging
import Metadata
import NIOCore
import NIOSSL
import Server
import SwiftASN1
import TestSupport
import Testing
import X509

@Suite("A caller with a certificate")
struct PeerCertificateTests {
  static let file = """
    callers:
      - name: gate
        certificate: CN=gate,O=shop
      - name: scanner
        certificate: URI:spiffe://cluster.local/ns/shop/sa/scanner
      - name: web
        certificate: DNS:web.shop.svc
    """

  @Test("is known by the subject or by a name in fixed form")
  func names() throws {
    let forge = try CertificateForge()
    let authority = try Authority(parsing: Self.file, file: "callers.yaml")
    for (issued, name) in [
      (try forge.issue(CertificateForge.subject("gate")), "gate"),
      (
        try forge.issue(
          CertificateForge.subject("x"), [.uniformResourceIdentifier("spiffe://cluster.local/ns/shop/sa/scanner")]), "scanner"
      ),
      (try forge.issue(DistinguishedName(), [.dnsName("web.shop.svc")]), "web"),
    ] {
      #expect(try authority.caller(showing: nil, certificate: PeerCertificate(issued.certificate)).name == name)
    }
  }

  @Test("is nobody by a name that only looks like it, and nobody by the names of two callers")
  func strangers() throws {
    let forge = try CertificateForge()
    let authority = try Authority(parsing: Self.file, file: "callers.yaml")
    for (issued, reason) in [
      (try forge.issue(DistinguishedName { CommonName("gate,O=shop") }), "CN=gate\\,O\\=shop"),
      (try forge.issue(DistinguishedName { CommonName("gate") }), "is in the callers file"),
      (
        try forge.issue(
          DistinguishedName {
            CommonName("gate")
            OrganizationName("shop")
          }), "O=shop,CN=gate"
      ),
      (try forge.issue(CertificateForge.subject("GATE")), "CN=GATE"),
      (try forge.issue(CertificateForge.subject("x"), [.dnsName("gate"), .rfc822Name("web.shop.svc")]), "CN=x"),
      (try forge.issue(CertificateForge.subject("gate"), [.dnsName("web.shop.svc")]), "more than one caller"),
    ] {
      let book = LogBook()
      #expect(throws: MetadataError.unauthenticated) {
        try authority.caller(showing: nil, certificate: PeerCertificate(issued.certificate), logger: book.logger)
      }
      #expect(book.all.count == 1 && book.all[0].contains(reason), "\(book.all)")
    }
  }

  @Test("is held to the token where one is shown")
  func tokenFirst() throws {
    let issued = try CertificateForge().issue(CertificateForge.subject("gate"))
    let authority = try Authority(parsing: Self.file, file: "callers.yaml")
    #expect(throws: MetadataError.unauthenticated) {
      try authority.caller(showing: "Bearer x", certificate: PeerCertificate(issued.certificate))
    }
  }

  @Test("reaches a listener's responder when an authority of ours vouches for it, and may come without", .timeLimit(.minutes(2)))
  func overTLS() async throws {
    let (forge, stranger, folder) = (try CertificateForge(), try CertificateForge(), try TemporaryFolder())
    let server = try forge.issue(CertificateForge.subject("server"), [.ipAddress(.init(contentBytes: [127, 0, 0, 1]))])
    try folder.write([
      "tls.crt": Array(server.chain.utf8), "tls.key": Array(server.key.utf8), "clients.crt": Array(forge.root.utf8),
    ])
    let certificate = try ServingCertificate(
      certificateFile: folder.path("tls.crt"), keyFile: folder.path("tls.key"), clientAuthoritiesFile: folder.path("clients.crt"))
    let router = Router(context: PeerContext.self)
    router.get("peer") { _, context in context.peer?.names.sorted().joined(separator: " ") ?? "nobody" }
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let listener = Listener(
      router.buildResponder(), settings: ListeningSettings(host: "127.0.0.1", port: 0), certificate: certificate,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onRunning: { port.yield($0) })
    try await withThrowingTaskGroup { group in
      group.addTask { try await listener.run() }
      group.addTask {
        var iterator = ports.makeAsyncIterator()
        let url = "https://127.0.0.1:\(try #require(await iterator.next()))/peer"
        let gate = try forge.issue(CertificateForge.subject("gate"), [.dnsName("gate.shop.svc")])
        #expect(try await Self.get(url, trusting: forge.root, showing: gate) == "CN=gate,O=shop DNS:gate.shop.svc")
        #expect(try await Self.get(url, trusting: forge.root, showing: nil) == "nobody")
        for refused in [
          try stranger.issue(CertificateForge.subject("gate")), try forge.issue(CertificateForge.subject("gate"), days: -1),
        ] {
          await #expect(throws: (any Error).self) { try await Self.get(url, trusting: forge.root, showing: refused) }
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private static func get(_ url: String, trusting root: String, showing own: CertificateForge.Issued?) async throws -> String {
    var configuration = HTTPClient.Configuration(certificateVerification: .fullVerification)
    configuration.tlsConfiguration?.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(root.utf8)))
    if let own {
      configuration.tlsConfiguration?.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(own.chain.utf8))
        .map { .certificate($0) }
      configuration.tlsConfiguration?.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(own.key.utf8), format: .pem))
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let result: Result<String, any Error>
    do {
      let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
      result = .success(String(buffer: try await response.body.collect(upTo: 1 << 16)))
    } catch {
      result = .failure(error)
    }
    try await client.shutdown()
    return try result.get()
  }
}
