/// How much has to vouch for a signature. The values it starts with are those of the public service.
package struct SigstoreRequirements: Hashable, Sendable {
  /// Distinct transparency logs that hold the signature.
  package var logs = 1
  /// Distinct RFC 3161 authorities.
  package var timestamps = 0
  /// Trusted times of signing, from logs or authorities, for a signature with a certificate. With 0 a signature without any
  /// is judged at the present: for private authorities whose certificates live long.
  package var times = 1
  /// Distinct certificate transparency logs that hold the certificate.
  package var certificateLogs = 1

  /// The demands of the public service; a caller changes what differs.
  package init() {}

  /// For a private authority without logs: the certificate's own path at the present is all.
  package static var plainCertificates: SigstoreRequirements {
    var demands = SigstoreRequirements()
    demands.logs = 0
    demands.times = 0
    demands.certificateLogs = 0
    return demands
  }
}
