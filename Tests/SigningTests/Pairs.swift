import Attestations
import Images
import Signing
import Synchronization

/// A key pair for one algorithm.
struct TestPair: Sendable {
  let algorithm: SignatureAlgorithm
  let privatePEM: Redacted<String>
  let publicPEM: String
  let keyID: String
}

/// One key pair for each algorithm; those for RSA keys of one size share a key, for making a large one takes seconds.
enum Pairs {
  /// All but OpenPGP, whose keys gpg makes.
  static let algorithms = SignatureAlgorithm.allCases.filter { $0.scheme != nil }

  private static let made = Mutex<[String: KeyPair]>([:])

  static func of(_ algorithm: SignatureAlgorithm) throws -> TestPair {
    let pair = try made.withLock { made in
      let kind = algorithm.modulusBits.map { "RSA \($0)" } ?? algorithm.rawValue
      let pair = try made[kind] ?? KeyPair(generating: algorithm)
      made[kind] = pair
      return pair
    }
    return TestPair(algorithm: algorithm, privatePEM: pair.privatePEM, publicPEM: pair.publicPEM, keyID: pair.keyID)
  }
}
