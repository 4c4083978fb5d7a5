import ArgumentParser
import Attestations
import Images
import Metadata
import Policies
import Server

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check policies, and try them before they are enforced.",
    subcommands: [PolicyCheck.self, PolicyTest.self, PolicyReplay.self, PolicyTranslate.self])
}

struct PolicyTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Judge manifests by a policy, with the gate's own code.",
    discussion: """
      Nothing is sent to a cluster or a registry. Attestations, vulnerabilities and builds are read from the store, and judged
      as the gate would; exit code 1 means that at least one workload would be denied. Namespaces among the manifests lend
      their labels to the objects in them.

      Example: pratique policy test --policy policy.yaml --attestors attestors.yaml k8s/*.yaml
      """)

  @Option(help: "A file of policies, YAML or JSON, or a folder of them.") var policy: String
  @Option(help: "The attestors the policy demands, YAML or JSON.") var attestors: String?
  @Option(help: "The cluster to judge for, LOCATION.NAME as cluster rules write it.") var cluster = ""
  @Option(help: "The namespace of objects that name none.") var namespace = "default"
  @Option(help: "The project where vulnerabilities and builds are recorded.") var project = "pratique"
  @Flag(help: "Let images pass without a digest where the rule needs no attestation.") var allowTags = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "Kubernetes manifests, YAML or JSON; - is standard input.") var manifests: [String]

  func run() async throws {
    let rulebook = try Rulebook(policyFile: policy, attestorsFile: attestors)
    let objects = try manifests.flatMap { path in
      try DocumentNode.documents(in: Files.text(at: path), file: path, atMost: 3 << 20)
        .flatMap { try Self.objects(in: $0) }.map { (path, $0) }
    }
    let labels = Self.namespaceLabels(objects.map(\.1))
    let project = try ProjectName(id: project)
    let judged = try await store.withStore { store in
      var judged: [Judged] = []
      let evidence = EvidenceReader(store, projects: rulebook.projects(with: project))
      for (path, object) in objects {
        judged.append(try await judge(object, file: path, labels, rulebook: rulebook, evidence: evidence))
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

  /// Labels by the name of their Namespace.
  private static func namespaceLabels(_ objects: [JSONNode]) -> [String: [String: String]] {
    var found: [String: [String: String]] = [:]
    for object in objects where object["kind"]?.string == "Namespace" {
      let labels = object["metadata"]?["labels"]?.members.map { ($0.key, $0.value.string ?? "") } ?? []
      found[object["metadata"]?["name"]?.string ?? ""] = Dictionary(labels) { first, _ in first }
    }
    return found
  }

  private func judge(
    _ object: JSONNode, file: String, _ labels: [String: [String: String]], rulebook: Rulebook, evidence: EvidenceReader
  ) async throws -> Judged {
    let workload = try Workload(object)
    let place = Place(cluster: cluster, namespace: workload.namespace ?? namespace)
    let review = WorkloadReview(
      workload, in: place, object: object, namespaceLabels: labels[place.namespace], requiresDigest: !allowTags)
    let decision = try await rulebook.decision(on: review, evidence: evidence)
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
