package import Attestations
import Images
import Metadata

extension Attestors {
  /// Reads a list of attestors in the shape `gcloud container binauthz attestors describe` prints each, with our key
  /// fields `notBefore`, `notAfter`, `revokedAt`, `revocationReason` and the attestor's `predicateType` beside it.
  ///
  /// - Throws: `DocumentError` that points at the fault.
  package init(_ document: DocumentNode) throws(DocumentError) {
    var all: [Attestor] = []
    var names: Set<String> = []
    for node in try document.elements() {
      let attestor = try Attestor(node)
      guard names.insert(attestor.name).inserted else {
        throw node.error("the attestor \(attestor.name) stands twice", remedy: "Merge the two.")
      }
      all.append(attestor)
    }
    do throws(AttestationError) {
      try self.init(all)
    } catch {
      throw document.error(error.problem, remedy: error.remedy)
    }
  }
}

extension Attestor {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["name", "description", "etag", "updateTime", "userOwnedGrafeasNote", "predicateType"])
    let name = try node.required("name").string()
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "projects", parts[2] == "attestors", !parts[1].isEmpty, !parts[3].isEmpty else {
      throw try node.required("name").error(
        "\"\(printable(name))\" is not the name of an attestor", remedy: "Write projects/PROJECT/attestors/ID.")
    }
    let owned = try node.required("userOwnedGrafeasNote")
    try owned.onlyKeys(["noteReference", "publicKeys", "delegationServiceAccountEmail"])
    let reference = try owned.required("noteReference")
    let note: NoteName
    let text = try reference.string()
    do throws(MetadataError) {
      note = try NoteName(parsing: text)
    } catch {
      throw reference.error(error.problem, remedy: "Write projects/PROJECT/notes/NOTE.")
    }
    var keys: [AttestorKey] = []
    for key in try owned["publicKeys"]?.elements() ?? [] { keys.append(try AttestorKey(key)) }
    guard !keys.isEmpty else {
      throw owned.error("an attestor without keys can never vouch", remedy: "Add a public key under publicKeys.")
    }
    self.init(name: name, note: note, keys: keys, predicateType: try node["predicateType"]?.string())
  }
}

extension AttestorKey {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys([
      "id", "comment", "pkixPublicKey", "notBefore", "notAfter", "revokedAt", "revocationReason",
    ])
    let pkix = try node.required("pkixPublicKey")
    try pkix.onlyKeys(["publicKeyPem", "signatureAlgorithm", "keyId"])
    let algorithmNode = try pkix.required("signatureAlgorithm")
    guard let algorithm = SignatureAlgorithm(named: try algorithmNode.string()) else {
      let known = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
      throw algorithmNode.error("the algorithm is unknown", remedy: "Use one of: \(known).")
    }
    let pem = try pkix.required("publicKeyPem").string()
    let id = try (node["id"] ?? pkix["keyId"])?.string()
    let (notBefore, notAfter) = (try node["notBefore"]?.moment(), try node["notAfter"]?.moment())
    let revocation = try Revocation(node)
    do throws(AttestationError) {
      try self.init(
        id: id, algorithm: algorithm, pem: pem, notBeforeSeconds: notBefore, notAfterSeconds: notAfter,
        revocation: revocation)
    } catch {
      throw pkix.error(error.problem, remedy: error.remedy)
    }
  }
}

extension AttestorKey.Revocation {
  /// Nil without `revokedAt`. Without a reason the worst is assumed.
  fileprivate init?(_ node: DocumentNode) throws(DocumentError) {
    guard let at = node["revokedAt"] else {
      if let reason = node["revocationReason"] {
        throw reason.error("a reason without revokedAt revokes nothing", remedy: "Add revokedAt, or remove the reason.")
      }
      return nil
    }
    let reason = try node["revocationReason"]?.choice(["compromise", "superseded"]) ?? "compromise"
    self.init(atSeconds: try at.moment(), reason: reason == "superseded" ? .superseded : .compromise)
  }
}

extension DocumentNode {
  /// A moment in RFC 3339, in seconds since 1970 UTC.
  fileprivate func moment() throws(DocumentError) -> Int64 {
    guard let seconds = secondsSince1970(rfc3339: try string()) else {
      throw error("not a moment", remedy: "Write it as 2026-05-04T12:00:00Z.")
    }
    return seconds
  }
}
