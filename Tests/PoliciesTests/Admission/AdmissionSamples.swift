import Images
import Metadata
import Policies
import Schemas
import SwiftProtobuf

/// An admission policy in a few words, judged over a pod.
struct AdmissionSample {
  static let image = "r.test/prod/web@sha256:" + String(repeating: "a", count: 64)

  static func policy(
    _ spec: String, rules: String = #"[{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}]"#,
    selector: String = "{}", actions: String = "[Deny]", binding: String = "{}"
  ) -> String {
    """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: p}
    spec:
      matchConstraints: {resourceRules: \(rules), namespaceSelector: \(selector)}
    \(spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: b}
    spec: {policyName: p, validationActions: \(actions), matchResources: \(binding)}
    """
  }

  static func rulebook(_ text: String, attestors: String? = nil) throws -> Rulebook {
    try Rulebook(
      policies: [PolicyText(text, file: "p.yaml")], attestors: attestors.map { PolicyText($0, file: "attestors.yaml") })
  }

  static func review(
    labels: String = "{}", namespace: String = "prod", namespaceLabels: [String: String]? = nil, old: String? = nil,
    requester: Requester? = nil, resource: String = "pods", operation: String? = nil
  ) throws -> WorkloadReview {
    let object = try node(
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": \(labels)},
       "spec": {"hostNetwork": true, "containers": [{"name": "web", "image": "\(image)"}]}}
      """)
    return WorkloadReview(
      try Workload(object), in: Place(namespace: namespace), object: object, oldObject: try old.map(node), requester: requester,
      namespaceLabels: namespaceLabels, resource: resource, operation: operation)
  }

  static func node(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }

  /// What the policies make of the workload itself.
  static func judgements(
    _ text: String, on review: WorkloadReview? = nil, evidence: Evidence = Evidence()
  ) throws -> [Judgement] {
    let review = try review ?? self.review()
    return try rulebook(text).decision(on: review, evidence: evidence, at: 1_777_896_000).workload
  }

  static func reason(_ text: String, on review: WorkloadReview? = nil, evidence: Evidence = Evidence()) throws -> Reason? {
    try judgements(text, on: review, evidence: evidence).first?.denial?.first
  }

  /// Scans of the image under one note, which ended so and found these.
  static func scan(
    _ severities: [Severity], ending: [Grafeas_V1_DiscoveryOccurrence.AnalysisStatus] = [.finishedSuccess]
  ) throws -> Evidence {
    let image = try PinnedReference(parsing: Self.image)
    var occurrences = severities.enumerated().map { index, severity in
      Occurrence.with {
        $0.resourceUri = "https://\(Self.image)"
        $0.noteName = "projects/p/notes/CVE-2026-\(index)"
        $0.vulnerability = .with { $0.severity = severity }
      }
    }
    occurrences += ending.map { status in
      .with {
        $0.resourceUri = "https://\(Self.image)"
        $0.discovery = .with { $0.analysisStatus = status }
      }
    }
    return Evidence(subjects: [image: CheckSubject(image, occurrences: .found(occurrences))])
  }
}
