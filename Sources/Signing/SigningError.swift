import Images

/// What can go wrong with private keys and the services that hold them. None of these ever holds key material.
package enum SigningError: Problem, Equatable {
  case malformedKey(String)
  /// The key is encrypted and nobody gave a password.
  case passwordNeeded
  case wrongPassword
  /// A file of this name is there already.
  case exists(path: String)
  /// Others than the owner may read the private key.
  case readableByOthers(path: String, mode: String)
  /// Others may replace files in the folder.
  case unsafeFolder(path: String)
  case unreadable(path: String, because: String)
  case unwritable(path: String, because: String)
  /// Nothing here can do it; the text says what.
  case unsupported(String)
  /// No signer can be named like this.
  case malformedReference(String, because: String)
  /// `setting` is missing; `variable` is the environment variable that gives it.
  case missingSetting(String, variable: String)
  /// Credentials are not sent there.
  case refusedAddress(String, because: String)
  case unreachable(service: String, because: String)
  /// The service answered with an error of its own.
  case refused(service: String, status: Int, told: String)
  case malformedAnswer(service: String, because: String)
  /// What a key elsewhere answered does not verify under its own public key.
  case wrongSignature(by: String)
  /// A PKCS#11 module or token did not do as asked.
  case failedToken(because: String)
  case wrongPIN
  /// The token has not answered in time.
  case silentToken(after: Duration)
  case missingProgram(String)
  case failedProgram(String, because: String)

  package var code: String {
    switch self {
    case .malformedKey: "malformed-private-key"
    case .passwordNeeded: "key-password-needed"
    case .wrongPassword: "wrong-key-password"
    case .exists: "key-exists"
    case .readableByOthers: "key-readable-by-others"
    case .unsafeFolder: "unsafe-key-folder"
    case .unreadable: "key-unreadable"
    case .unwritable: "key-unwritable"
    case .unsupported: "unsupported-key"
    case .malformedReference: "malformed-signer-reference"
    case .missingSetting: "missing-signer-setting"
    case .refusedAddress: "refused-key-service-address"
    case .unreachable: "key-service-unreachable"
    case .refused: "key-service-refused"
    case .malformedAnswer: "malformed-key-service-answer"
    case .wrongSignature: "wrong-signature"
    case .failedToken: "token-failed"
    case .wrongPIN: "wrong-pin"
    case .silentToken: "token-silent"
    case .missingProgram: "missing-signing-program"
    case .failedProgram: "signing-program-failed"
    }
  }

  package var problem: String {
    switch self {
    case .malformedKey(let reason): "The private key cannot be used: \(reason)."
    case .passwordNeeded: "An encrypted private key needs a password, and there is none."
    case .wrongPassword: "The private key does not open with this password."
    case .exists(let path): "\(printable(path)) exists already."
    case .readableByOthers(let path, let mode): "The secret file \(printable(path)) has mode \(mode), so others may read it."
    case .unsafeFolder(let path): "Anybody may replace files in the folder \(printable(path))."
    case .unreadable(let path, let reason): "\(printable(path)) cannot be read: \(reason)."
    case .unwritable(let path, let reason): "\(printable(path)) cannot be written: \(reason)."
    case .unsupported(let what): "This is not supported: \(what)."
    case .malformedReference(let text, let reason): "\(printable(text)) names no signer: \(reason)."
    case .missingSetting(let setting, _): "The signer cannot be used without \(setting)."
    case .refusedAddress(let address, let reason): "No credentials are sent to \(printable(address)): \(reason)."
    case .unreachable(let service, let reason): "\(service) gives no answer: \(reason)."
    case .refused(let service, let status, let told): "\(service) refused with HTTP status \(status): \(told)."
    case .malformedAnswer(let service, let reason): "The answer of \(service) cannot be used: \(reason)."
    case .wrongSignature(let key): "What \(key) answered does not verify under its public key."
    case .failedToken(let reason): "The PKCS#11 token cannot be used: \(reason)."
    case .wrongPIN: "The PKCS#11 token does not take this PIN."
    case .silentToken(let deadline): "The PKCS#11 token did not answer within \(deadline)."
    case .missingProgram(let program): "The program \(program) is not installed."
    case .failedProgram(let program, let reason): "\(program) failed: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedKey:
      "Give a private key in PEM (BEGIN PRIVATE KEY): ECDSA on P-256, P-384 or P-521, RSA of 2048, 3072 or 4096 bits, "
        + "Ed25519, or ML-DSA-65."
    case .passwordNeeded: "Set PRATIQUE_KEY_PASSWORD or COSIGN_PASSWORD."
    case .wrongPassword: "Check PRATIQUE_KEY_PASSWORD or COSIGN_PASSWORD, and that the key is the right one."
    case .exists: "Choose another name; a key that may be in use is never overwritten."
    case .readableByOthers(let path, _): "Run `chmod 600 \(printable(path))`, and replace it if somebody may have read it."
    case .unsafeFolder: "Choose a folder that only its owner may write to, or take the right away with `chmod go-w`."
    case .unreadable, .unwritable: "Check the path and the rights of the user who runs this."
    case .unsupported: "Choose another kind of key or service."
    case .malformedReference:
      "Give a file, or env://NAME, pkcs11:…, hashivault://…, gcpkms://…, awskms://…, azurekms://… or gpg:FINGERPRINT."
    case .missingSetting(_, let variable): "Set \(variable)."
    case .refusedAddress: "Give an https address; plain http is for loopback only."
    case .unreachable: "Check the address, the network and the certificate authorities, then try again."
    case .refused: "Check that the key is there and that the credentials may sign with it and read its public half."
    case .malformedAnswer, .wrongSignature: "Check what answers at this address; nothing was signed."
    case .failedToken:
      "Check module-path, token, object and id of the reference; `pkcs11-tool --list-objects` shows what is there."
    case .wrongPIN: "Check COSIGN_PKCS11_PIN or pin-source; most tokens lock themselves after a few wrong ones."
    case .silentToken: "Check that the token is connected and that what serves it runs (pcscd), then try again."
    case .missingProgram(let program): "Install \(program), or name another kind of key."
    case .failedProgram: "Check that the key is there, is not expired, and that its passphrase is right."
    }
  }
}
