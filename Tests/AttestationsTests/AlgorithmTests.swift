import Attestations
import Crypto
import CryptoExtras
import Foundation
import Testing

/// A private key of one algorithm, made for the run.
struct AlgorithmKey: Sendable, CustomTestStringConvertible {
  let algorithm: SignatureAlgorithm
  let pem: String
  let sign: @Sendable ([UInt8]) throws -> [UInt8]

  var testDescription: String { algorithm.rawValue }

  static let all: [AlgorithmKey] = {
    let (p256, p384, p521) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), P521.Signing.PrivateKey())
    let (ed25519, mlDSA) = (Curve25519.Signing.PrivateKey(), try? MLDSA65.PrivateKey())
    func document(_ der: [UInt8]) -> String {
      "-----BEGIN PUBLIC KEY-----\n\(Data(der).base64EncodedString(options: .lineLength64Characters))\n-----END PUBLIC KEY-----"
    }
    var keys = [
      AlgorithmKey(algorithm: .ecdsaP256SHA256, pem: p256.publicKey.pemRepresentation) {
        Array(try p256.signature(for: $0).derRepresentation)
      },
      AlgorithmKey(algorithm: .ecdsaP384SHA384, pem: p384.publicKey.pemRepresentation) {
        Array(try p384.signature(for: $0).derRepresentation)
      },
      AlgorithmKey(algorithm: .ecdsaP521SHA512, pem: p521.publicKey.pemRepresentation) {
        Array(try p521.signature(for: $0).derRepresentation)
      },
      AlgorithmKey(algorithm: .ed25519, pem: document(PublicKey.ed25519Prefix + ed25519.publicKey.rawRepresentation)) {
        Array(try ed25519.signature(for: $0))
      },
    ]
    if let mlDSA {
      keys.append(
        AlgorithmKey(algorithm: .mlDSA65, pem: document(PublicKey.mlDSA65Prefix + mlDSA.publicKey.rawRepresentation)) {
          Array(try mlDSA.signature(for: $0))
        })
    }
    return keys + rsa
  }()

  private static var rsa: [AlgorithmKey] {
    let cases: [(SignatureAlgorithm, _RSA.Signing.Padding)] = [
      (.rsaPSS2048SHA256, .PSS), (.rsaPSS3072SHA256, .PSS), (.rsaPSS4096SHA256, .PSS), (.rsaPSS4096SHA512, .PSS),
      (.rsaPKCS1of2048SHA256, .insecurePKCS1v1_5), (.rsaPKCS1of3072SHA256, .insecurePKCS1v1_5),
      (.rsaPKCS1of4096SHA256, .insecurePKCS1v1_5), (.rsaPKCS1of4096SHA512, .insecurePKCS1v1_5),
    ]
    var bySize: [Int: _RSA.Signing.PrivateKey] = [:]
    return cases.compactMap { algorithm, padding in
      guard let bits = algorithm.modulusBits,
        let key = bySize[bits] ?? (try? _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits)))
      else { return nil }
      bySize[bits] = key
      return AlgorithmKey(algorithm: algorithm, pem: key.publicKey.pemRepresentation) { message in
        algorithm.rawValue.hasSuffix("SHA512")
          ? Array(try key.signature(for: SHA512.hash(data: message), padding: padding).rawRepresentation)
          : Array(try key.signature(for: SHA256.hash(data: message), padding: padding).rawRepresentation)
      }
    }
  }
}

@Suite("An algorithm")
struct AlgorithmTests {
  @Test("is there for every name but OpenPGP's")
  func complete() {
    #expect(Set(AlgorithmKey.all.map(\.algorithm)).union([.openPGP]) == Set(SignatureAlgorithm.allCases))
  }

  @Test("verifies what its key signed, and nothing that differs in one bit or one byte of length", arguments: AlgorithmKey.all)
  func verifies(key: AlgorithmKey) throws {
    let attestorKey = try AttestorKey(id: nil, algorithm: key.algorithm, pem: key.pem)
    let publicKey = try PublicKey(pem: key.pem, scheme: #require(key.algorithm.scheme))
    let message = Example.payload()
    let signature = try key.sign(message)
    #expect(publicKey.id == attestorKey.id)
    #expect(publicKey.verifies(signature, over: message))
    #expect(!publicKey.verifies(signature, over: message + [0]))
    #expect(!publicKey.verifies(signature, over: []))
    #expect(!publicKey.verifies(Array(signature.dropLast()), over: message))
    #expect(!publicKey.verifies(signature + [0], over: message))
    #expect(!publicKey.verifies([], over: message))
    for at in stride(from: 0, to: signature.count, by: max(1, signature.count / 64)) {
      var changed = signature
      changed[at] ^= 1
      #expect(!publicKey.verifies(changed, over: message), "byte \(at)")
    }
  }

  @Test("takes no key of another algorithm, but for one key under both ways of padding", arguments: AlgorithmKey.all)
  func others(key: AlgorithmKey) {
    for algorithm in SignatureAlgorithm.allCases {
      let fits = (try? AttestorKey(id: nil, algorithm: algorithm, pem: key.pem)) != nil
      let isSame =
        algorithm == key.algorithm || (algorithm.modulusBits != nil && algorithm.modulusBits == key.algorithm.modulusBits)
      #expect(fits == isSame, "\(algorithm.rawValue)")
    }
  }

  @Test("does not take a signature made the other way of padding")
  func paddings() throws {
    let message = Example.payload()
    let pss = try #require(AlgorithmKey.all.first { $0.algorithm == .rsaPSS2048SHA256 })
    let pkcs1 = try #require(AlgorithmKey.all.first { $0.algorithm == .rsaPKCS1of2048SHA256 })
    let asPSS = try PublicKey(pem: pkcs1.pem, scheme: .rsaPSS(modulusBits: 2048, .sha256, saltBytes: nil))
    let asPKCS1 = try PublicKey(pem: pss.pem, scheme: .rsaPKCS1(modulusBits: 2048, .sha256))
    #expect(try !asPSS.verifies(pkcs1.sign(message), over: message))
    #expect(try !asPKCS1.verifies(pss.sign(message), over: message))
  }

  @Test("reads a key only in its one DER form", arguments: AlgorithmKey.all)
  func strictKeys(key: AlgorithmKey) throws {
    let scheme = try #require(key.algorithm.scheme)
    let der = try PublicKey(pem: key.pem, scheme: scheme).subjectPublicKeyInfo
    #expect(throws: AttestationError.self) { try PublicKey(subjectPublicKeyInfo: der + [0], scheme: scheme) }
    for count in stride(from: 0, to: der.count, by: 7) {
      #expect(throws: AttestationError.self) { try PublicKey(subjectPublicKeyInfo: Array(der.prefix(count)), scheme: scheme) }
    }
    // The outer length in more bytes than it needs.
    let body = Array(der[1...])
    let longer = der[1] < 0x80 ? [0x30, 0x81] + body : [0x30, der[1] + 1, 0] + body.dropFirst()
    #expect(throws: AttestationError.self) { try PublicKey(subjectPublicKeyInfo: longer, scheme: scheme) }
  }
}
