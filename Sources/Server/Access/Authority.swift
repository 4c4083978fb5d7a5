import Foundation
package import Logging
package import Metadata
package import Policies

/// Who may call the metadata API: everybody in the demo profile, else who shows a token or certificate that is listed.
package struct Authority: Sendable {
  private enum Source: Sendable {
    case everybody
    case fixed(Directory)
    case file(CallersFile)
  }

  private let source: Source

  /// The demo profile: everybody may do everything. The door allows it on loopback only.
  package static let open = Authority(source: .everybody)

  private init(source: Source) { self.source = source }

  /// One caller for each token, given as it will be shown.
  package init(tokens: [(token: String, caller: Caller)]) {
    self.init(source: .fixed(Directory(roster: Roster(tokens: tokens), keySets: [:])))
  }

  /// The callers of a file, as it is at the moment of each call.
  package init(reading file: CallersFile) { self.init(source: .file(file)) }

  /// Reads the callers file:
  ///
  /// ```yaml
  /// callers:
  ///   - name: tenant-a-robot
  ///     tokenSHA256: 64 hex digits, as `printf %s "$TOKEN" | sha256sum` prints them
  ///     grants:
  ///       - projects/tenant-a:occurrences.create
  ///       - projects/attestors/notes/qa:notes.attachOccurrence
  ///   - name: gate
  ///     certificate: CN=gate,O=shop       # or DNS:gate.shop.svc, or URI:spiffe://cluster.local/ns/shop/sa/gate
  ///     roles:
  ///       - projects/*: viewer
  ///   - name: pipeline
  ///     subject: system:serviceaccount:shop:pipeline
  ///     issuer: https://kubernetes.default.svc
  ///     roles:
  ///       - projects/shop: editor
  ///       - projects/attestors/notes/qa: attacher
  /// issuers:
  ///   - issuer: https://kubernetes.default.svc
  ///     audience: pratique
  ///     jwks: jwks.json                   # a file of public keys, beside this one or with its whole path
  /// ```
  ///
  /// Key sets are not read here: `CallersFile` reads both.
  ///
  /// - Parameter file: its name, for errors.
  /// - Throws: `DocumentError` with the place: an unknown key, right or role, a hash that is none, a name, token,
  ///   certificate or subject given twice, an issuer that is not listed.
  package init(parsing text: String, file: String) throws(DocumentError) {
    self.init(source: .fixed(Directory(roster: try Roster(parsing: text, file: file), keySets: [:])))
  }

  /// Who calls: whoever the token says, or without a token the certificate of the connection.
  ///
  /// - Parameters:
  ///   - authorization: the value of the `Authorization` header, `Bearer TOKEN`; nil when there is none.
  ///   - certificate: what the other side of the connection showed; nil when it showed none.
  ///   - logger: told why somebody was not recognised, which the caller is not.
  /// - Throws: `MetadataError.unauthenticated`.
  package func caller(
    showing authorization: String?, certificate: PeerCertificate? = nil, logger: Logger? = nil
  ) throws(MetadataError) -> Caller {
    let directory: Directory
    switch source {
    case .everybody: return .anybody
    case .fixed(let fixed): directory = fixed
    case .file(let file): directory = file.directory
    }
    do throws(Unrecognised) {
      if let authorization {
        return try directory.caller(showing: Self.token(authorization), at: Date().timeIntervalSince1970)
      }
      guard let certificate else { throw Unrecognised("neither a token nor a certificate was shown") }
      return try directory.caller(showing: certificate)
    } catch {
      logger?.warning("a caller was not recognised", metadata: ["reason": "\(error.reason)"])
      throw .unauthenticated
    }
  }

  private static func token(_ authorization: String) throws(Unrecognised) -> String {
    let scheme = "Bearer "
    guard authorization.utf8.count <= IdentityToken.limitBytes + scheme.utf8.count,
      authorization.prefix(scheme.count).lowercased() == scheme.lowercased()
    else { throw Unrecognised("the Authorization header is not Bearer and a token of at most \(IdentityToken.limitBytes) bytes") }
    return String(authorization.dropFirst(scheme.count))
  }
}
