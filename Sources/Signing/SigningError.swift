import Images

/// What can go wrong with private keys. None of these ever holds key material.
package enum SigningError: Problem, Equatable {
  case malformedKey(String)
  /// A file of this name is there already.
  case exists(path: String)
  /// Others than the owner may read the private key.
  case readableByOthers(path: String, mode: String)
  /// Others may replace files in the folder.
  case unsafeFolder(path: String)
  case unreadable(path: String, because: String)
  case unwritable(path: String, because: String)

  package var code: String {
    switch self {
    case .malformedKey: "malformed-private-key"
    case .exists: "key-exists"
    case .readableByOthers: "key-readable-by-others"
    case .unsafeFolder: "unsafe-key-folder"
    case .unreadable: "key-unreadable"
    case .unwritable: "key-unwritable"
    }
  }

  package var problem: String {
    switch self {
    case .malformedKey(let reason): "The private key cannot be used: \(reason)."
    case .exists(let path): "\(printable(path)) exists already."
    case .readableByOthers(let path, let mode): "The private key \(printable(path)) has mode \(mode), so others may read it."
    case .unsafeFolder(let path): "Anybody may replace files in the folder \(printable(path))."
    case .unreadable(let path, let reason): "\(printable(path)) cannot be read: \(reason)."
    case .unwritable(let path, let reason): "\(printable(path)) cannot be written: \(reason)."
    }
  }

  package var remedy: String {
    switch self {
    case .malformedKey: "Give a PEM private key (BEGIN PRIVATE KEY): P-256, or RSA of 2048, 3072 or 4096 bits."
    case .exists: "Choose another name; a key that may be in use is never overwritten."
    case .readableByOthers(let path, _): "Run `chmod 600 \(printable(path))`, and replace the key if somebody may have read it."
    case .unsafeFolder: "Choose a folder that only its owner may write to, or take the right away with `chmod go-w`."
    case .unreadable, .unwritable: "Check the path and the rights of the user who runs this."
    }
  }
}
