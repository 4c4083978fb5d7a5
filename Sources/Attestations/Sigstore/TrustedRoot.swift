import Crypto
import Images
import SwiftASN1

/// Whose word counts about a Sigstore signature: authorities and logs, with the keys they sign with.
///
/// Source: sigstore/protobuf-specs, sigstore_trustroot.proto.
package struct TrustedRoot: Hashable, Sendable {
  /// How much of a trusted root is looked at.
  package enum Limits {
    /// In bytes, of the whole text.
    package static let bytes = 1 << 20
    /// Of each kind of authority and log.
    package static let instances = 64
  }

  let certificateAuthorities: [CertificateAuthority]
  let logs: [TransparencyLog]
  let certificateLogs: [TransparencyLog]
  let timestampAuthorities: [CertificateAuthority]

  /// Reads `trusted_root.json`. Logs with keys of a kind that this build cannot use vouch for nothing and are left out;
  /// anything else that cannot be read refuses the whole.
  ///
  /// - Throws: `AttestationError.malformedTrustedRoot`.
  package init(parsing text: [UInt8]) throws(AttestationError) {
    do throws(SigstoreRefusal) {
      let root = try Self.document(text)
      certificateAuthorities = try Self.authorities(root, "certificateAuthorities")
      timestampAuthorities = try Self.authorities(root, "timestampAuthorities")
      logs = try Self.logs(root, "tlogs")
      certificateLogs = try Self.logs(root, "ctlogs")
    } catch {
      throw .malformedTrustedRoot(error.fact)
    }
  }

  /// Trust in plain roots, without Sigstore's services around them.
  ///
  /// - Parameters:
  ///   - rootsPEM: certificates that everything must lead to, each its own authority. Empty for bundles signed with keys.
  ///   - logs: transparency logs by their hex id and PEM public key.
  /// - Throws: `AttestationError.malformedTrustedRoot`.
  package init(rootsPEM: [String] = [], logs: [(id: String, pem: String)] = []) throws(AttestationError) {
    var authorities: [CertificateAuthority] = []
    for pem in rootsPEM {
      guard let roots = try? SigstoreBundle.certificates(inPEM: pem), !roots.isEmpty else {
        throw .malformedTrustedRoot("a root is no PEM certificate")
      }
      for der in roots {
        guard let root = X509Certificate(der: der) else {
          throw .malformedTrustedRoot("a root is a certificate of no known kind")
        }
        authorities.append(CertificateAuthority(certificates: [root], validity: .always))
      }
    }
    var known: [TransparencyLog] = []
    for log in logs {
      guard let id = hexBytes(log.id), let document = try? PEMDocument(pemString: log.pem),
        document.discriminator == "PUBLIC KEY", let key = SigstoreKey(subjectPublicKeyInfo: document.derBytes)
      else { throw .malformedTrustedRoot("the log \(printable(log.id)) has no hex id and PEM public key") }
      known.append(TransparencyLog(id: id, checkpointHint: Array(id.prefix(4)), key: key, validity: .always))
    }
    certificateAuthorities = authorities
    self.logs = known
    certificateLogs = []
    timestampAuthorities = []
  }

  private static func document(_ text: [UInt8]) throws(SigstoreRefusal) -> JSONNode {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(parsing: text, atMost: Limits.bytes, depth: 16).root
    } catch {
      throw .malformed(error.problem)
    }
    let type = "application/vnd.dev.sigstore.trustedroot"
    guard
      [type + "+json;version=0.1", type + ".v0.1+json", type + "+json;version=0.2", type + ".v0.2+json"]
        .contains(try root.text("mediaType"))
    else { throw .malformed("its media type is none of a trusted root of version 0.1 or 0.2") }
    return root
  }

  private static func authorities(_ root: JSONNode, _ name: String) throws(SigstoreRefusal) -> [CertificateAuthority] {
    var all: [CertificateAuthority] = []
    for node in try root.list(name, atMost: Limits.instances) {
      var chain: [X509Certificate] = []
      for one in try node.object("certChain")?.list("certificates", atMost: SigstoreBundle.Limits.certificates) ?? [] {
        guard let certificate = X509Certificate(der: try one.bytes("rawBytes")) else {
          throw .malformed("a certificate in \(name) cannot be read")
        }
        chain.append(certificate)
      }
      guard !chain.isEmpty else { throw .malformed("an authority in \(name) has no certificate") }
      all.append(CertificateAuthority(certificates: chain, validity: try validity(node)))
    }
    return all
  }

  private static func logs(_ root: JSONNode, _ name: String) throws(SigstoreRefusal) -> [TransparencyLog] {
    var all: [TransparencyLog] = []
    for node in try root.list(name, atMost: Limits.instances) {
      guard let given = try node.object("publicKey") else { throw .malformed("a log in \(name) has no key") }
      let validity = try validity(given)
      guard let key = SigstoreKey(subjectPublicKeyInfo: try given.bytes("rawBytes")) else { continue }
      let id = try node.object("logId")?.bytes("keyId") ?? []
      let checkpointID = try node.object("checkpointKeyId")?.bytes("keyId") ?? []
      guard id.count >= 4 else { throw .malformed("a log in \(name) has no id") }
      let hint = Array((checkpointID.isEmpty ? id : checkpointID).prefix(4))
      all.append(TransparencyLog(id: id, checkpointHint: hint, key: key, validity: validity))
    }
    return all
  }

  private static func validity(_ node: JSONNode) throws(SigstoreRefusal) -> Validity {
    guard let range = try node.object("validFor"), let start = secondsSince1970(rfc3339: try range.text("start")) else {
      throw .malformed("a validity has no start")
    }
    let end = try range.text("end")
    guard !end.isEmpty else { return Validity(startSeconds: start, endSeconds: nil) }
    guard let last = secondsSince1970(rfc3339: end), last >= start else { throw .malformed("a validity has no usable end") }
    return Validity(startSeconds: start, endSeconds: last)
  }
}
