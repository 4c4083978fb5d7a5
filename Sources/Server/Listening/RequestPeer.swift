package import Hummingbird
import HummingbirdCore

/// A request context that knows who is at the other end of the connection.
package protocol PeerAware {
  /// Nil when the other side showed no certificate, or the server asks for none.
  var peer: PeerCertificate? { get set }
}

/// The context of a request over a connection on which clients may show a certificate.
package struct PeerContext: RequestContext, PeerAware {
  package var coreContext: CoreRequestContextStorage
  package var peer: PeerCertificate?

  package init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}
