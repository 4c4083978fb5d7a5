import Attestations
import Images
import Metadata

/// Whether one key of one authenticator has signed the image.
///
/// Attestations are looked for in projects, under whatever note, as the API has it. The keys are therefore not attestors of
/// the rulebook, which have one note each and keys of their own: the same key may stand in many checks here.
struct SimpleSigningAttestationCheck: PlatformCheck {
  static let field = "simpleSigningAttestationCheck"
  let needs: Set<CheckNeed> = [.occurrences]
  let projects: Set<ProjectName>
  /// One for all authenticators: any key of any of them suffices.
  private let attestor: Attestor
  /// The authenticators' names, as people read them, by the ids of their keys.
  private let authenticators: [String: String]

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["containerAnalysisAttestationProjects", "attestationAuthenticators"])
    guard let projects = try node.projects("containerAnalysisAttestationProjects") else {
      throw node.error(
        "it does not say where attestations are recorded", remedy: "List containerAnalysisAttestationProjects.")
    }
    self.projects = projects
    let list = try node.required("attestationAuthenticators")
    var keys: [AttestorKey] = []
    var authenticators: [String: String] = [:]
    for (index, entry) in try list.elements().enumerated() {
      try entry.onlyKeys(["displayName", "pkixPublicKeySet"])
      let name = try entry["displayName"]?.string() ?? "attestationAuthenticators[\(index)]"
      let set = try entry.required("pkixPublicKeySet")
      try set.onlyKeys(["pkixPublicKeys"])
      let written = try set.required("pkixPublicKeys").elements()
      guard !written.isEmpty else { throw set.error("without a key it can never vouch", remedy: "List pkixPublicKeys.") }
      for element in written {
        let key = try Self.key(element)
        guard authenticators.updateValue(name, forKey: key.id) == nil else {
          throw element.error("the key \(printable(key.id)) stands twice", remedy: "Remove one of the two.")
        }
        keys.append(key)
      }
    }
    guard !keys.isEmpty else {
      throw list.error("without an authenticator nothing can pass", remedy: "List one with a pkixPublicKeySet.")
    }
    self.authenticators = authenticators
    attestor = Attestor(name: place, note: try Self.anyNote(node), keys: keys)
  }

  private static func key(_ node: DocumentNode) throws(DocumentError) -> AttestorKey {
    try node.onlyKeys(["publicKeyPem", "signatureAlgorithm", "keyId"])
    let algorithm = try node.required("signatureAlgorithm").signatureAlgorithm()
    let pem = try node.required("publicKeyPem").string()
    let id = try node["keyId"]?.filledString()
    return try node.reading { () throws(AttestationError) in try AttestorKey(id: id, algorithm: algorithm, pem: pem) }
  }

  /// Under which every attestation is shown to the attestor, wherever it is recorded.
  private static func anyNote(_ node: DocumentNode) throws(DocumentError) -> NoteName {
    do throws(MetadataError) {
      return try NoteName(parsing: "projects/-/notes/-")
    } catch {
      throw node.error(error.problem, remedy: error.remedy)
    }
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    image.subject(recordedIn: projects).occurrences.judged { occurrences in
      let offered = occurrences.compactMap(UnverifiedAttestation.init).map {
        UnverifiedAttestation(
          occurrence: $0.occurrence, note: attestor.note, createdAtSeconds: $0.createdAtSeconds, envelope: $0.envelope)
      }
      let verdict = attestor.verdict(on: offered, for: image.pinned, at: nowSeconds)
      guard let found = verdict.verified.first else { return .failed(denial(verdict.refused)) }
      let name = authenticators[found.keyID] ?? found.keyID
      return .passed(evidence: ["\(found.occurrence) is signed by \(printable(name)) (\(printable(found.keyID)))."])
    }
  }

  /// One reason for each cause.
  private func denial(_ refused: [AttestorVerdict.Refused]) -> Denial {
    let names = Set(authenticators.values).sorted().map { printable($0) }.joined(separator: ", ")
    let remedy = "Sign it by a key of \(names), and record the attestation in \(projects.map(\.description).sorted()[0])."
    var seen: Set<String> = []
    let causes = refused.filter { seen.insert($0.rejection.code).inserted }.prefix(3).map {
      Reason(
        code: $0.rejection.code, problem: "\($0.occurrence) does not count: \($0.rejection.problem)", remedy: remedy)
    }
    return Denial(causes)
      ?? Denial(Reason(code: "attestation-missing", problem: "No attestation is recorded.", remedy: remedy))
  }
}
