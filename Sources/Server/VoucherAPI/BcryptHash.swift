import CCrypt

/// Checks a password against a bcrypt hash with libcrypt.
///
/// Source: crypt(5), `$2b$` and its elder spellings.
enum BcryptHash {
  /// No longer password is told apart by bcrypt, so none is taken.
  static let limitBytes = 72

  /// Whether `password` is the one that `hash` was made of. Takes as long as the hash's cost says, a tenth of a second at 10.
  static func matches(_ hash: String, _ password: [UInt8]) -> Bool {
    guard password.count <= limitBytes, !password.contains(0) else { return false }
    var scratch = crypt_data()
    return withUnsafeMutablePointer(to: &scratch) { scratch in
      let phrase = password.map { CChar(bitPattern: $0) } + [0]
      guard let made = crypt_rn(phrase, hash, scratch, Int32(MemoryLayout<crypt_data>.size)) else { return false }
      return isSame(String(cString: made), hash)
    }
  }

  /// Compares in the same time whatever it finds.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    return a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
