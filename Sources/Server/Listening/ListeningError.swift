import Images

/// Why a server cannot start or go on with its certificate.
package enum ListeningError: Problem, Equatable {
  /// A file cannot be read, is too large or holds no PEM of the wanted sort.
  case unreadable(file: String, because: String)
  /// The key is not the certificate's, or no TLS can be made of the two.
  case unfitCertificate(certificate: String, key: String)

  package var code: String {
    switch self {
    case .unreadable: "unreadable-file"
    case .unfitCertificate: "unfit-certificate"
    }
  }

  package var problem: String {
    switch self {
    case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)."
    case .unfitCertificate(let certificate, let key): "The key in \(key) does not belong to the certificate in \(certificate)."
    }
  }

  package var remedy: String {
    switch self {
    case .unreadable: "Check the path, and that this user may read the file."
    case .unfitCertificate: "Give both files from the same issue."
    }
  }
}
