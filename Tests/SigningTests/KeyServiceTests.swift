import Attestations
import Foundation
import Images
import NIOSSL
import Signing
import Synchronization
import TestSupport
import Testing

@Suite("A key service")
struct KeyServiceTests {
  private func settings(_ address: String) -> SignerSettings {
    var settings = SignerSettings()
    settings.vault.address = address
    settings.vault.token = Redacted("s.very-secret-token")
    settings.service.pause = .milliseconds(5)
    return settings
  }

  @Test(
    "is asked again while it says that it might answer later, and no more than three times",
    arguments: [
      (429, 1, true), (500, 2, true), (503, 2, true), (503, 3, false), (500, 9, false),
    ])
  func again(status: Int, failures: Int, isOpened: Bool) async throws {
    let publicPEM = try TestKey(.ecdsaP256SHA256).publicPEM
    let left = Mutex(failures)
    let double = try await KeyServiceDouble { _ in
      let isBusy = left.withLock { left in
        left -= 1
        return left >= 0
      }
      guard !isBusy else { return .json(status, ["errors": ["busy"]]) }
      return .json(
        ["data": ["type": "ecdsa-p256", "latest_version": 2, "keys": ["2": ["public_key": publicPEM]]] as [String: Any]])
    }
    let signer = try? await SignerReference(parsing: "hashivault://shop").open(settings(double.address))
    #expect((signer != nil) == isOpened)
    #expect(double.asked.count == min(failures + 1, 3))
  }

  @Test("is asked once when it refuses", arguments: [400, 401, 403, 404, 302, 204])
  func once(status: Int) async throws {
    let double = try await KeyServiceDouble { _ in .json(status, ["errors": ["permission denied"]]) }
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings(double.address)) }?.code
        == "key-service-refused")
    #expect(double.asked.count == 1)
  }

  @Test(
    "is not believed when it answers no JSON, JSON of another shape, or too much",
    arguments: [
      "", "{", "[]", "null", "{}", #"{"data":{}}"#, #"{"data":{"type":"ecdsa-p256","latest_version":1,"keys":{}}}"#,
      #"{"data":{"type":"ecdsa-p256","latest_version":1,"keys":{"1":{"public_key":"AAAA"}}}}"#,
      #"{"a":1,"a":2}"#, String(repeating: " ", count: 100_000) + "{}",
    ])
  func garbage(_ text: String) async throws {
    let double = try await KeyServiceDouble { _ in .answer(status: 200, body: Array(text.utf8)) }
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings(double.address)) }?.code
        == "malformed-key-service-answer")
  }

  @Test("is waited for no longer than the deadline")
  func slow() async throws {
    let double = try await KeyServiceDouble { _ in .silence }
    var settings = settings(double.address)
    settings.service.deadline = .milliseconds(200)
    let started = ContinuousClock.now
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings) }?.code == "key-service-unreachable")
    #expect(ContinuousClock.now - started < .seconds(120))
  }

  @Test(
    "is sent no credentials but over TLS or to loopback",
    arguments: [
      "http://vault.test:8200", "http://10.0.0.1:8200", "ftp://127.0.0.1", "https://user@vault.test", "https://vault.test/path",
      "vault.test:8200", "", "http://127.0.0.1.attacker.test", "https://vault.test?x=y",
    ])
  func plainText(_ address: String) async throws {
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings(address)) }?.code
        == "refused-key-service-address")
  }

  @Test("is never shown with the token it was asked with")
  func secret() async throws {
    let closed = try await KeyServiceDouble { _ in .json(500, ["errors": ["boom"]]) }
    for address in [closed.address, "http://127.0.0.1:1", "https://127.0.0.1:1"] {
      let error = await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings(address)) }
      #expect(error?.description.contains("very-secret") == false)
    }
    var broken = settings(closed.address)
    broken.vault.token = Redacted("s.very-secret\n")
    let error = await refusal { try await SignerReference(parsing: "hashivault://shop").open(broken) }
    #expect(error?.code == "unsupported-key" && error?.description.contains("very-secret") == false)
    #expect(!"\(settings(closed.address))".contains("very-secret"))
  }

  @Test(
    "is believed over TLS only when its certificate comes from the authorities that are set",
    .enabled(if: program("openssl") != nil, "openssl is not installed"))
  func transportSecurity() async throws {
    let folder = try TemporaryFolder()
    let (certificate, key) = (folder.path("cert.pem"), folder.path("key.pem"))
    try run(
      program("openssl"),
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
      ])
    let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
    let publicPEM = try TestKey(.ecdsaP256SHA256).publicPEM
    let double = try await KeyServiceDouble(tls: context) { _ in
      .json(["data": ["type": "ecdsa-p256", "latest_version": 1, "keys": ["1": ["public_key": publicPEM]]] as [String: Any]])
    }
    var settings = settings("https://127.0.0.1:\(double.port)")
    settings.service.deadline = .seconds(2)
    #expect(
      await refusal { try await SignerReference(parsing: "hashivault://shop").open(settings) }?.code == "key-service-unreachable")
    settings.vault.authoritiesFile = certificate
    settings.service.deadline = .seconds(60)
    let signer = try await SignerReference(parsing: "hashivault://shop").open(settings)
    #expect(signer.publicPEM == publicPEM)
  }
}
