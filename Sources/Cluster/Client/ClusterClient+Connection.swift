import AsyncHTTPClient
import Foundation
import Images
import NIOCore
import NIOHTTP1
import NIOSSL

extension ClusterClient {
  /// The origin that everything is sent to.
  static func checked(_ address: String) throws(ClusterError) -> String {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host, !host.isEmpty,
      url.user == nil, url.password == nil, url.query == nil, url.fragment == nil, url.path.isEmpty || url.path == "/"
    else { throw .unconfigured(because: "\(printable(address)) is not of the form https://HOST:PORT") }
    let isLoopback = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    guard scheme == "https" || scheme == "http" && isLoopback else {
      throw .unconfigured(because: "only https reaches another machine safely")
    }
    return address.hasSuffix("/") ? String(address.dropLast()) : address
  }

  static func tls(_ settings: ClusterSettings) throws(ClusterError) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    do {
      if let authorities = settings.authorities {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authorities))
      }
      if case .certificate(let chain, let key) = settings.credential {
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(chain).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key.revealed, format: .pem))
      }
    } catch {
      throw .unconfigured(because: "a certificate or key is not PEM")
    }
    return tls
  }

  /// What a status and the object `Status` beside it mean.
  ///
  /// Source: k8s.io/apimachinery/pkg/apis/meta/v1, Status.
  func error(_ status: HTTPResponseStatus, _ bytes: [UInt8], _ name: String) -> ClusterError {
    let answer = try? JSONDocument(parsing: bytes, atMost: settings.limitAnswerBytes).root
    return switch Int(status.code) {
    case 404: .absent(name)
    case 409: .conflict(name)
    case 410: .gone
    default:
      .refused(
        status: Int(status.code),
        reason: String((answer?["message"]?.string ?? answer?["reason"]?.string ?? "without a reason").prefix(300)))
    }
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    self = .nanoseconds(duration.components.seconds &* 1_000_000_000 &+ duration.components.attoseconds / 1_000_000_000)
  }
}
