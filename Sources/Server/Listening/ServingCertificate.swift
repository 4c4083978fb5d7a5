import Foundation
package import Images
import NIOSSL
import Synchronization

/// The certificate a server shows, and whose client certificates it believes, read from PEM files and read again when they
/// change; or handed to it, and handed anew.
///
/// Connections that are open keep the certificate they began with. What does not fit changes nothing.
package final class ServingCertificate: Sendable {
  private static let limitBytes = 1 << 20

  /// What is spoken over TLS.
  enum Wire: String, Sendable {
    case http1 = "http/1.1"
    case http2 = "h2"
  }

  private struct Files: Equatable {
    let certificate: [UInt8]
    let key: [UInt8]
    let clientAuthorities: [UInt8]?
  }

  private struct Held {
    var files: Files
    var http1: NIOSSLContext
    var http2: NIOSSLContext
  }

  private let certificateFile: String
  private let keyFile: String
  private let clientAuthoritiesFile: String?
  private let isFromFiles: Bool
  private let held: Mutex<Held>

  /// Reads the chain, leaf first, and the private key.
  ///
  /// - Parameter clientAuthoritiesFile: the certificates of those who vouch for clients; nil asks clients for none. A
  ///   client may still come without a certificate, but not with one that nobody here vouches for.
  /// - Throws: `ListeningError`.
  package init(certificateFile: String, keyFile: String, clientAuthoritiesFile: String? = nil) throws(ListeningError) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.clientAuthoritiesFile = clientAuthoritiesFile
    isFromFiles = true
    let files = try Self.read(certificateFile, keyFile, clientAuthoritiesFile)
    held = Mutex(try Self.held(files, certificateFile, keyFile, clientAuthoritiesFile))
  }

  /// Takes a chain, leaf first, and its private key, both PEM, that are in no file.
  ///
  /// - Throws: `ListeningError`.
  package init(chain: [UInt8], key: Redacted<[UInt8]>) throws(ListeningError) {
    (certificateFile, keyFile, clientAuthoritiesFile) = ("the certificate", "the key", nil)
    isFromFiles = false
    held = Mutex(try Self.held(Self.handed(chain, key), certificateFile, keyFile, nil))
  }

  /// Shows another chain from the next connection on.
  ///
  /// - Returns: whether it is another.
  /// - Throws: `ListeningError`; all is then what it was.
  package func show(chain: [UInt8], key: Redacted<[UInt8]>) throws(ListeningError) -> Bool {
    let files = Self.handed(chain, key)
    guard held.withLock({ $0.files != files }) else { return false }
    let fresh = try Self.held(files, certificateFile, keyFile, nil)
    held.withLock { $0 = fresh }
    return true
  }

  private static func handed(_ chain: [UInt8], _ key: Redacted<[UInt8]>) -> Files {
    Files(certificate: chain, key: key.revealed, clientAuthorities: nil)
  }

  /// Whether clients are asked for a certificate.
  var asksClients: Bool { clientAuthoritiesFile != nil }

  /// For the next connection.
  func context(for wire: Wire) -> NIOSSLContext { held.withLock { wire == .http1 ? $0.http1 : $0.http2 } }

  /// Reads the files again, where there are files.
  ///
  /// - Returns: whether the next connection gets another certificate or is held to other authorities.
  /// - Throws: `ListeningError`; all is then what it was.
  package func reload() throws(ListeningError) -> Bool {
    guard isFromFiles else { return false }
    let files = try Self.read(certificateFile, keyFile, clientAuthoritiesFile)
    guard held.withLock({ $0.files != files }) else { return false }
    let fresh = try Self.held(files, certificateFile, keyFile, clientAuthoritiesFile)
    held.withLock { $0 = fresh }
    return true
  }

  private static func read(
    _ certificateFile: String, _ keyFile: String, _ clientAuthoritiesFile: String?
  ) throws(ListeningError) -> Files {
    let clientAuthorities: [UInt8]? =
      if let clientAuthoritiesFile { try readFile(clientAuthoritiesFile, atMost: limitBytes) } else { nil }
    return Files(
      certificate: try readFile(certificateFile, atMost: limitBytes), key: try readFile(keyFile, atMost: limitBytes),
      clientAuthorities: clientAuthorities)
  }

  private static func held(
    _ files: Files, _ certificateFile: String, _ keyFile: String, _ clientAuthoritiesFile: String?
  ) throws(ListeningError) -> Held {
    let chain = try certificates(files.certificate, certificateFile)
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(bytes: files.key, format: .pem) } catch {
      throw .unreadable(file: keyFile, because: "it holds no PEM private key")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    if let bytes = files.clientAuthorities, let clientAuthoritiesFile {
      configuration.trustRoots = .certificates(try certificates(bytes, clientAuthoritiesFile))
      configuration.certificateVerification = .optionalVerification
    }
    func context(for wire: Wire) throws(ListeningError) -> NIOSSLContext {
      configuration.applicationProtocols = [wire.rawValue]
      do { return try NIOSSLContext(configuration: configuration) } catch {
        throw .unfitCertificate(certificate: certificateFile, key: keyFile)
      }
    }
    return Held(files: files, http1: try context(for: .http1), http2: try context(for: .http2))
  }

  private static func certificates(_ bytes: [UInt8], _ file: String) throws(ListeningError) -> [NIOSSLCertificate] {
    guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
      throw .unreadable(file: file, because: "it holds no PEM certificate")
    }
    return found
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
