import Foundation

/// What surrounds the gate in one step, with every field known; what this harness or the product cannot do yet is refused by
/// name, so that no case passes for the wrong reason.
struct World: Sendable {
  let value: CaseValue

  private static let known: Set<String> = [
    "attestations", "attestors", "cluster", "dns", "maxRequestBytes", "now", "policy", "registry", "registryBehaviour",
    "registryCredentials", "transparencyLogs", "webhookTimeoutSeconds",
  ]
  private static let knownPolicy: Set<String> = [
    "breakGlass", "digest", "exceptions", "exempt", "hardening", "mode", "name", "onError", "require", "transparencyLog",
    "unknownWorkloadKinds",
  ]

  /// - Throws: `Unrunnable` that names what cannot be done.
  init(_ value: CaseValue) throws {
    self.value = value
    guard let policy = value["policy"] else { throw Unrunnable("the world has no policy") }
    try Self.checkPolicy(policy)
    try Self.refuseUnknown(value, Self.known, "world")
    for name in required {
      guard let attestor = value["attestors"]?[name] else { continue }
      try Self.checkAttestor(attestor, name)
    }
    for attestation in attestations { try Self.checkAttestation(attestation) }
    for behaviour in value["registryBehaviour"]?.elements ?? [] {
      try Self.refuseUnknown(
        behaviour, ["on", "nth", "serve", "serveBytesOf", "header", "status", "generateReferrers", "invalidSignatures"],
        "registryBehaviour")
    }
  }

  var policy: CaseValue { value["policy"] ?? .null }
  var required: [String] { policy["require"]?["attestors"]?.strings ?? [] }
  var attestations: [CaseValue] { value["attestations"]?.elements ?? [] }
  var resolvesTags: Bool { policy["digest"]?.string == "resolve" }
  /// Seconds since 1970 UTC.
  var nowSeconds: Int64 { get throws { try seconds(value["now"]?.string ?? "") } }

  private static func checkPolicy(_ policy: CaseValue) throws {
    if policy["minLogs"] != nil { throw Unrunnable("policy.minLogs is not enforced yet") }
    try WorldHardening.check(policy)
    try refuse(policy, "transparencyLog", not: ["off", "require"])
    try refuseUnknown(policy, knownPolicy, "policy")
    try refuse(policy, "mode", not: ["enforce"])
    try refuse(policy, "onError", not: ["deny"])
    try refuse(policy, "unknownWorkloadKinds", not: ["deny"])
    try refuse(policy, "digest", not: ["require", "resolve"])
    try refuseUnknown(policy["require"] ?? .null, ["attestors", "threshold", "predicateType"], "policy.require")
    let exempt = policy["exempt"] ?? .null
    try refuseUnknown(
      exempt, ["images", "namespaces", "users", "namespaceLabel", "namespacesAllowedToCarryLabel"], "policy.exempt")
    for pattern in exempt["images"]?.strings ?? [] {
      let end = pattern.lastIndex { $0 != "*" }.map { pattern.index(after: $0) } ?? pattern.startIndex
      guard !pattern[..<end].contains("*"), !pattern.hasSuffix("***") else {
        throw Unrunnable("policy.exempt.images: a wildcard inside \(pattern) is not read")
      }
    }
    let breakGlass = policy["breakGlass"] ?? .null
    try refuseUnknown(breakGlass, ["annotation", "audit", "groups", "requireReason"], "policy.breakGlass")
    try refuse(breakGlass, "audit", not: ["required"])
    guard breakGlass["requireReason"]?.bool ?? true else { throw Unrunnable("policy.breakGlass without a reason") }
  }

  private static func checkAttestor(_ attestor: CaseValue, _ name: String) throws {
    try refuseUnknown(attestor, ["keys", "note", "minDistinctKeys", "x509"], "attestors.\(name)")
    try refuseUnknown(attestor["x509"] ?? .null, ["roots", "identityRegex"], "attestors.\(name).x509")
    for key in attestor["keys"]?.elements ?? [] {
      try refuseUnknown(
        key,
        [
          "id", "algorithm", "asciiArmoredPublicKey", "pem", "notBefore", "notAfter", "revokedAt", "revocationReason",
        ], "attestors.\(name).keys")
    }
  }

  private static func checkAttestation(_ attestation: CaseValue) throws {
    switch attestation["style"]?.string ?? "" {
    case "grafeas-attestation":
      try refuseUnknown(
        attestation, ["style", "resourceUri", "noteName", "createTime", "serializedPayload", "signatures"], "attestations")
    case "dsse":
      try refuseUnknown(attestation, ["style", "resourceUri", "noteName", "createTime", "envelope"], "attestations")
    case "jwt":
      try refuseUnknown(attestation, ["style", "resourceUri", "noteName", "createTime", "compactJwt"], "attestations")
    case "grafeas-pgp-attestation":
      try refuseUnknown(
        attestation, ["style", "resourceUri", "noteName", "createTime", "publicKeyId", "signedMessage"], "attestations")
    case "cosign-simple-signing", "x509-signature":
      try refuseUnknown(
        attestation,
        ["style", "resourceUri", "noteName", "createTime", "payload", "signature", "bundle", "certificateChain"],
        "attestations")
    case let style: throw Unrunnable("attestations of style \(style) are not read yet")
    }
  }

  private static func refuse(_ value: CaseValue, _ field: String, not allowed: Set<String>) throws {
    guard let text = value[field] else { return }
    guard let word = text.text, allowed.contains(word) else {
      throw Unrunnable("\(field): \(text.json) is not a choice of the product")
    }
  }

  /// - Throws: `Unrunnable` that names the first field nobody here knows.
  static func refuseUnknown(_ value: CaseValue, _ known: Set<String>, _ place: String) throws {
    for field in value.members.keys.sorted() where !known.contains(field) && value[field] != nil {
      throw Unrunnable("\(place).\(field) is unknown to the harness")
    }
  }
}

/// Seconds since 1970 UTC of an RFC 3339 moment.
func seconds(_ text: String) throws -> Int64 {
  guard let date = try? Date(text, strategy: .iso8601) else { throw Unrunnable("\"\(text)\" is no moment") }
  return Int64(date.timeIntervalSince1970.rounded(.down))
}
