package import Attestations
import Foundation
package import Images

/// Signs as `gpg --armor --sign` does: what it makes is an armored message that holds the payload.
///
/// gpg signs, and our own reader of OpenPGP, which verifiers use, judges each message before it is handed out.
package struct OpenPGPSigner: PublishedSigner {
  private enum Keeper: Sendable {
    /// An armored secret key, put into a new home for each signature.
    case armored(Redacted<String>)
    /// A home of gpg's with its agent and its cards; nil for the user's own.
    case home(String?)
  }

  private let keeper: Keeper
  private let passphrase: Redacted<String>?
  private let key: OpenPGPKey
  /// The upper-case fingerprint of the primary key, also where a subkey signs.
  package var keyID: String { key.fingerprint }
  /// The armored public key.
  package let publicPEM: String
  package var algorithm: SignatureAlgorithm { .openPGP }

  /// Reads an armored secret key (BEGIN PGP PRIVATE KEY BLOCK) of one primary key.
  ///
  /// - Throws: `SigningError.malformedKey`, `.missingProgram`, `.failedProgram`.
  package init(armored key: Redacted<String>, passphrase: Redacted<String>?) async throws {
    (self.key, publicPEM) = try await GPG.withHome { gpg, _ in
      _ = try await gpg.run(["--import"], input: Array(key.revealed.utf8))
      return try await Self.only(of: gpg, matching: [])
    }
    keeper = .armored(key)
    self.passphrase = passphrase ?? Redacted("")
  }

  /// Takes a key that gpg keeps.
  ///
  /// - Parameters:
  ///   - fingerprint: whole, 40 hexadecimal digits; shorter ids can be forged.
  ///   - home: nil for the user's own.
  ///   - passphrase: nil leaves asking for it to the agent.
  package init(fingerprint: String, home: String?, passphrase: Redacted<String>?) async throws {
    (key, publicPEM) = try await Self.only(of: GPG(home: home), matching: [fingerprint])
    guard key.fingerprint == fingerprint.uppercased() else {
      throw SigningError.malformedKey("\(printable(fingerprint)) is no primary key's fingerprint")
    }
    (keeper, self.passphrase) = (.home(home), passphrase)
  }

  /// The armored message, signed over SHA-512, which no curve is too large for, and not compressed.
  ///
  /// - Throws: `SigningError`: `.wrongSignature` when what gpg made does not verify, or what gpg says.
  package func signature(over payload: [UInt8]) async throws -> [UInt8] {
    let message = try await message(over: payload)
    let now = Int64(Date().timeIntervalSince1970)
    guard let read = try? OpenPGPMessage(parsing: message), let signed = try? read.verified(by: key, at: now, .goodNow),
      signed.bytes == payload
    else { throw SigningError.wrongSignature(by: "gpg's key \(keyID)") }
    return message
  }

  private func message(over payload: [UInt8]) async throws -> [UInt8] {
    try await GPG.withHome { gpg, folder in
      let file = "\(folder)/payload"
      do {
        try Data(payload).write(to: URL(filePath: file))
      } catch {
        throw SigningError.unwritable(path: file, because: "the disk did not take it")
      }
      switch keeper {
      case .home(let home): return try await sign(file, with: GPG(home: home))
      case .armored(let key):
        _ = try await gpg.run(["--import"], input: Array(key.revealed.utf8))
        return try await sign(file, with: gpg)
      }
    }
  }

  private func sign(_ file: String, with gpg: GPG) async throws -> [UInt8] {
    try await gpg.run(
      [
        "--local-user", keyID, "--digest-algo", "SHA512", "--compress-algo", "none", "--armor", "--output", "-", "--sign", file,
      ], passphrase: passphrase)
  }

  /// The public half of the one secret primary key there is, read and armored.
  private static func only(of gpg: GPG, matching names: [String]) async throws -> (OpenPGPKey, String) {
    let listed = try await gpg.run(["--with-colons", "--list-secret-keys"] + names)
    let lines = String(decoding: listed, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ":", omittingEmptySubsequences: false)
    }
    let primaries = lines.indices.filter { lines[$0].first == "sec" }
    guard primaries.count == 1, let first = primaries.first,
      let print = lines[first...].first(where: { $0.first == "fpr" }), print.count > 9, print[9].utf8.count >= 40
    else { throw SigningError.malformedKey("it is not one OpenPGP secret key but \(primaries.count)") }
    let export = ["--armor", "--export-options", "export-minimal", "--export", String(print[9])]
    let armored = String(decoding: try await gpg.run(export), as: UTF8.self)
    do throws(AttestationError) {
      return (try OpenPGPKey(armored: armored), armored)
    } catch {
      throw SigningError.malformedKey("verifiers could not use its public half. \(error.problem)")
    }
  }
}
