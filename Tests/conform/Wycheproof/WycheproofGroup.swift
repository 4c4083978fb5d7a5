import Attestations
import Images

/// The cases of one key: how it signs, and the key as a verifier would be given it.
struct WycheproofGroup {
  private enum Form {
    case strict, plain
  }

  private let form: Form
  /// Nil when our reader refuses the key, and then every signature by it is refused.
  private let key: PublicKey?

  /// - Throws: `Unrunnable` with what is not verified with.
  init(_ group: JSONNode) throws(Unrunnable) {
    let type = group["type"]?.string ?? ""
    form = type == "EcdsaP1363Verify" ? .plain : .strict
    let scheme = try Self.scheme(of: group, type: type)
    let der = bytes((group["publicKeyDer"] ?? group["keyDer"])?.string)
    // Malformed ML-DSA keys come without a DER form.
    let raw = scheme == .mlDSA65 ? bytes(group["publicKey"]?.string).map { PublicKey.mlDSA65Prefix + $0 } : nil
    key = (der ?? raw).flatMap { try? PublicKey(subjectPublicKeyInfo: $0, scheme: scheme) }
  }

  private static func scheme(of group: JSONNode, type: String) throws(Unrunnable) -> SignatureScheme {
    let key = group["publicKey"] ?? group["key"]
    switch type {
    case "EcdsaVerify", "EcdsaP1363Verify":
      return .ecdsa(try curve(key?["curve"]?.string ?? ""), try hash(group["sha"]?.string ?? ""))
    case "RsassaPkcs1Verify", "RsassaPkcs1Generate":
      return .rsaPKCS1(modulusBits: try modulusBits(group), try hash(group["sha"]?.string ?? ""))
    case "RsassaPssVerify":
      let name = group["sha"]?.string ?? ""
      guard group["mgfSha"]?.string == name else { throw Unrunnable("PSS with two different hashes is not verified") }
      return .rsaPSS(modulusBits: try modulusBits(group), try hash(name), saltBytes: group["sLen"]?.int)
    case "EddsaVerify", "EddsaVerify2":
      guard key?["curve"]?.string == "edwards25519" else { throw Unrunnable("of the Edwards curves only Ed25519 is verified") }
      return .ed25519
    case "MlDsaVerify":
      guard bytes(group["publicKey"]?.string).map({ $0.count == 1312 || $0.count == 2592 }) != true else {
        throw Unrunnable("of ML-DSA only ML-DSA-65 is verified")
      }
      return .mlDSA65
    default: throw Unrunnable("\(type) is not verified")
    }
  }

  private static func curve(_ name: String) throws(Unrunnable) -> SignatureScheme.Curve {
    switch name {
    case "secp256r1", "P-256": return .p256
    case "secp384r1", "P-384": return .p384
    case "secp521r1", "P-521": return .p521
    default: throw Unrunnable("the curve \(name) is not verified with")
    }
  }

  private static func hash(_ name: String) throws(Unrunnable) -> SignatureScheme.Hash {
    switch name {
    case "SHA-256": return .sha256
    case "SHA-384": return .sha384
    case "SHA-512": return .sha512
    default: throw Unrunnable("the hash \(name) is not verified with")
    }
  }

  private static func modulusBits(_ group: JSONNode) throws(Unrunnable) -> Int {
    guard let bits = group["keySize"]?.int ?? group["keysize"]?.int else { throw Unrunnable("the size of the key is not told") }
    guard bits >= 2048 else { throw Unrunnable("RSA keys below 2048 bits are not verified with") }
    return bits
  }

  func outcome(of one: JSONNode) -> Outcome {
    let result = one["result"]?.string ?? ""
    guard let message = bytes(one["msg"]?.string), let signature = bytes(one["sig"]?.string) else {
      return .skipped(because: "it has no message")
    }
    let context = one["ctx"]?.string ?? ""
    if !context.isEmpty, result == "valid" { return .skipped(because: "no attestation is signed with a context") }
    let isGood =
      switch form {
      case .strict: key?.verifies(signature, over: message) ?? false
      case .plain: key?.verifies(plain: signature, over: message) ?? false
      }
    if result == "acceptable" || isGood == (result == "valid") { return .passed }
    return .failed(expected: result, got: isGood ? "valid" : key == nil ? "invalid: the key is refused" : "invalid")
  }
}

/// Hexadecimal digits, two a byte; nil for anything else.
private func bytes(_ text: String?) -> [UInt8]? {
  guard let text, text.utf8.count % 2 == 0 else { return nil }
  let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 2)
  for at in stride(from: 0, to: digits.count, by: 2) {
    guard let high = digits[at], let low = digits[at + 1] else { return nil }
    bytes.append(UInt8(high << 4 | low))
  }
  return bytes
}
