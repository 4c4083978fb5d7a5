import ArgumentParser
import Foundation
import Images
import Policies
import Server

struct HardenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harden", abstract: "Print manifests hardened by a Hardening document, to be mended in git.",
    discussion: """
      What the gate would set in a pod is set in the manifest, in templates too, whatever kinds the document names. Comments
      are not kept. What would be refused is told on standard error and left as it is. Nothing is asked of a cluster.

      Exit codes: 0 all is hardened, 1 something is refused, 2 could not tell.

      Example: pratique harden --policy Deploy/policies/hardening.yaml k8s/web.yaml > hardened.yaml
      """)

  @Option(help: "A file or folder with Hardening documents; other policies in it are passed over.") var policy: String
  @Option(help: "The namespace of objects that name none.") var namespace = "default"
  @Flag(help: "Print the lines that change instead of the whole.") var diff = false
  @Option(name: [.short, .long], help: "table prints YAML; json the JSON patch of each object, and why something is refused.")
  var output: OutputFormat = .table
  @Argument(help: "Kubernetes manifests, YAML or JSON; - is standard input.") var manifests: [String]

  func run() async throws {
    let rulebook = try Rulebook(policies: policyTexts(at: policy), attestors: nil)
    let hardenings = rulebook.workloadPolicies.compactMap { $0 as? Hardening }
    guard !hardenings.isEmpty else {
      throw DoorError.usage(
        "\(policy) holds no Hardening.", remedy: "Write a document of kind Hardening, apiVersion pratique.dev/v1.")
    }
    var hardened: [HardenedObject] = []
    for path in manifests {
      for document in try DocumentNode.documents(in: Files.text(at: path), file: path, atMost: 3 << 20) {
        for object in try PolicyTest.objects(in: document) {
          hardened.append(try HardenedObject(object, file: path, by: hardenings, namespace: namespace))
        }
      }
    }
    if output == .json {
      let all = JSONValue.array(hardened.map(\.json))
      print(String(decoding: all.bytes, as: UTF8.self))
    } else {
      print(
        hardened.map { diff ? $0.difference : $0.yaml }.filter { !$0.isEmpty }.joined(separator: diff ? "" : "---\n"),
        terminator: "")
    }
    for object in hardened { object.notes.forEach { Terminal.complain("\(object.name): \($0)") } }
    if hardened.contains(where: { !$0.refusals.isEmpty }) { throw ExitCode.no }
  }
}

/// A manifest before and after.
struct HardenedObject {
  let file: String
  let before: JSONNode
  private(set) var after: JSONNode
  private(set) var patch = JSONPatch()
  private(set) var changes: [String] = []
  private(set) var refusals: [Reason] = []
  private(set) var warnings: [String] = []

  init(_ object: JSONNode, file: String, by hardenings: [Hardening], namespace: String) throws {
    self.file = file
    before = object
    after = object
    let workload = try Workload(object)
    let review = WorkloadReview(workload, in: Place(namespace: workload.namespace ?? namespace), object: object)
    for hardening in hardenings {
      guard let plan = hardening.plan(for: after, in: review, knowing: Evidence()) else { continue }
      refusals += plan.refusals
      warnings += plan.warnings
      guard let next = plan.patch.applied(to: after) else { continue }
      after = next
      patch.append(plan.patch)
      if let summary = plan.summary { changes.append("\(hardening.name) set \(summary).") }
    }
  }

  var name: String {
    "\(file): \(printable(before["kind"]?.string ?? "")) \(printable(before["metadata"]?["name"]?.string ?? ""))"
  }

  /// For people, on standard error.
  var notes: [String] { refusals.map { "\($0.problem) \($0.remedy) [\($0.code)]" } + warnings }

  var yaml: String { YAMLText(after).text }

  private static func offsets(_ changes: [CollectionDifference<Substring>.Change]) -> Set<Int> {
    Set(
      changes.map { change in
        switch change {
        case .remove(let offset, _, _), .insert(let offset, _, _): offset
        }
      })
  }

  /// The lines that go and come, each with its sign; empty when none does.
  var difference: String {
    func lines(_ node: JSONNode) -> [Substring] { YAMLText(node).text.split(separator: "\n", omittingEmptySubsequences: false) }
    let (old, new) = (lines(before), lines(after))
    let changes = new.difference(from: old)
    guard !changes.isEmpty else { return "" }
    let gone = Self.offsets(changes.removals), come = Self.offsets(changes.insertions)
    var (out, at) = (["--- \(name)", "+++ \(name), hardened"], 0)
    for (index, line) in new.enumerated() {
      while gone.contains(at) {
        out.append("-\(old[at])")
        at += 1
      }
      if come.contains(index) {
        out.append("+\(line)")
      } else {
        out.append(" \(line)")
        at += 1
      }
    }
    while at < old.count {
      out.append("-\(old[at])")
      at += 1
    }
    return out.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    [
      "file": .text(file), "object": .text(name), "patch": patch.json, "changes": .array(changes.map(JSONValue.text)),
      "refusals": .array(
        refusals.map { ["code": .text($0.code), "problem": .text($0.problem), "remedy": .text($0.remedy)] }),
      "warnings": .array(warnings.map(JSONValue.text)),
    ]
  }
}
