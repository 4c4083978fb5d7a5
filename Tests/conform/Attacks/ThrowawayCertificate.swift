import Foundation
import TestSupport

/// A key and a certificate for this run only, trusted by nobody but the harness.
struct ThrowawayCertificate {
  let certificateFile: String
  let keyFile: String

  /// Has `openssl` make them in `folder`.
  ///
  /// - Parameter names: host names it is good for, beside localhost and 127.0.0.1.
  init(for names: [String] = [], in folder: TemporaryFolder) throws {
    certificateFile = folder.path("certificate.pem")
    keyFile = folder.path("key.pem")
    let alternatives = (["DNS:localhost", "IP:127.0.0.1"] + names.map { "DNS:\($0)" }).joined(separator: ",")
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/env")
    openssl.arguments = [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=\(alternatives)", "-keyout", keyFile, "-out", certificateFile,
    ]
    openssl.standardOutput = FileHandle.nullDevice
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    guard openssl.terminationStatus == 0 else { throw Unrunnable("openssl made no certificate; install openssl") }
  }
}
