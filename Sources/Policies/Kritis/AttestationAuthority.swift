import Attestations
import Foundation
import Images
import Metadata

/// Kritis' way to write who may vouch in a namespace: a note and public keys.
///
/// It becomes an attestor whose name is scoped to its namespace, and only policies of that namespace can name it.
///
/// Source: Kritis, `attestationauthority.go`; the key in `publicKeyData` is that of its first releases.
package enum AttestationAuthority: PolicyDocument {
  package static let title = "an AttestationAuthority of Kritis"
  private static let kind = "AttestationAuthority"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let object = try KritisObject(document, kind: kind)
    let attestor = try attestor(object)
    let neighbours = draft.kritis.authorities[object.namespace] ?? [:]
    guard neighbours[object.name] == nil else {
      throw document.error("another AttestationAuthority has the same name", remedy: "Give each a name of its own.")
    }
    // Those that are asked about the same images: of the namespace, and of everywhere.
    let beside = draft.attestors.filter(\.realm.isEmpty) + neighbours.values
    _ = try document.reading { () throws(AttestationError) in try Attestors(beside + [attestor]) }
    draft.attestors.append(attestor)
    draft.kritis.authorities[object.namespace, default: [:]][object.name] = attestor
  }

  /// `namespaces/prod/attestationauthorities/qa`.
  static func attestorName(_ name: String, in namespace: String) -> String {
    "namespaces/\(namespace)/attestationauthorities/\(name)"
  }

  private static func attestor(_ object: KritisObject) throws(DocumentError) -> Attestor {
    let spec = object.spec
    try spec.onlyKeys(["noteReference", "publicKeys", "publicKeyData", "privateKeySecretName"])
    _ = try spec["privateKeySecretName"]?.filledString()
    var keys: [AttestorKey] = []
    for key in try spec["publicKeys"]?.elements() ?? [] { keys.append(try self.key(key)) }
    if let old = spec["publicKeyData"] { keys.append(try openPGP(old)) }
    guard !keys.isEmpty else {
      throw spec.error("an authority without keys can never vouch", remedy: "Add its public keys under publicKeys.")
    }
    return Attestor(
      name: attestorName(object.name, in: object.namespace),
      note: try note(spec.required("noteReference"), of: object.name), keys: keys)
  }

  /// `projects/P/notes/N`, behind the version of an API or not. Kritis' first releases wrote `projects/P`, and named the
  /// note like the authority.
  private static func note(_ node: DocumentNode, of authority: String) throws(DocumentError) -> NoteName {
    let text = try node.string()
    var parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if ["v1", "v1beta1", "v1alpha1"].contains(parts.first) { parts.removeFirst() }
    let name = parts.count == 2 ? "\(parts.joined(separator: "/"))/notes/\(authority)" : parts.joined(separator: "/")
    guard let note = try? NoteName(parsing: name) else {
      throw node.error("\"\(printable(text))\" is not the name of a note", remedy: "Write projects/PROJECT/notes/NOTE.")
    }
    return note
  }

  private static func key(_ node: DocumentNode) throws(DocumentError) -> AttestorKey {
    try node.onlyKeys(["keyId", "keyType", "asciiArmoredPgpPublicKey", "pkixPublicKey"])
    let type = try node["keyType"]?.choice(["PGP", "PKIX"])
    let id = node["keyId"]
    switch (node["asciiArmoredPgpPublicKey"], node["pkixPublicKey"]) {
    case (let armored?, nil) where type != "PKIX":
      let key = try openPGP(armored)
      if let id, try id.string().uppercased() != key.id {
        throw id.error("the key is \(key.id)", remedy: "Write its fingerprint, or leave keyId out.")
      }
      return key
    case (nil, let pkix?) where type != "PGP": return try self.pkix(pkix, id: id)
    default:
      throw node.error(
        "it is not one key of the type it says",
        remedy: "Write keyType: PGP with asciiArmoredPgpPublicKey, or keyType: PKIX with pkixPublicKey.")
    }
  }

  /// Armored text, in base64 once more as Kritis wants it or plain.
  private static func openPGP(_ node: DocumentNode) throws(DocumentError) -> AttestorKey {
    var text = try node.string()
    if !text.hasPrefix("-----") {
      let packed = text.filter { !$0.isWhitespace }
      guard let data = Data(base64Encoded: packed), let armored = String(data: data, encoding: .utf8) else {
        throw node.error(
          "it is neither an armored key nor one in base64", remedy: "Write what `gpg --armor --export KEY | base64 -w0` prints.")
      }
      text = armored
    }
    return try node.reading { () throws(AttestationError) in try AttestorKey(openPGP: text) }
  }

  private static func pkix(_ node: DocumentNode, id: DocumentNode?) throws(DocumentError) -> AttestorKey {
    try node.onlyKeys(["publicKeyPem", "signatureAlgorithm"])
    let algorithmNode = try node.required("signatureAlgorithm")
    guard let algorithm = try self.algorithm(algorithmNode) else {
      let known = SignatureAlgorithm.allCases.filter { $0 != .openPGP }.map(\.rawValue).joined(separator: ", ")
      throw algorithmNode.error("the algorithm is unknown", remedy: "Use one of: \(known).")
    }
    let (pem, written) = (try node.required("publicKeyPem").string(), try id?.filledString())
    let key = try node.reading { () throws(AttestationError) in
      try AttestorKey(id: written, algorithm: algorithm, pem: pem)
    }
    guard let id, let written, written.hasPrefix("ni:") else { return key }
    let own = try node.reading { () throws(AttestationError) in try AttestorKey(id: nil, algorithm: algorithm, pem: pem) }
    guard own.id == written else {
      throw id.error("the key is \(own.id)", remedy: "Write that, a URI of your own, or leave keyId out.")
    }
    return key
  }

  /// As the API writes it, `RSA_PSS_2048_SHA256`, or as Kritis' library does, `rsa-pss-2048-sha256`.
  private static func algorithm(_ node: DocumentNode) throws(DocumentError) -> SignatureAlgorithm? {
    let text = try node.string()
    // A slip in Kritis' own reader, which therefore stands in files.
    let mended = text == "rsa-pss-4096s-ha256" ? "rsa-pss-4096-sha256" : text
    let name = mended.uppercased().replacing("-", with: "_")
    let full = name.hasPrefix("RSA_PKCS1_") ? "RSA_SIGN_" + name.dropFirst("RSA_".count) : name
    let algorithm = SignatureAlgorithm(named: full)
    return algorithm == .openPGP ? nil : algorithm
  }
}
