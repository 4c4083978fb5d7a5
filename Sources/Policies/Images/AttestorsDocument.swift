package import Attestations
import Foundation
import Images
import Metadata

extension Attestors {
  /// Reads a list of attestors in the shape `gcloud container binauthz attestors describe` prints each, with our key
  /// fields `notBefore`, `notAfter`, `revokedAt`, `revocationReason` and the attestor's `predicateType` beside it; or the
  /// answer of `GET /v1/projects/{project}/attestors` as it is, of which attestors without keys are left out.
  ///
  /// - Throws: `DocumentError` that points at the fault.
  package init(_ document: DocumentNode) throws(DocumentError) {
    var all: [Attestor] = []
    var names: Set<String> = []
    for node in try document.attestors() {
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

extension DocumentNode {
  fileprivate func attestors() throws(DocumentError) -> [DocumentNode] {
    guard isMapping, self["name"] == nil else { return try elements() }
    try onlyKeys(["attestors", "nextPageToken"])
    if let token = self["nextPageToken"], try !token.string().isEmpty {
      throw token.error("there are more attestors than this page has", remedy: "Ask for a larger page with pageSize.")
    }
    var found: [DocumentNode] = []
    for node in try self["attestors"]?.elements() ?? [] {
      // The API keeps attestors that have no key yet; they vouch for nothing, and whoever demands one is told so.
      let hasKeys = try node["userOwnedGrafeasNote"]?["publicKeys"]?.elements().isEmpty == false
      if hasKeys { found.append(node) }
    }
    return found
  }
}

extension Attestor {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys([
      "name", "description", "etag", "updateTime", "userOwnedGrafeasNote", "predicateType", "threshold", "expiredKeys",
      "remapIdentity", "platforms", "changes",
      "sigstore",
    ])
    for change in try node["changes"]?.elements() ?? [] { _ = try KeyChange(change) }
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
    let sigstore = try node["sigstore"].map { (sigstore) throws(DocumentError) in try SigstoreDemand(sigstore) }
    guard !keys.isEmpty || sigstore?.identities.isEmpty == false else {
      throw owned.error(
        "an attestor without keys can never vouch", remedy: "Add a public key under publicKeys, or identities under sigstore.")
    }
    var remaps: [RepositoryRemap] = []
    for remap in try node["remapIdentity"]?.elements() ?? [] { remaps.append(try RepositoryRemap(remap)) }
    self.init(
      name: name, note: note, keys: keys, predicateType: try node["predicateType"]?.string(),
      threshold: try node["threshold"]?.int() ?? 1,
      expiry: try node["expiredKeys"]?.named(AttestorKey.Expiry.self) ?? .goodWhenSigned, remaps: remaps,
      platforms: try node["platforms"]?.named(PlatformRule.self) ?? .exactDigest, sigstore: sigstore)
  }
}

extension RepositoryRemap {
  /// Names as in containers/image: what the deployed name begins with, and what the signed one begins with instead.
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["prefix", "signedPrefix"])
    let (deployed, signed) = (try node.required("prefix").string(), try node.required("signedPrefix").string())
    do throws(AttestationError) {
      try self.init(deployed: deployed, signed: signed)
    } catch {
      throw node.error(error.problem, remedy: error.remedy)
    }
  }
}

extension AttestorKey {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys([
      "id", "comment", "pkixPublicKey", "asciiArmoredPgpPublicKey", "notBefore", "notAfter", "revokedAt",
      "revocationReason", "compromisedAt", "purpose",
    ])
    let (notBefore, notAfter) = (try node["notBefore"]?.moment(), try node["notAfter"]?.moment())
    let revocation = try Revocation(node)
    let purpose = try node["purpose"].map { (purpose) throws(DocumentError) in try KeyPurpose(purpose) } ?? .unlimited
    if let armored = node["asciiArmoredPgpPublicKey"] {
      guard node["pkixPublicKey"] == nil else {
        throw node.error("it is two keys at once", remedy: "Write pkixPublicKey or asciiArmoredPgpPublicKey.")
      }
      let text = try armored.string()
      self = try armored.reading { () throws(AttestationError) in
        try AttestorKey(
          openPGP: unwrapped(text), notBeforeSeconds: notBefore, notAfterSeconds: notAfter, revocation: revocation,
          purpose: purpose)
      }
      return
    }
    let pkix = try node.required("pkixPublicKey")
    try pkix.onlyKeys(["publicKeyPem", "signatureAlgorithm", "keyId"])
    let algorithm = try pkix.required("signatureAlgorithm").signatureAlgorithm()
    let pem = try pkix.required("publicKeyPem").string()
    let id = try (node["id"] ?? pkix["keyId"])?.string()
    self = try pkix.reading { () throws(AttestationError) in
      try AttestorKey(
        id: id, algorithm: algorithm, pem: pem, notBeforeSeconds: notBefore, notAfterSeconds: notAfter,
        revocation: revocation, purpose: purpose)
    }
  }
}

