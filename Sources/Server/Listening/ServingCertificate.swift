import Foundation
package import NIOSSL
import Synchronization

/// The certificate a server shows, read from two PEM files and read again when they change.
///
/// Connections that are open keep the certificate they began with. A pair that does not fit changes nothing.
package final class ServingCertificate: Sendable {
  private static let limitBytes = 1 << 20

  private struct Held {
    var certificate: [UInt8]
    var key: [UInt8]
    var context: NIOSSLContext
  }

  private let certificateFile: String
  private let keyFile: String
  private let held: Mutex<Held>

  /// Reads the chain, leaf first, and the private key.
  ///
  /// - Throws: `ListeningError`.
  package init(certificateFile: String, keyFile: String) throws(ListeningError) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    let (certificate, key) = (
      try readFile(certificateFile, atMost: Self.limitBytes), try readFile(keyFile, atMost: Self.limitBytes)
    )
    let context = try Self.context(certificate, key, certificateFile, keyFile)
    held = Mutex(Held(certificate: certificate, key: key, context: context))
  }

  /// For the next connection.
  package var context: NIOSSLContext { held.withLock { $0.context } }

  /// Reads the files again.
  ///
  /// - Returns: whether the next connection gets another certificate.
  /// - Throws: `ListeningError`; the certificate is then what it was.
  package func reload() throws(ListeningError) -> Bool {
    let certificate = try readFile(certificateFile, atMost: Self.limitBytes)
    let key = try readFile(keyFile, atMost: Self.limitBytes)
    guard held.withLock({ $0.certificate != certificate || $0.key != key }) else { return false }
    let context = try Self.context(certificate, key, certificateFile, keyFile)
    held.withLock { $0 = Held(certificate: certificate, key: key, context: context) }
    return true
  }

  private static func context(
    _ certificate: [UInt8], _ key: [UInt8], _ certificateFile: String, _ keyFile: String
  ) throws(ListeningError) -> NIOSSLContext {
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMBytes(certificate) } catch {
      throw .unreadable(file: certificateFile, because: "it holds no PEM certificate")
    }
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(bytes: key, format: .pem) } catch {
      throw .unreadable(file: keyFile, because: "it holds no PEM private key")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw .unfitCertificate(certificate: certificateFile, key: keyFile)
    }
  }
}

/// The bytes of a file that is no longer than `limitBytes`.
func readFile(_ path: String, atMost limitBytes: Int) throws(ListeningError) -> [UInt8] {
  let read: Data
  do {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    read = try file.read(upToCount: limitBytes + 1) ?? Data()
  } catch {
    throw .unreadable(file: path, because: "it is missing or may not be read")
  }
  guard read.count <= limitBytes else { throw .unreadable(file: path, because: "it is longer than \(limitBytes) bytes") }
  return [UInt8](read)
}
