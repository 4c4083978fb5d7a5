import Foundation
import Images

/// What a step must come to.
struct Expectation: Sendable {
  private static let known: Set<String> = [
    "verdict", "or", "any_of", "never", "reason_hint", "patch_image", "only_paths", "max_ms", "max_rss_mb",
    "max_rss_growth_mb", "max_registry_requests", "max_tag_resolutions", "no_dial", "secret_never_sent_to", "no_writes",
    "audit_event", "message_printable", "response_apiVersion", "note",
  ]

  private let value: CaseValue

  /// - Throws: `Unrunnable` for a check that is unknown here.
  init(_ value: CaseValue) throws {
    try World.refuseUnknown(value, Self.known, "expect")
    for choice in value["any_of"]?.elements ?? [] where choice.string == nil { _ = try Expectation(choice) }
    for field in ["verdict", "or", "never"] {
      for word in value[field]?.strings ?? [] { try Self.checkWord(word, field) }
    }
    for choice in value["any_of"]?.elements ?? [] {
      if let word = choice.string { try Self.checkWord(word, "any_of") }
    }
    if let secret = value["secret_never_sent_to"], secret.strings.isEmpty {
      throw Unrunnable("expect.secret_never_sent_to is no address")
    }
    self.value = value
  }

  private static func checkWord(_ word: String, _ field: String) throws {
    let known = ["allow", "deny", "error", "crash", "no-answer"]
    guard known.contains(word) || word.wholeMatch(of: /http-[1-5]([0-9][0-9]|xx)/) != nil else {
      throw Unrunnable("expect.\(field) \(word) is unknown to the harness")
    }
  }

  /// What does not hold, as "wanted: ...; got: ..." each; empty means the step is passed.
  func faults(in seen: Observation) throws -> [String] {
    if let choices = value["any_of"]?.elements {
      let each = try choices.map { choice in
        try choice.string.map { Self.accepted($0).isDisjoint(with: seen.names) ? ["not \($0)"] : [] }
          ?? Expectation(choice).faults(in: seen)
      }
      if !each.contains([]) { return ["any of \(choices.map(\.json).joined(separator: ", ")): \(seen)"] }
    }
    return verdictFaults(seen) + answerFaults(seen) + costFaults(seen) + traceFaults(seen)
  }

  private func verdictFaults(_ seen: Observation) -> [String] {
    var faults: [String] = []
    if let verdict = value["verdict"]?.string {
      var accepted = Self.accepted(verdict)
      for other in value["or"]?.strings ?? [] { accepted.formUnion(Self.accepted(other)) }
      if accepted.isDisjoint(with: seen.names) {
        faults.append("verdict \(accepted.sorted().joined(separator: " or ")): \(seen)")
      }
    }
    for never in value["never"]?.strings ?? [] where seen.names.contains(never) { faults.append("never \(never): \(seen)") }
    return faults
  }

  private static func accepted(_ verdict: String) -> Set<String> {
    verdict == "error" ? ["error", "deny"] : [verdict]
  }

  private func answerFaults(_ seen: Observation) -> [String] {
    var faults: [String] = []
    if seen.hasReview {
      if let uid = seen.requestUID, seen.responseUID != uid { faults.append("uid \(uid): \(seen.responseUID ?? "none")") }
      let version = value["response_apiVersion"]?.string ?? seen.requestVersion
      let isKnown = version == "admission.k8s.io/v1" || version == "admission.k8s.io/v1beta1"
      if let version, isKnown, seen.responseVersion != version {
        faults.append("apiVersion \(version): \(seen.responseVersion ?? "none")")
      }
    }
    if value["message_printable"]?.bool == true, seen.message.unicodeScalars.contains(where: { !(" "..."~").contains($0) }) {
      faults.append("a printable message: \(seen.message.debugDescription)")
    }
    for (container, images) in value["patch_image"]?.members ?? [:] {
      let got = seen.images(of: container)
      if got.isEmpty || !Set(got).isSubset(of: images.strings) {
        faults.append(
          "\(container) patched to \(images.strings.joined(separator: " or ")): \(got.isEmpty ? "nothing" : got.joined(separator: ", "))"
        )
      }
    }
    if let allowed = value["only_paths"]?.strings {
      for path in seen.patchPaths where !allowed.contains(path) {
        faults.append("only patches at \(allowed.joined(separator: ", ")): \(path)")
      }
    }
    return faults
  }

  private func costFaults(_ seen: Observation) -> [String] {
    var faults: [String] = []
    func atMost(_ field: String, _ got: Double) {
      if let limit = value[field]?.double, got > limit { faults.append("\(field) \(limit): \(got.rounded())") }
    }
    atMost("max_ms", seen.milliseconds)
    atMost("max_rss_mb", seen.residentMegabytes)
    atMost("max_rss_growth_mb", seen.grownMegabytes)
    atMost("max_registry_requests", Double(seen.registry.requests))
    atMost("max_tag_resolutions", Double(seen.registry.tagRequests))
    return faults
  }

  private func traceFaults(_ seen: Observation) -> [String] {
    var faults: [String] = []
    for address in value["no_dial"]?.strings ?? [] where seen.registry.dialled.contains(address) {
      faults.append("no connection to \(address): one was made")
    }
    for address in value["secret_never_sent_to"]?.strings ?? []
    where seen.registry.toldSecrets.contains(where: { $0.hasPrefix(address) }) {
      faults.append("no secret sent to \(address): one was")
    }
    if value["no_writes"]?.bool == true, seen.writes > 0 { faults.append("nothing written: \(seen.writes) records") }
    if let wanted = value["audit_event"] {
      let isWanted = wanted.bool ?? true
      let texts = wanted.members.values.flatMap { $0.strings }
      let found = seen.auditEvents.contains { event in texts.allSatisfy { event.contains($0) } }
      if isWanted != found { faults.append("audit event \(wanted.json): \(seen.auditEvents)") }
    }
    return faults
  }

  /// What the advisory hint asks for and the message does not say; nil when there is nothing to tell.
  func missedHint(in seen: Observation) -> String? {
    let hints = value["reason_hint"]?.strings ?? []
    guard !hints.isEmpty, !hints.contains(where: { seen.message.lowercased().contains($0.lowercased()) }) else { return nil }
    return "the message holds none of: \(hints.joined(separator: ", "))"
  }
}
