import ArgumentParser
import Images
import Logging
import Server
import ServiceLifecycle

/// Who may call the server, and the certificate that it shows.
struct AccessOptions: ParsableArguments {
  @Option(help: "A PEM file with the server's certificate chain.") var tlsCertificate: String?
  @Option(help: "A PEM file with the certificate's private key.") var tlsKey: String?
  @Option(help: "A PEM file with the authorities of client certificates; callers may then show one.")
  var clientCa: String?
  @Option(help: "A YAML file that lists callers, how each is known and what each may do.") var callers: String?

  /// What the options say; the services read the files again when they change.
  ///
  /// - Throws: `DoorError.usage`, and what reading the files throws.
  func opened(
    demo: Bool, _ logger: Logger
  ) async throws -> (authority: Authority, certificate: ServingCertificate?, reloading: [any Service]) {
    if demo {
      guard tlsCertificate == nil, tlsKey == nil, clientCa == nil, callers == nil else {
        throw DoorError.usage(
          "--demo takes neither a certificate nor callers.", remedy: "Leave --demo out to serve with them.")
      }
      return (.open, nil, [])
    }
    guard let tlsCertificate, let tlsKey, let callers else {
      let missing = [("--tls-certificate", tlsCertificate), ("--tls-key", tlsKey), ("--callers", callers)]
        .filter { $0.1 == nil }.map(\.0)
      throw DoorError.usage(
        "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing.",
        remedy: "Give them, or --demo to try it on this machine.")
    }
    let certificate = try ServingCertificate(
      certificateFile: tlsCertificate, keyFile: tlsKey, clientAuthoritiesFile: clientCa)
    let known = try await CallersFile(callers)
    let reloading = Polling(every: .seconds(1)) {
      do {
        if try certificate.reload() { logger.info("the certificate was reloaded") }
      } catch {
        logger.error("the certificate could not be reloaded", metadata: ["error": "\(error)"])
      }
    }
    return (Authority(reading: known), certificate, [reloading, known.polling(logger: logger)])
  }
}
