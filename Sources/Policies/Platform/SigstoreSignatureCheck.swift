import Attestations
import Images
import Metadata

/// Whether one key of one authority has signed the image, as cosign does.
///
/// Each key is an attestor of the rulebook, which is asked wherever attestors are asked: under one note of its own, where
/// `pratique attest` records what it signs. Two checks that name the same key ask the same attestor.
struct SigstoreSignatureCheck: PlatformCheck {
  static let field = "sigstoreSignatureCheck"
  let attestors: [String]
  private let authorities: String

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["sigstoreAuthorities"])
    let list = try node.required("sigstoreAuthorities")
    var attestors: [String] = []
    var names: [String] = []
    for (index, entry) in try list.elements().enumerated() {
      try entry.onlyKeys(["displayName", "publicKeySet"])
      names.append(try entry["displayName"]?.string() ?? "sigstoreAuthorities[\(index)]")
      let set = try entry.required("publicKeySet")
      try set.onlyKeys(["publicKeys"])
      let written = try set.required("publicKeys").elements()
      guard !written.isEmpty else { throw set.error("without a key it can never vouch", remedy: "List publicKeys.") }
      for element in written {
        let attestor = try Self.attestor(element)
        guard !attestors.contains(attestor.name) else {
          throw element.error("the key stands twice", remedy: "Remove one of the two.")
        }
        attestors.append(attestor.name)
        if !draft.attestors.contains(where: { $0.name == attestor.name }) { draft.attestors.append(attestor) }
      }
    }
    guard !attestors.isEmpty else {
      throw list.error("without an authority nothing can pass", remedy: "List one with a publicKeySet.")
    }
    self.attestors = attestors
    authorities = names.map { printable($0) }.joined(separator: ", ")
  }

  /// What cosign signs with; the document only has the key.
  private static let algorithms: [SignatureAlgorithm] = [
    .ecdsaP256SHA256, .ecdsaP384SHA384, .ecdsaP521SHA512, .ed25519, .rsaPKCS1of2048SHA256, .rsaPKCS1of3072SHA256,
    .rsaPKCS1of4096SHA256,
  ]

  private static let note = (project: "sigstore", id: "signatures")

  private static func attestor(_ node: DocumentNode) throws(DocumentError) -> Attestor {
    try node.onlyKeys(["publicKeyPem"])
    let pem = try node.required("publicKeyPem").string()
    for algorithm in algorithms {
      guard let key = try? AttestorKey(id: nil, algorithm: algorithm, pem: pem) else { continue }
      guard let note = try? NoteName(parsing: "projects/\(note.project)/notes/\(note.id)") else { continue }
      return Attestor(name: "sigstore/\(key.id)", note: note, keys: [key])
    }
    throw node.error(
      "it is no public key that cosign signs with", remedy: "Paste the PEM that `cosign public-key` prints.")
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    let weighed = attestors.map { image.evidence.weigh($0, on: image.pinned) }
    if let found = weighed.lazy.compactMap(\.found).first {
      let place = found.occurrence.isEmpty ? "The image" : found.occurrence
      return .passed(evidence: ["\(place) is signed by \(printable(found.keyID))."])
    }
    let answers = attestors.map { image.evidence.answers[image.pinned]?[$0] }
    if let reason = weighed.flatMap(\.reasons).first, answers.allSatisfy({ if case .unavailable? = $0 { true } else { false } }) {
      return .undecided(reason, .answer)
    }
    let command = "pratique attest \(image.pinned) --project \(Self.note.project) --attestor \(Self.note.id) --key KEY"
    let remedy = "Sign it with a key of \(authorities), and record that: `\(command)`."
    var seen: Set<String> = []
    let causes = weighed.flatMap(\.reasons).filter { seen.insert($0.code).inserted }.prefix(3).map { reason in
      reason.code == "attestation-missing"
        ? Reason(code: reason.code, problem: "No signature of \(authorities) is recorded.", remedy: remedy)
        : Reason(code: reason.code, problem: reason.problem, remedy: remedy)
    }
    return CheckVerdict(Array(causes), evidence: [])
  }
}
