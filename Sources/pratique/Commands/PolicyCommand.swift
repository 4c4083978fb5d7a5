import ArgumentParser
import Attestations
import Images
import Policies

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check policies, and try them before they are enforced.",
    subcommands: [PolicyCheck.self, PolicyTest.self])
}

struct PolicyCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say whether a policy can be enforced as it is written.",
    discussion: """
      Reads the policy as the gate does. With --attestors, every attestor that the policy demands must be there.

      Example: pratique policy check Deploy/gate/policy.yaml --attestors Deploy/gate/attestors.yaml
      """)

  @Argument(help: "A Binary Authorization policy, YAML or JSON.") var file: String
  @Option(help: "The attestors the policy may demand, YAML or JSON.") var attestors: String?
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let known = try attestors.map { try Attestors(DocumentNode(parsing: Files.text(at: $0), file: $0)) }
    let policy: Policy
    do {
      policy = try Policy(DocumentNode(parsing: Files.text(at: file), file: file), attestors: known?.names)
    } catch let fault as DocumentError {
      if output.output == .json { try output.printJSON(Answer(file: file, sound: false, fault: "\(fault)")) }
      Terminal.complain("\(fault)")
      throw ExitCode.no
    }
    switch output.output {
    case .json: try output.printJSON(Answer(file: file, sound: true, fault: nil))
    case .table:
      print("\(file) is sound: \(policy.allowlist.count) allowlist patterns, default rule \(policy.defaultRule.summary).")
    }
  }

  struct Answer: Encodable {
    let file: String
    let sound: Bool
    let fault: String?
  }
}

struct PolicyTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Judge manifests by a policy, with the gate's own code.",
    discussion: """
      Nothing is sent to a cluster or a registry. Attestations are read from the store, verified, and judged as the gate
      would; exit code 1 means that at least one workload would be denied.

      Example: pratique policy test --policy policy.yaml --attestors attestors.yaml k8s/*.yaml
      """)

  @Option(help: "A Binary Authorization policy, YAML or JSON.") var policy: String
  @Option(help: "The attestors the policy demands, YAML or JSON.") var attestors: String?
  @Option(help: "The cluster to judge for, LOCATION.NAME as cluster rules write it.") var cluster = ""
  @Option(help: "The namespace of objects that name none.") var namespace = "default"
  @Flag(help: "Let images pass without a digest where the rule needs no attestation.") var allowTags = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "Kubernetes manifests, YAML or JSON; - is standard input.") var manifests: [String]

  func run() async throws {
    let rulebook = try Rulebook(
      policy: Files.text(at: policy), file: policy,
      attestors: attestors.map { try Files.text(at: $0) } ?? "[]", file: attestors ?? "no attestors")
    let objects = try manifests.flatMap { path in
      try DocumentNode.documents(in: Files.text(at: path), file: path, atMost: 3 << 20)
        .flatMap { try Self.objects(in: $0) }.map { (path, $0) }
    }
    let judged = try await store.withStore { store in
      var judged: [Judged] = []
      for (path, object) in objects {
        judged.append(try await judge(object, file: path, rulebook: rulebook, source: RecordedAttestations(store)))
      }
      return judged
    }
    switch output.output {
    case .json: try output.printJSON(judged)
    case .table: judged.forEach { print($0.text) }
    }
    if judged.contains(where: { !$0.allowed }) { throw ExitCode.no }
  }

  /// The object itself, or the items of a List.
  static func objects(in document: DocumentNode) throws -> [JSONNode] {
    let root = try document.json().root
    guard let kind = root["kind"]?.string, kind.hasSuffix("List"), let items = root["items"] else { return [root] }
    return items.elements
  }

  private func judge(
    _ object: JSONNode, file: String, rulebook: Rulebook, source: any AttestationSource
  ) async throws -> Judged {
    let workload = try Workload(object)
    let place = Place(cluster: cluster, namespace: workload.namespace ?? namespace)
    let decision = try await rulebook.decision(for: workload, in: place, evidence: source, requiresDigest: !allowTags)
    return Judged(file: file, workload: workload, decision: decision)
  }
}

/// What came of one workload.
struct Judged: Encodable {
  let file: String
  let object: String
  let allowed: Bool
  let reasons: [String]
  let warnings: [String]

  init(file: String, workload: Workload, decision: Decision) {
    self.file = file
    object = "\(workload.kind) \(workload.name ?? "")"
    allowed = decision.isAllowed
    reasons = decision.problems
    warnings = decision.warnings
  }

  var text: String {
    let verdict = allowed ? Terminal.green("allowed") : Terminal.red("denied")
    let lines = reasons.map { "\n  \($0)" } + warnings.map { "\n  \(Terminal.yellow($0))" }
    return "\(verdict) \(file): \(object)\(lines.joined())"
  }
}

extension AdmissionRule {
  /// The rule in a few words.
  var summary: String {
    let what =
      switch evaluation {
      case .alwaysAllow: "allow"
      case .alwaysDeny: "deny"
      case .requireAttestations(let names, let count):
        count == names.count
          ? "require \(names.joined(separator: " and "))" : "require \(count) of \(names.joined(separator: ", "))"
      }
    return enforcement == .dryRun ? "\(what) (dry run)" : what
  }
}