extension DocumentNode {
  /// How a PKIX key signs.
  func signatureAlgorithm() throws(DocumentError) -> SignatureAlgorithm {
    guard let algorithm = SignatureAlgorithm(named: try string()), algorithm != .openPGP else {
      let known = SignatureAlgorithm.allCases.filter { $0 != .openPGP }.map(\.rawValue).joined(separator: ", ")
      throw error("the algorithm is unknown", remedy: "Use one of: \(known).")
    }
    return algorithm
  }

  /// What `read` makes of this value; its error points here.
  func reading<Value>(_ read: () throws(AttestationError) -> Value) throws(DocumentError) -> Value {
    do throws(AttestationError) {
      return try read()
    } catch {
      throw self.error(error.problem, remedy: error.remedy)
    }
  }
}

/// Kritis keeps the armored text once more in base64.
private func unwrapped(_ text: String) -> String {
  guard !text.hasPrefix("-----"), let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { return text }
  return String(decoding: data, as: UTF8.self)
}

extension KeyPurpose {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["payloadTypes", "predicateTypes", "repositories"])
    let payloadTypes = try node["payloadTypes"]?.strings()
    let predicateTypes = try node["predicateTypes"]?.strings()
    var repositories: [NamePattern]?
    for written in try node["repositories"]?.elements() ?? [] {
      let text = try written.string()
      do throws(ImageError) {
        repositories = (repositories ?? []) + [try NamePattern(parsing: text)]
      } catch {
        throw written.error(error.problem, remedy: error.remedy)
      }
    }
    if let list = node["repositories"], repositories == nil {
      throw list.error("it names no repository", remedy: "Leave it out, or write one, as registry.example.test/shop/**.")
    }
    do throws(AttestationError) {
      try self.init(
        payloadTypes: payloadTypes.map(Set.init), predicateTypes: predicateTypes.map(Set.init), repositories: repositories)
    } catch {
      throw node.error(error.problem, remedy: error.remedy)
    }
  }
}

extension AttestorKey.Revocation {
  /// Nil without `revokedAt`. Without a reason the worst is assumed, and so it is without `compromisedAt`.
  fileprivate init?(_ node: DocumentNode) throws(DocumentError) {
    guard let at = node["revokedAt"] else {
      for field in ["revocationReason", "compromisedAt"] {
        if let stray = node[field] {
          throw stray.error("without revokedAt it revokes nothing", remedy: "Add revokedAt, or remove it.")
        }
      }
      return nil
    }
    let isSuperseded = try node["revocationReason"]?.choice(["compromise", "superseded"]) == "superseded"
    if isSuperseded, let since = node["compromisedAt"] {
      throw since.error("a superseded key was not compromised", remedy: "Remove it, or write revocationReason: compromise.")
    }
    let since = try node["compromisedAt"]?.moment()
    self.init(atSeconds: try at.moment(), reason: isSuperseded ? .superseded : .compromise(sinceSeconds: since))
  }
}

extension DocumentNode {
  /// One of the cases of `kind`, by its raw value.
  fileprivate func named<Kind: RawRepresentable<String> & CaseIterable>(_ kind: Kind.Type) throws(DocumentError) -> Kind {
    let names = kind.allCases.map(\.rawValue)
    guard let chosen = Kind(rawValue: try choice(names)) else { throw error("unknown", remedy: "Use one of \(names).") }
    return chosen
  }

  /// A moment in RFC 3339, in seconds since 1970 UTC.
  func moment() throws(DocumentError) -> Int64 {
    guard let seconds = secondsSince1970(rfc3339: try string()) else {
      throw error("not a moment", remedy: "Write it as 2026-05-04T12:00:00Z.")
    }
    return seconds
  }
}
