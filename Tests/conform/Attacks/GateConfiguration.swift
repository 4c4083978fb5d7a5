import Attestations
import Foundation
import Images
import Policies
import Server

/// A world in the product's own configuration: the policy as Binary Authorization has it, the attestors, the gate's settings.
struct GateConfiguration {
  let policies: [PolicyText]
  let attestors: String
  let settings: GateSettings

  init(_ world: World, inspectsManifests: Bool) throws {
    policies = ([Self.policy(world)] + (try WorldHardening(world).documents)).enumerated().map { index, document in
      PolicyText(document.json, file: "policy-\(index).yaml")
    }
    attestors = try Self.attestors(world).json
    settings = try Self.settings(world, inspectsManifests: inspectsManifests)
  }

  private static func policy(_ world: World) -> CaseValue {
    var rule: [String: CaseValue] = [
      "evaluationMode": .string("REQUIRE_ATTESTATION"), "enforcementMode": .string("ENFORCED_BLOCK_AND_AUDIT_LOG"),
      "requireAttestationsBy": .array(world.required.map { .string(fullName($0)) }),
    ]
    rule["requireAttestationsAtLeast"] = world.policy["require"]?["threshold"]
    let patterns = world.policy["exempt"]?["images"]?.strings ?? []
    return .object([
      "name": .string("projects/attacks/policy"), "defaultAdmissionRule": .object(rule),
      "admissionWhitelistPatterns": .array(patterns.map { .object(["namePattern": .string($0)]) }),
    ])
  }

  private static func fullName(_ attestor: String) -> String { "projects/attestors/attestors/\(attestor)" }

  private static func attestors(_ world: World) throws -> CaseValue {
    let predicate = world.policy["require"]?["predicateType"]
    // An attestor that is not asked, and whose keys are of a kind unknown here, changes no verdict.
    let asked = (world.value["attestors"]?.members ?? [:]).filter { name, attestor in
      world.required.contains(name) || attestor["keys"]?.elements.contains { $0["pem"] == nil } == false
    }
    return .array(
      try asked.sorted { $0.key < $1.key }.map { name, attestor in
        var fields: [String: CaseValue] = [
          "name": .string(fullName(name)),
          "userOwnedGrafeasNote": .object([
            "noteReference": attestor["note"] ?? .string("projects/attestors/notes/\(name)"),
            "publicKeys": .array(try (attestor["keys"]?.elements ?? []).map(key)),
          ]),
        ]
        fields["predicateType"] = predicate
        fields["threshold"] = attestor["minDistinctKeys"]
        fields["sigstore"] = sigstore(attestor, world)
        return .object(fields)
      })
  }

  /// Certificates of the attestor's own authority, and the world's logs where the policy demands them.
  private static func sigstore(_ attestor: CaseValue, _ world: World) -> CaseValue? {
    var fields: [String: CaseValue] = [:]
    if let x509 = attestor["x509"] {
      fields["certificateRoots"] = x509["roots"]
      fields["identities"] = .array([.object(["subjectRegExp": x509["identityRegex"] ?? .string("")])])
    }
    if world.policy["transparencyLog"]?.string == "require" {
      fields["transparencyLogs"] = .array(
        (world.value["transparencyLogs"]?.elements ?? []).map {
          .object(["id": $0["id"] ?? .string(""), "publicKeyPem": $0["pem"] ?? .string("")])
        })
      fields["logs"] = .number("1")
      fields["logsKeys"] = .bool(true)
    }
    return fields.isEmpty ? nil : .object(fields)
  }

  private static func key(_ key: CaseValue) throws -> CaseValue {
    let algorithm = key["algorithm"]?.string ?? ""
    if let armored = key["asciiArmoredPublicKey"] { return .object(["asciiArmoredPgpPublicKey": armored]) }
    guard SignatureAlgorithm(named: algorithm) != nil else {
      throw Unrunnable("attestor keys of algorithm \(algorithm) are not read yet")
    }
    var fields: [String: CaseValue] = [
      "pkixPublicKey": .object(["publicKeyPem": key["pem"] ?? .string(""), "signatureAlgorithm": .string(algorithm)])
    ]
    for field in ["id", "notBefore", "notAfter", "revokedAt"] { fields[field] = key[field] }
    if key["revokedAt"] != nil {
      // Only `compromise` takes everything back; any other reason ends the key's authority at that moment.
      fields["revocationReason"] = .string(key["revocationReason"]?.string == "compromise" ? "compromise" : "superseded")
    }
    return .object(fields)
  }

  private static func settings(_ world: World, inspectsManifests: Bool) throws -> GateSettings {
    var settings = GateSettings()
    settings.tags = world.resolvesTags ? .resolve : .refuse
    settings.inspectsManifests = inspectsManifests
    settings.registries = Set(world.value["registry"]?.members.keys.map { $0 } ?? [])
    let exempt = world.policy["exempt"]
    settings.exemptNamespaces = Set(exempt?["namespaces"]?.strings ?? [])
    settings.exemptUsers = Set(exempt?["users"]?.strings ?? [])
    if let label = exempt?["namespaceLabel"]?.string {
      settings.namespaceExemption = NamespaceExemption(
        label: label, allowed: Set(exempt?["namespacesAllowedToCarryLabel"]?.strings ?? []))
    }
    if let breakGlass = world.policy["breakGlass"], let annotation = breakGlass["annotation"]?.string {
      settings.breakGlass = BreakGlass(annotation: annotation, groups: Set(breakGlass["groups"]?.strings ?? []))
    }
    if let limit = world.value["maxRequestBytes"]?.int { settings.limitBodyBytes = limit }
    if let timeout = world.value["webhookTimeoutSeconds"]?.double {
      settings.deadline = min(settings.deadline, .seconds(max(0.1, min(timeout, 30) / 2)))
    }
    return settings
  }
}
