import ArgumentParser
import Images
import Policies
import Server

struct PolicyCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say whether policies can be enforced, and what in them cannot be meant.",
    discussion: """
      Reads the policies as the gate does, and then looks for rules that never fire, say the same twice or keep nothing
      out. With --attestors, every attestor that is demanded must be there, and keys are looked at too.

      Exit code 0: sound, perhaps with warnings. 1: an error, or a warning with --strict. 2: bad usage.

      Example: pratique policy check Deploy/gate/policy.yaml --attestors Deploy/gate/attestors.yaml
      """)

  /// How findings are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    /// Static Analysis Results Interchange Format 2.1.0, as code hosts show it beside the lines.
    case sarif
  }

  @Argument(help: "Policies, YAML or JSON: a file or a folder.") var file: String
  @Option(help: "The attestors the policies may demand, YAML or JSON.") var attestors: String?
  @Option(name: [.short, .long], help: "table for people, json for programs, sarif for code hosts.") var output: Format = .table
  @Flag(help: "Take warnings for errors.") var strict = false

  func run() async throws {
    let policies = try policyTexts(at: file)
    let attestorText = try attestors.map { PolicyText(try Files.text(at: $0), file: $0) }
    let (rulebook, settings) = try read(policies, attestorText)
    let texts = policies + (attestorText.map { [$0] } ?? [])
    let findings = rulebook.findings(at: Now.seconds).map { CheckedFinding($0, at: $0.place(in: texts)) }
    try report(findings, fault: nil, policies: rulebook.imagePolicies.map(\.summary) + rulebook.workloadPolicies.map(\.name))
    if output == .table {
      for setting in settings { print("In the gate's settings write \(setting.name): \(setting.value)") }
    }
    let fails = findings.contains { $0.severity == "error" || (strict && $0.severity == "warning") }
    if fails { throw ExitCode.no }
  }

  private func read(
    _ policies: [PolicyText], _ attestors: PolicyText?
  ) throws -> (rulebook: Rulebook, settings: [KritisConfig.GateSetting]) {
    do throws(DocumentError) {
      let read = try Rulebook.reading(policies: policies, attestors: attestors, cluster: nil)
      return (read.rulebook, read.settings)
    } catch {
      let fault = error
      try report([CheckedFinding(fault)], fault: "\(fault)", policies: [])
      Terminal.complain("\(fault)")
      throw ExitCode.no
    }
  }

  private func report(_ findings: [CheckedFinding], fault: String?, policies: [String]) throws {
    let isSound = !findings.contains { $0.severity == "error" }
    switch output {
    case .json: try OutputOptions.json(Answer(file: file, sound: isSound, fault: fault, findings: findings))
    case .sarif: print(String(decoding: SARIF.log(findings).bytes, as: UTF8.self))
    case .table:
      if fault != nil { return }
      findings.forEach { print($0.text) }
      if isSound { print("\(file) is sound: \(policies.joined(separator: "; ")).") }
    }
  }

  struct Answer: Encodable {
    let file: String
    let sound: Bool
    let fault: String?
    let findings: [CheckedFinding]
  }
}

extension ImagePolicy {
  /// The policy in a few words.
  fileprivate var summary: String {
    if let policy = self as? PlatformPolicy { return "\(name): \(policy.outline.joined(separator: ", "))" }
    guard let policy = self as? Policy else { return name }
    let system = policy.systemPolicy.map {
      $0.allowlist.isEmpty
        ? "globalPolicyEvaluationMode: ENABLE lets nothing through, for no system policy is given, "
        : "\($0.allowlist.count) patterns of \($0.name), "
    }
    return "\(system ?? "")\(policy.allowlist.count) allowlist patterns, default rule \(policy.defaultRule.summary)"
  }
}

/// A finding with its place, as it is printed.
struct CheckedFinding: Encodable {
  let severity: String
  let code: String
  let policy: String
  let path: String
  let problem: String
  let remedy: String
  let file: String?
  let line: Int?
  let column: Int?

  init(_ finding: PolicyFinding, at place: FindingPlace?) {
    severity = finding.severity.rawValue
    code = finding.code
    policy = finding.policy
    path = finding.path
    problem = finding.problem
    remedy = finding.remedy
    file = place?.file
    line = place?.line
    column = place?.column
  }

  init(_ fault: DocumentError) {
    severity = "error"
    code = fault.code
    policy = ""
    path = fault.path
    problem = "\(fault.reason)."
    remedy = fault.remedy
    file = fault.file
    line = fault.line
    column = fault.column
  }

  var text: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
    let word = severity == "error" ? Terminal.red(severity) : severity == "warning" ? Terminal.yellow(severity) : severity
    let subject = [place, policy, path].filter { !$0.isEmpty }.joined(separator: " ")
    return "\(word) \(subject): \(problem) \(remedy) [\(code)]"
  }
}

/// Findings as code hosts read them.
///
/// Source: OASIS SARIF 2.1.0.
enum SARIF {
  static func log(_ findings: [CheckedFinding]) -> JSONValue {
    let codes = Set(findings.map(\.code)).sorted()
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": ["name": "pratique", "rules": .array(codes.map { ["id": .text($0)] })]],
          "results": .array(findings.map(result)),
        ]
      ],
    ]
  }

  private static func result(_ finding: CheckedFinding) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("ruleId", .text(finding.code)), ("level", .text(finding.severity)),
      ("message", ["text": .text("\(finding.problem) \(finding.remedy)")]),
    ]
    if let file = finding.file {
      var location: [(String, JSONValue)] = [("artifactLocation", ["uri": .text(file)])]
      if let line = finding.line {
        location.append(
          ("region", ["startLine": .number(Int64(line)), "startColumn": .number(Int64(finding.column ?? 1))]))
      }
      members.append(("locations", [["physicalLocation": .object(location)]]))
    }
    return .object(members)
  }
}
