import ArgumentParser
import Attestations
import Audit
import Images
import Metadata
import Policies
import Registry

/// What is looked at before an image is signed.
struct ChecksFirst: ParsableArguments {
  /// What an attestation is made after.
  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case checkAndSign = "check-and-sign"
    case checkOnly = "check-only"
    case signWithoutCheck = "sign-without-check"
  }

  @Option(help: "check-and-sign (the default when a check is named), check-only, or sign-without-check (the default otherwise).")
  var mode: Mode?
  @Option(help: "Check that this Binary Authorization policy lets the image run, YAML or JSON.") var policy: String?
  @Option(help: "The attestors that --policy demands, YAML or JSON.") var attestors: String?
  @Option(
    help: """
      Check that an audit of the image, of every platform in an index, finds nothing at or above this severity: low, medium, \
      high, critical.
      """)
  var failOn: FailOn?
  @OptionGroup var audit: AuditOptions

  private var isAsked: Bool { policy != nil || failOn != nil }
  var chosen: Mode { mode ?? (isAsked ? .checkAndSign : .signWithoutCheck) }

  func validate() throws {
    guard isAsked == (chosen != .signWithoutCheck) else {
      throw ValidationError(
        isAsked
          ? "--mode sign-without-check takes no check: leave out --policy and --fail-on, or the mode."
          : "--mode \(chosen.rawValue) needs a check: --policy FILE or --fail-on SEVERITY.")
    }
    guard failOn != .never else { throw ValidationError("--fail-on never checks nothing.") }
    guard attestors == nil || policy != nil else { throw ValidationError("--attestors needs --policy.") }
  }

  /// Most images in an index that are audited.
  private static let auditedLimit = 16

  /// What came of the checks.
  struct Outcome {
    /// Names of those that passed.
    var passed: [String] = []
    /// Why the image is not to be signed; empty when it may be.
    var faults: [String] = []
  }

  /// Runs every check that was named.
  ///
  /// - Throws: what keeps a check from telling.
  func outcome(
    for image: PinnedReference, in source: any ImageSource, store: any MetadataReader, advisories: String
  ) async throws -> Outcome {
    var outcome = Outcome()
    if let policy {
      let rulebook = try Rulebook(
        policy: Files.text(at: policy), file: policy,
        attestors: attestors.map { try Files.text(at: $0) } ?? "[]", file: attestors ?? "no attestors")
      let decision = try await rulebook.decision(
        for: .only(image), in: Place(namespace: "default"), evidence: RecordedAttestations(store))
      // A dry run lets the image in for want of a better policy, which is no reason to vouch for it.
      outcome.add("policy", faults: decision.problems + decision.warnings)
    }
    if let failOn {
      let auditor = Auditor(index: try audit.index(default: advisories), settings: try audit.settings())
      outcome.add("audit", faults: try await faults(of: image, in: source, by: auditor, failOn))
    }
    return outcome
  }

  /// What an audit has against the image or, as all of an index is signed at once, against any image in it.
  private func faults(
    of image: PinnedReference, in source: any ImageSource, by auditor: Auditor, _ failOn: FailOn
  ) async throws -> [String] {
    var faults: [String] = []
    let asked = try await source.manifest(.digest(image.digest))
    for (pinned, _) in try await source.images(in: asked, atMost: Self.auditedLimit) {
      let report = try await auditor.report(
        on: .digest(pinned.digest), in: source, as: image.repository, platform: .linuxAMD64)
      let one = "\(report.image) (\(printable("\(report.configuration.os)/\(report.configuration.architecture)")))"
      guard report.coverage.isComplete else {
        throw DoorError.usage(
          "Nobody can tell whether \(one) is vulnerable: the advisories do not cover it.",
          remedy: "Run `pratique feeds import` for its distribution, then `pratique audit \(report.image)` to see.")
      }
      if failOn.fails(report) {
        faults.append("The audit of \(one) found something at or above \(failOn.rawValue). [audit-failed]")
      }
    }
    return faults
  }
}

extension ChecksFirst.Outcome {
  fileprivate mutating func add(_ name: String, faults: [String]) {
    if faults.isEmpty { passed.append(name) } else { self.faults += faults }
  }
}

extension Workload {
  /// A pod that runs one image and nothing else.
  fileprivate static func only(_ image: PinnedReference) -> Workload {
    Workload(
      apiVersion: "v1", kind: "Pod", name: nil, namespace: nil, annotations: [:],
      images: [ImageUse(kind: .container, name: "", field: "spec.containers[0]", image: "\(image)")])
  }
}

extension Rulebook {
  /// Asks every attestor that the policy demands for `workload`, and decides as the gate does.
  func decision(
    for workload: Workload, in place: Place, evidence source: any AttestationSource, requiresDigest: Bool = true
  ) async throws -> Decision {
    var evidence = Evidence()
    for (image, names) in policy.demands(of: workload, in: place) {
      for name in names {
        guard let attestor = attestors[name] else { continue }
        let offered = try await source.attestations(about: image, under: attestor.note, atMost: Attestor.Limits.attestations)
        evidence.answers[image, default: [:]][name] = .verdict(attestor.verdict(on: offered, for: image, at: Now.seconds))
      }
    }
    return policy.decision(for: workload, in: place, evidence: evidence, requiresDigest: requiresDigest)
  }
}
