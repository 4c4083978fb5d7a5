import ArgumentParser
import Attestations
import Audit
import Images
import Metadata
import Policies
import Registry
import Server

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
  @Option(help: "Check that these policies let the image run: a file, YAML or JSON, or a folder.") var policy: String?
  @Option(help: "The attestors that --policy demands, YAML or JSON.") var attestors: String?
  @Option(help: "Check that this VulnzSigningPolicy of Kritis holds, YAML or JSON.") var signingPolicy: String?
  @Option(
    help: """
      Check that an audit of the image, of every platform in an index, finds nothing at or above this severity: low, medium, \
      high, critical.
      """)
  var failOn: FailOn?
  @OptionGroup var audit: AuditOptions

  private var isAsked: Bool { policy != nil || signingPolicy != nil || failOn != nil }
  var chosen: Mode { mode ?? (isAsked ? .checkAndSign : .signWithoutCheck) }

  func validate() throws {
    guard isAsked == (chosen != .signWithoutCheck) else {
      throw ValidationError(
        isAsked
          ? "--mode sign-without-check takes no check: leave out --policy, --signing-policy and --fail-on, or the mode."
          : "--mode \(chosen.rawValue) needs a check: --policy FILE, --signing-policy FILE or --fail-on SEVERITY.")
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
    for image: PinnedReference, in source: any ImageSource, store: any MetadataReader, project: ProjectName,
    advisories: String
  ) async throws -> Outcome {
    var outcome = Outcome()
    let evidence = EvidenceReader(store, projects: [project])
    if let policy {
      let rulebook = try Rulebook(policyFile: policy, attestorsFile: attestors)
      let decision = try await rulebook.decision(
        on: WorkloadReview(.only(image), in: Place(namespace: "default")),
        evidence: EvidenceReader(store, projects: rulebook.projects(with: project)))
      // A dry run lets the image in for want of a better policy, which is no reason to vouch for it.
      outcome.add("policy", faults: decision.problems + decision.warnings)
    }
    if let signingPolicy {
      let policy = try VulnzSigningPolicy(file: signingPolicy)
      let verdict = policy.verdict(on: await evidence.subject(image, needs: policy.needs), at: Now.seconds)
      if case .undecided(let reason, _) = verdict {
        throw DoorError.usage("\(policy.title): \(reason.problem)", remedy: reason.remedy)
      }
      outcome.add(
        "signing-policy", faults: verdict.reasons.map { "\(policy.title): \($0.problem) \($0.remedy) [\($0.code)]" })
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
  /// - Parameter attestorsFile: nil where no attestor is known.
  init(policyFile: String, attestorsFile: String?) throws {
    try self.init(
      policies: policyTexts(at: policyFile),
      attestors: attestorsFile.map { PolicyText(try Files.text(at: $0), file: $0) }
        ?? PolicyText("[]", file: "no attestors"))
  }

  /// Finds out all that the policies demand, and decides as the gate does.
  func decision(on review: WorkloadReview, evidence: EvidenceReader) async throws -> Decision {
    let found = try await evidence.evidence(for: review, under: self, at: Now.seconds)
    return decision(on: review, evidence: found, at: Now.seconds)
  }
}

extension VulnzSigningPolicy {
  /// Reads the only document of a file.
  init(file: String) throws { try self.init(DocumentNode(parsing: Files.text(at: file), file: file)) }
}
