import CSodium
import Crypto
import CryptoExtras
import Foundation
import Images

/// cosign's encrypted key: JSON that names scrypt and NaCl's secretbox, around PKCS#8.
///
/// Source: sigstore/cosign, pkg/cosign/keys.go; go-securesystemslib, encrypted.
enum CosignKeyFile {
  /// What cosign 2 writes, and what cosign 1 wrote.
  static let labels = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"]

  /// Opens the JSON that stands in the PEM document.
  ///
  /// - Returns: PrivateKeyInfo in DER.
  /// - Throws: `SigningError.malformedKey`, also when deriving the key would take more memory than any honest file asks for;
  ///   `.wrongPassword`.
  static func open(_ json: [UInt8], password: Redacted<String>) throws(SigningError) -> [UInt8] {
    guard let root = try? JSONDocument(parsing: json, atMost: 1 << 16).root, let derivation = root["kdf"],
      derivation["name"]?.string == "scrypt", let cost = Cost(derivation["params"]),
      let salt = decoded(derivation["salt"]), root["cipher"]?["name"]?.string == "nacl/secretbox",
      let nonce = decoded(root["cipher"]?["nonce"]), nonce.count == crypto_secretbox_noncebytes(),
      let sealed = decoded(root["ciphertext"]), sealed.count > crypto_secretbox_macbytes()
    else { throw .malformedKey("it is no cosign key of scrypt and secretbox") }
    guard cost.isBearable else {
      throw .malformedKey("it asks for more of scrypt (N=\(cost.rounds), r=\(cost.block), p=\(cost.lanes)) than any key needs")
    }
    let key = try derive(password, salt: salt, cost)
    var opened = [UInt8](repeating: 0, count: sealed.count - crypto_secretbox_macbytes())
    guard crypto_secretbox_open_easy(&opened, sealed, UInt64(sealed.count), nonce, key) == 0 else { throw .wrongPassword }
    return opened
  }

  /// Wraps a PrivateKeyInfo with a new salt and nonce.
  static func seal(_ pkcs8: [UInt8], password: Redacted<String>) throws(SigningError) -> [UInt8] {
    let cost = Cost.written
    let (salt, nonce) = (random(32), random(crypto_secretbox_noncebytes()))
    let key = try derive(password, salt: salt, cost)
    var sealed = [UInt8](repeating: 0, count: pkcs8.count + crypto_secretbox_macbytes())
    guard crypto_secretbox_easy(&sealed, pkcs8, UInt64(pkcs8.count), nonce, key) == 0 else {
      throw .malformedKey("libsodium did not encrypt it")
    }
    let json = """
      {"kdf":{"name":"scrypt","params":{"N":\(cost.rounds),"r":\(cost.block),"p":\(cost.lanes)},"salt":"\(base64(salt))"},\
      "cipher":{"name":"nacl/secretbox","nonce":"\(base64(nonce))"},"ciphertext":"\(base64(sealed))"}
      """
    return Array(json.utf8)
  }

  private static func derive(_ password: Redacted<String>, salt: [UInt8], _ cost: Cost) throws(SigningError) -> [UInt8] {
    let key = try? KDF.Scrypt.deriveKey(
      from: Array(password.revealed.utf8), salt: salt, outputByteCount: crypto_secretbox_keybytes(), rounds: cost.rounds,
      blockSize: cost.block, parallelism: cost.lanes)
    guard let key else { throw .malformedKey("its scrypt parameters are none") }
    return key.withUnsafeBytes { Array($0) }
  }

  private static func decoded(_ node: JSONNode?) -> [UInt8]? { node?.string.flatMap { bytes(ofBase64: $0) } }

  private static func random(_ count: Int) -> [UInt8] {
    var dice = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &dice) }
  }

  /// What deriving the key costs: `N`, `r` and `p` of scrypt.
  private struct Cost {
    let rounds, block, lanes: Int

    /// What cosign 2 writes: 64 MiB.
    static let written = Cost(rounds: 1 << 16, block: 8, lanes: 1)

    /// At most 256 MiB, and at most eight times over.
    var isBearable: Bool {
      rounds >= 2 && rounds & (rounds - 1) == 0 && rounds <= 1 << 20 && (1...32).contains(block) && (1...8).contains(lanes)
        && 128 * rounds * block <= 256 << 20
    }

    init(rounds: Int, block: Int, lanes: Int) { (self.rounds, self.block, self.lanes) = (rounds, block, lanes) }

    init?(_ node: JSONNode?) {
      guard let rounds = node?["N"]?.int, let block = node?["r"]?.int, let lanes = node?["p"]?.int else { return nil }
      self.init(rounds: rounds, block: block, lanes: lanes)
    }
  }
}
