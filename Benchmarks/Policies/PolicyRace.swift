import ArgumentParser
import Foundation
import Glibc
import Images
import Policies

/// Judges one workload by ever more policies in CEL, on one core, and prints CPU time.
@main
struct PolicyRace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge a workload by many policies on one core and print the CPU time of each decision.")

  @Option(help: "Seconds for each size.") var seconds = 1.0

  func run() throws {
    let world = try World()
    for selecting in Selection.allCases {
      for count in [1, 10, 100, 1000] {
        let rulebook = try World.rulebook(count) { selecting.policy($0, of: count) }
        try race("\(selecting.rawValue)-1-percent-of-\(count)", rulebook, world)
      }
    }
    var points: [(count: Double, seconds: Double)] = []
    for count in [1, 10, 100, 500, 1000, 2000] {
      let rulebook = try World.rulebook(count) { World.policy($0) }
      let took = try race("all-of-\(count)", rulebook, world)
      points.append((Double(count), took))
      print("all-of-\(count) each \(microseconds(took / Double(count)))")
    }
    let (first, last) = (points[2], points[points.count - 1])
    print("all slope 100 to 2000: \(String(format: "%.2f", log(last.seconds / first.seconds) / log(last.count / first.count)))")
    try reload()
  }

  /// The decision alone, and the whole way from the text of the object.
  @discardableResult
  private func race(_ name: String, _ rulebook: Rulebook, _ world: World) throws -> Double {
    let review = try world.review()
    guard rulebook.decision(on: review, evidence: Evidence(), at: 0).workload.allSatisfy({ $0.denial == nil }) else {
      throw ValidationError("\(name) was not judged as it should be.")
    }
    let decision = time { _ = rulebook.decision(on: review, evidence: Evidence(), at: 0) }
    let whole = try time {
      let review = try world.review()
      let questions = rulebook.questions(of: review)
      _ = questions.demands
      _ = rulebook.decision(on: questions, evidence: Evidence(), at: 0)
    }
    print("\(name) decision \(microseconds(decision)), from the text \(microseconds(whole))")
    return decision
  }

  private func reload() throws {
    for count in [1, 1000] {
      let texts = (0..<count).map { PolicyText(World.policy($0), file: "\($0).yaml") }
      let all = try time { _ = try Rulebook(policies: texts + [World.project], attestors: nil) }
      print("reload-of-\(count) \(microseconds(all))")
    }
  }

  private func time(_ work: () throws -> Void) rethrows -> Double {
    var (count, best) = (0, Double.infinity)
    let start = cpuSeconds()
    while cpuSeconds() - start < seconds {
      let began = cpuSeconds()
      for _ in 0..<10 { try work() }
      best = min(best, (cpuSeconds() - began) / 10)
      count += 10
    }
    return (cpuSeconds() - start) / Double(count)
  }

  private func microseconds(_ seconds: Double) -> String { String(format: "%.1f us", seconds * 1e6) }
}

/// By what one policy in a hundred is told to be the one that matches.
private enum Selection: String, CaseIterable {
  case namespace
  case resource

  /// Every hundredth is about the workload; the first always is.
  func policy(_ index: Int, of count: Int) -> String {
    let matches = index.isMultiple(of: 100)
    return switch self {
    case .namespace: World.policy(index, namespace: matches ? "prod" : "team-\(index)")
    case .resource: World.policy(index, resource: matches ? "pods" : "kind\(index)s")
    }
  }
}

/// CPU time of this process in seconds.
private func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// A pod of some 4 KB, and policies such as clusters have them.
private struct World {
  let text: [UInt8]

  init() throws {
    let containers = (0..<3).map { index in
      let environment = (0..<12).map { #"{"name": "VARIABLE_\#($0)", "value": "value of some length \#($0)"}"# }.joined(
        separator: ",")
      return """
        {"name": "c\(index)", "image": "r.test/prod/web\(index)@sha256:\(String(repeating: "a", count: 64))",
         "resources": {"limits": {"memory": "64Mi"}}, "env": [\(environment)],
         "securityContext": {"allowPrivilegeEscalation": false, "runAsNonRoot": true}}
        """
    }
    text = Array(
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "prod", "labels": {"app": "shop"}},
       "spec": {"serviceAccountName": "web", "containers": [\(containers.joined(separator: ","))]}}
      """.utf8)
  }

  func review() throws -> WorkloadReview {
    let object = try JSONDocument(parsing: text, atMost: 1 << 20).root
    return WorkloadReview(try Workload(object), in: Place(namespace: "prod"), object: object, resource: "pods")
  }

  static let project = PolicyText(
    "defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}", file: "project.yaml")

  static func rulebook(_ count: Int, _ policy: (Int) -> String) throws -> Rulebook {
    try Rulebook(policies: (0..<count).map { PolicyText(policy($0), file: "\($0).yaml") } + [project], attestors: nil)
  }

  static func policy(_ index: Int, namespace: String? = nil, resource: String = "pods") -> String {
    let selector = namespace.map { "{matchLabels: {kubernetes.io/metadata.name: \($0)}}" } ?? "{}"
    return """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: p\(index)}
      spec:
        matchConstraints:
          namespaceSelector: \(selector)
          resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [\(resource)]}]
        validations:
          - expression: "object.spec.containers.all(c, has(c.resources) && 'memory' in c.resources.limits)"
            message: every container has a limit of memory
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: b\(index)}
      spec: {policyName: p\(index), validationActions: [Deny]}
      """
  }
}
