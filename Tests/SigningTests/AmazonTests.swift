import Attestations
import CLibCrypto
import Contracts
import Crypto
import Foundation
import Images
import Signing
import Testing

private let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
private let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

/// Whether a request is signed as AWS demands, worked out from what arrived.
private func isSigned(_ asked: Asked, region: String) -> Bool {
  let parts = (asked.headers["authorization"] ?? "").matches(of: #/(Credential|SignedHeaders|Signature)=([^,]+)/#)
  let fields = Dictionary(parts.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
  guard let date = asked.headers["x-amz-date"], let names = fields["SignedHeaders"], date.utf8.count == 16,
    fields["Credential"] == "AKIDEXAMPLE/\(date.prefix(8))/\(region)/kms/aws4_request",
    ["host", "content-type", "x-amz-target", "x-amz-date"].allSatisfy(names.split(separator: ";").map(String.init).contains)
  else { return false }
  let lines = names.split(separator: ";").map { "\($0):\(asked.headers[String($0)] ?? "")\n" }.joined()
  func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
  func mac(_ key: Data, _ text: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
  }
  let canonical = [asked.method, asked.target, "", lines, names, hex(SHA256.hash(data: asked.body))].joined(separator: "\n")
  let scope = "\(date.prefix(8))/\(region)/kms/aws4_request"
  let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + hex(SHA256.hash(data: Data(canonical.utf8)))
  var key = Data("AWS4\(secret)".utf8)
  for part in scope.split(separator: "/") { key = mac(key, String(part)) }
  return fields["Signature"] == hex(mac(key, text))
}

/// AWS KMS as far as signing needs it.
///
/// Source: AWS KMS API, GetPublicKey and Sign.
func amazonDouble(
  _ key: TestKey, region: String = "eu-central-1", change: @escaping @Sendable ([String: Any]) -> [String: Any] = { $0 }
) async throws -> KeyServiceDouble {
  try await KeyServiceDouble { asked in
    guard isSigned(asked, region: region), asked.headers["content-type"] == "application/x-amz-json-1.1", asked.method == "POST"
    else { return .json(400, ["__type": "IncompleteSignatureException", "message": "The request signature does not match."]) }
    let whole = [.ed25519: "ED25519_SHA_512", .mlDSA65: "ML_DSA_SHAKE_256"][key.algorithm]
    switch asked.headers["x-amz-target"] {
    case "TrentService.GetPublicKey":
      let hash = key.algorithm.rawValue.suffix(3)
      let ofDigests =
        key.algorithm.modulusBits == nil ? ["ECDSA_SHA_\(hash)"] : ["RSASSA_PSS_SHA_\(hash)", "RSASSA_PKCS1_V1_5_SHA_\(hash)"]
      let names = whole.map { [$0] } ?? ofDigests
      return .json(
        change([
          "KeyId": arn, "KeyUsage": "SIGN_VERIFY", "PublicKey": Data(key.publicDER).base64EncodedString(),
          "SigningAlgorithms": names,
        ]))
    case "TrentService.Sign":
      guard asked.text("KeyId") == arn, let algorithm = asked.text("SigningAlgorithm"), let message = asked.bytes("Message"),
        asked.text("MessageType") == (whole == nil ? "DIGEST" : "RAW"),
        whole != nil || algorithm.hasSuffix("_\(message.count * 8)")
      else { return .json(400, ["__type": "ValidationException", "message": "bad request"]) }
      let padding =
        algorithm.hasPrefix("RSASSA_PSS") ? RSA_PKCS1_PSS_PADDING : algorithm.hasPrefix("RSASSA") ? RSA_PKCS1_PADDING : nil
      let signature = key.signature(over: message, padding: padding)
      return .json(
        change(["KeyId": arn, "Signature": Data(signature).base64EncodedString(), "SigningAlgorithm": algorithm]))
    default: return .json(400, ["__type": "UnknownOperationException"])
    }
  }
}

@Suite("A key of AWS KMS, against a double")
struct AmazonTests {
  private func settings(_ double: KeyServiceDouble, session: String? = nil) -> SignerSettings {
    var settings = SignerSettings()
    settings.amazon.address = double.address
    settings.amazon.accessKeyID = "AKIDEXAMPLE"
    settings.amazon.secret = Redacted(secret)
    settings.amazon.region = "eu-central-1"
    settings.amazon.sessionToken = session.map { Redacted($0) }
    return settings
  }

  @Test("signs as every signer must", arguments: Pairs.algorithms)
  func contract(algorithm: SignatureAlgorithm) async throws {
    let key = try TestKey(algorithm)
    let double = try await amazonDouble(key)
    var settings = settings(double)
    settings.algorithm = algorithm
    let signer = try await SignerReference(parsing: "awskms:///alias/shop").open(settings)
    #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
    #expect(double.asked.first?.text("KeyId") == "alias/shop")
  }

  @Test("may be named by its ARN, which says the region, and asked in a session")
  func regions() async throws {
    let key = try TestKey(.ecdsaP256SHA256)
    let double = try await amazonDouble(key)
    var settings = settings(double, session: "AQoDYXdzEPT//////////wEXAMPLE")
    settings.amazon.region = "us-east-1"
    let signer = try await SignerReference(parsing: "awskms:///\(arn)").open(settings)
    #expect(try await SignerContract(signer, publicPEM: key.publicPEM).breaches() == [])
    #expect(double.asked.allSatisfy { $0.headers["authorization"]?.contains("x-amz-security-token") == true })
  }

  @Test("is refused when the request is signed with another secret")
  func wrongSecret() async throws {
    let double = try await amazonDouble(try TestKey(.ecdsaP256SHA256))
    var settings = settings(double)
    settings.amazon.secret = Redacted("another")
    #expect(
      await refusal { try await SignerReference(parsing: "awskms:///alias/shop").open(settings) }
        == .refused(service: "AWS KMS", status: 400, told: "The request signature does not match."))
  }

  @Test(
    "is not handed out when the answer is about another key or way",
    arguments: [
      "KeyId", "KeyUsage", "PublicKey", "SigningAlgorithms", "Signature", "SigningAlgorithm",
    ])
  func wrong(_ field: String) async throws {
    let key = try TestKey(.ecdsaP256SHA256)
    let double = try await amazonDouble(key) { answer in
      guard answer[field] != nil, field != "KeyId" || answer["Signature"] != nil else { return answer }
      var answer = answer
      answer[field] = "AAAA"
      return answer
    }
    let settings = settings(double)
    #expect(
      await refusal { try await SignerReference(parsing: "awskms:///alias/shop").open(settings).signature(over: [1]) } != nil)
  }

  @Test("needs a region, a key and a secret, and names the variables that give them")
  func missing() async throws {
    let reference = try SignerReference(parsing: "awskms:///alias/shop")
    var settings = SignerSettings()
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AWS_REGION") == true)
    settings.amazon.region = "eu-central-1"
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AWS_ACCESS_KEY_ID") == true)
    settings.amazon.accessKeyID = "AKIDEXAMPLE"
    #expect(await refusal { try await reference.open(settings) }?.description.contains("AWS_SECRET_ACCESS_KEY") == true)
  }

  /// Made with botocore 1.43.11, SigV4Auth, for the time 2026-11-26 01:02:03 UTC.
  @Test(
    "is asked in requests that are signed as botocore signs them",
    arguments: [
      (
        "kms.eu-central-1.amazonaws.com", "eu-central-1", nil, #"{"KeyId":"alias/shop"}"#, "GetPublicKey",
        "cc6a4de14e42879fd26b2553248be8211667e9f0c331d5bd1ee2b0918f8269e5"
      ),
      (
        "kms.us-east-1.amazonaws.com", "us-east-1", "AQoDYXdzEPT//////////wEXAMPLE",
        #"{"KeyId":"a","Message":"AA==","MessageType":"DIGEST","SigningAlgorithm":"ECDSA_SHA_256"}"#, "Sign",
        "adb6013918ad8661a06046233f0fac30117ae53c8dd7b5cfa66750add6bfeb48"
      ),
      ("localhost:8443", "us-west-2", nil, "", "Sign", "049bc6d2da9eb6c76c811ae41069e7a7918446e7182049025022f1d66ad18759"),
    ])
  func botocore(host: String, region: String, session: String?, body: String, operation: String, expected: String) {
    let access = SignatureV4(
      accessKeyID: "AKIDEXAMPLE", secret: Redacted(secret), sessionToken: session.map { Redacted($0) }, region: region,
      service: "kms")
    let headers = [
      (name: "content-type", value: "application/x-amz-json-1.1"), (name: "x-amz-target", value: "TrentService.\(operation)"),
    ]
    let request = SignatureV4.Request(host: host, headers: headers, body: Array(body.utf8))
    let signed = access.headers(for: request, atSeconds: 1_795_654_923)
    #expect(signed.first { $0.name == "x-amz-date" }?.value.revealed == "20261126T010203Z")
    #expect(signed.first { $0.name == "authorization" }?.value.revealed.hasSuffix("Signature=\(expected)") == true)
  }
}
