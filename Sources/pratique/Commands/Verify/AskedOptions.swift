import ArgumentParser
import Attestations
import Images
import Metadata
import Policies

/// Who is asked whether they vouch.
struct AskedOptions: ParsableArguments {
  @Option(help: "The attestors and their keys, YAML or JSON.") var attestors: String?
  @Option(help: "Ask this attestor only, by id or full name; may be repeated. All of the file otherwise.")
  var attestor: [String] = []
  @Option(help: "A file with a public key in PEM, as cosign's --key; may be repeated: each must vouch.") var key: [String] = []
  @Option(help: "How the keys sign (default: every way that fits the key).") var algorithm: SignatureAlgorithm?
  @OptionGroup(title: "Certificates") var certificate: CertificateOptions
  @Option(
    help: """
      With --key or a certificate: the predicate type that must have been attested, a short name as for attest or a URI. A plain signature \
      otherwise.
      """)
  var type: String?

  func validate() throws {
    guard [attestors != nil, !key.isEmpty, certificate.isGiven].count(where: { $0 }) == 1 else {
      throw ValidationError("Give one of --attestors FILE, --key FILE and --certificate-identity NAME.")
    }
    guard attestors != nil || attestor.isEmpty else { throw ValidationError("--attestor needs --attestors.") }
    guard attestors == nil || (type == nil && algorithm == nil) else {
      throw ValidationError("--type and --algorithm go without --attestors; an attestors file says both itself.")
    }
    if let type, PredicateType.uri(of: type) == nil {
      throw ValidationError("--type \(printable(type)) is neither a known name nor a URI.")
    }
  }

  /// - Throws: what reading the files throws.
  func read() throws -> [Asked] {
    if let demand = try certificate.demand() { return [try asked(demand)] }
    guard let attestors else { return try key.map(asked) }
    let known = try Attestors(DocumentNode(parsing: Files.text(at: attestors), file: attestors))
    let names = try attestor.isEmpty ? known.names.sorted() : attestor.map { try VerifyCommand.fullName($0, among: known) }
    return names.compactMap { known[$0] }.map { Asked(name: $0.name, note: $0.note, attestors: [$0]) }
  }

  private var types: [String?] { type.map { [PredicateType.uri(of: $0)] } ?? [nil, PredicateType.signature] }

  private func asked(_ demand: SigstoreDemand) throws -> Asked {
    let name = certificate.certificateIdentity ?? certificate.certificateIdentityRegexp ?? ""
    let note = try NoteName(parsing: "projects/pratique/notes/certificate")
    return Asked(
      name: name, note: note,
      attestors: types.map { Attestor(name: name, note: note, keys: [], predicateType: $0, sigstore: demand) })
  }

  /// A key says neither how it signs (RSA has two ways) nor in which form: each that fits is tried by itself.
  private func asked(_ file: String) throws -> Asked {
    let pem = try Files.text(at: file, atMost: 8192)
    let note = try NoteName(parsing: "projects/pratique/notes/key")
    var fitting: [AttestorKey] = []
    if let algorithm {
      fitting = [try AttestorKey(id: nil, algorithm: algorithm, pem: pem)]
    } else {
      fitting = SignatureAlgorithm.allCases.compactMap { try? AttestorKey(id: nil, algorithm: $0, pem: pem) }
    }
    guard !fitting.isEmpty else { throw AttestationError.malformedKey("\(file) holds no public key of a kind that is known") }
    return Asked(
      name: "key \(file)", note: note,
      attestors: fitting.flatMap { key in
        types.map { Attestor(name: "key \(file)", note: note, keys: [key], predicateType: $0) }
      })
  }
}

/// Somebody who is asked, and the ways in which an answer counts: any one of them is enough.
struct Asked {
  let name: String
  let note: NoteName
  let attestors: [Attestor]

  /// What was refused in one way and counts in another is not told; what is refused in every way is told once, as the way
  /// says that comes nearest: a signature that does not verify before a form that was not looked for.
  func verdict(on offered: [Digest: [UnverifiedAttestation]], for family: ImageFamily) -> AttestorVerdict {
    let verdicts = attestors.map { $0.verdict(on: offered, for: family, at: Now.seconds) }
    guard verdicts.count > 1 else { return verdicts[0] }
    var keys: Set<String> = []
    let verified = verdicts.flatMap(\.verified).filter { keys.insert($0.keyID).inserted }
    var told = Set(verdicts.flatMap(\.verified).map(\.occurrence))
    var refused: [AttestorVerdict.Refused] = []
    let forms: Set<String> = ["wrong-type", "wrong-predicate"]
    let all = verdicts.flatMap(\.refused)
    for one in all.filter({ !forms.contains($0.rejection.code) }) + all.filter({ forms.contains($0.rejection.code) })
    where told.insert(one.occurrence).inserted { refused.append(one) }
    return AttestorVerdict(attestor: name, verified: verified, refused: refused)
  }
}
