package import Attestations
package import Images
package import Metadata
package import Policies
import Schemas
import SwiftProtobuf

/// Runs checks, and has their attestors vouch for what passed.
///
/// Only a passed check is signed, each by its own attestor; `isAttested` is said only of what the store has and the attestor
/// believes.
///
/// Source: Voucher, `Suite`.
package struct CheckSuite: Sendable {
  /// How many attestors are at work at once for one image.
  private static let width = 4

  package let checklist: Checklist
  private let reader: SubjectReader
  private let metadata: any MetadataStore
  private let signers: [String: any Signer]
  private let nowSeconds: @Sendable () -> Int64

  /// - Parameters:
  ///   - signers: by the name of the check; a check without one is never attested.
  ///   - nowSeconds: seconds since 1970 UTC.
  /// - Throws: `CheckError.foreignSigner` for a key that is not one of the attestor's: nobody would believe it.
  package init(
    _ checklist: Checklist, reader: SubjectReader, metadata: any MetadataStore, signers: [String: any Signer],
    nowSeconds: @escaping @Sendable () -> Int64
  ) throws(CheckError) {
    for entry in checklist.entries {
      guard let attestor = entry.attestor, let signer = signers[entry.name] else { continue }
      guard attestor.keys.contains(where: { $0.id == signer.keyID }) else {
        throw .foreignSigner(check: entry.name, attestor: attestor.name, keyID: signer.keyID)
      }
    }
    (self.checklist, self.reader, self.metadata, self.signers, self.nowSeconds) =
      (checklist, reader, metadata, signers, nowSeconds)
  }

  /// Runs `entries` on `image`, and has what passed attested unless this is a dry run.
  ///
  /// - Returns: one result a check, in the order of `entries`, once the deadline is over at the latest.
  package func results(of entries: [Checklist.Entry], on image: PinnedReference) async -> [CheckResult] {
    let deadline = ContinuousClock.now + .seconds(checklist.deadlineSeconds)
    let needs = entries.reduce(into: Set<CheckNeed>()) { $0.formUnion($1.check.needs) }
    let subject = await reader.subject(image, needs: needs, by: deadline)
    let results = try? await mapAtOnce(entries, width: Self.width) { entry in
      await result(of: entry, on: subject, by: deadline)
    }
    return results ?? []
  }

  /// The same for what a registry told of; nothing for a signature or another artifact that is no image.
  package func results(of entries: [Checklist.Entry], onPushOf image: PinnedReference) async -> [CheckResult] {
    let deadline = ContinuousClock.now + .seconds(checklist.deadlineSeconds)
    return await reader.isArtifact(image, by: deadline) ? [] : await results(of: entries, on: image)
  }

  private func result(
    of entry: Checklist.Entry, on subject: CheckSubject, by deadline: ContinuousClock.Instant
  ) async -> CheckResult {
    let verdict = entry.check.verdict(on: subject, at: nowSeconds())
    guard verdict.isPassed, !checklist.isDryRun, let attestor = entry.attestor, let signer = signers[entry.name] else {
      return CheckResult(name: entry.name, verdict: verdict)
    }
    do {
      try await within(deadline) { try await vouch(for: subject.image, as: entry, attestor, with: signer) }
      return CheckResult(name: entry.name, verdict: verdict, isAttested: true)
    } catch {
      return CheckResult(name: entry.name, verdict: verdict, obstacle: noAnswer(error), mayPass: mayPass(error))
    }
  }

  /// Signs and records, unless the same key has vouched already: a digest that is pushed again is not signed again.
  ///
  /// What the attestor would not believe is not recorded, and what was recorded counts once the attestor believes it.
  private func vouch(
    for image: PinnedReference, as entry: Checklist.Entry, _ attestor: Attestor, with signer: any Signer
  ) async throws {
    func isBelieved(_ verdict: AttestorVerdict) -> Bool { verdict.verified.contains { $0.keyID == signer.keyID } }
    func disbelief(_ verdict: AttestorVerdict) -> CheckError {
      .disbelieved(
        check: entry.name, attestor: attestor.name, because: verdict.refused.first?.rejection.problem ?? "It was not found.")
    }
    guard try await !isBelieved(verdict(of: attestor, on: image)) else { return }
    let note = attestor.note
    let attestation = try await signer.attestation(of: image, under: note)
    let expected = verdict(of: attestor, on: image, once: attestation)
    guard isBelieved(expected) else { throw disbelief(expected) }
    try await createMissing([note.id: Note(attestorNamed: note.id)], in: note.project, of: metadata)
    let stored = try await metadata.create([attestation], in: checklist.project)
    guard stored.count == 1 else { throw MetadataError.unavailable("it did not say that it keeps the attestation") }
    let settled = try await verdict(of: attestor, on: image)
    guard isBelieved(settled) else { throw disbelief(settled) }
  }

  /// What the attestor would say of `attestation`, were it recorded now.
  private func verdict(of attestor: Attestor, on image: PinnedReference, once attestation: Occurrence) -> AttestorVerdict {
    let now = nowSeconds()
    var recorded = attestation
    recorded.createTime = .with { $0.seconds = now }
    return attestor.verdict(on: [UnverifiedAttestation(recorded)].compactMap(\.self), for: image, at: now)
  }

  private func verdict(of attestor: Attestor, on image: PinnedReference) async throws -> AttestorVerdict {
    try await RecordedAttestations(metadata).verdict(of: attestor, on: image, at: nowSeconds())
  }

  /// Says of each check whether its attestor vouches for `image`: the signatures are verified, and nothing is checked again.
  ///
  /// - Returns: one result a check, in the order of `entries`; passed where the attestor vouches.
  package func verification(of entries: [Checklist.Entry], on image: PinnedReference) async -> [CheckResult] {
    let deadline = ContinuousClock.now + .seconds(checklist.deadlineSeconds)
    let results = try? await mapAtOnce(entries, width: Self.width) { entry in
      guard let attestor = entry.attestor else {
        return CheckResult(
          name: entry.name,
          verdict: .failed(
            Denial(
              Reason(
                code: "no-attestor", problem: "Nobody vouches for the check \(entry.name).",
                remedy: "Give it an attestor in the checks file."))))
      }
      do {
        let verdict = try await within(deadline) { try await self.verdict(of: attestor, on: image) }
        return CheckResult(name: entry.name, verdict: CheckVerdict(verdict), isAttested: verdict.isSatisfied)
      } catch {
        return CheckResult(name: entry.name, verdict: .undecided(noAnswer(error), mayPass(error) ? .answer : .record))
      }
    }
    return results ?? []
  }
}

extension CheckVerdict {
  /// Passed when the attestor vouches.
  fileprivate init(_ verdict: AttestorVerdict) {
    let missing = Reason(
      code: "attestation-missing", problem: "No attestation by \(verdict.attestor) was found.",
      remedy: "Run the check; what passes is attested.")
    let refused = verdict.refused.prefix(5).map { one in
      Reason(
        code: one.rejection.code, problem: "\(one.occurrence) does not count: \(one.rejection.problem)",
        remedy: "Run the check again with a key of \(verdict.attestor).")
    }
    if verdict.isSatisfied {
      self = .passed(evidence: verdict.verified.map { "\($0.occurrence) is signed by \($0.keyID)." })
    } else {
      self = .failed(Denial(refused) ?? Denial(missing))
    }
  }
}
