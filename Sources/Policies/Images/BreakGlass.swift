package import Images

/// Who asks the API server for something.
package struct Requester: Hashable, Sendable {
  package let username: String
  package let groups: [String]

  package init(username: String, groups: [String]) {
    self.username = username
    self.groups = groups
  }
}

/// The way past a denial in an emergency: a marker with a reason, which counts only for those who may.
///
/// Sources of the markers: Binary Authorization, the label `image-policy.k8s.io/break-glass: "true"` of a pod; Kritis, the
/// annotation `kritis.grafeas.io/breakglass`. There they count for everybody, and the annotation with any value.
package struct BreakGlass: Hashable, Sendable {
  /// What comes of looking for a marker on a workload that is denied.
  package enum Claim: Hashable, Sendable {
    case none
    /// Let it in once this is on record.
    case granted(Plea)
    /// A controller makes what somebody may have broken the glass for before.
    case inherited(Plea)
    case refused(Reason)
  }

  /// Why the glass should be broken, and by which key of the object that was said.
  package struct Plea: Hashable, Sendable {
    package let reason: String
    package let marker: String
  }

  /// Of Binary Authorization; its value is `true`, and the reason stands in an annotation.
  package static let label = "image-policy.k8s.io/break-glass"
  /// Of Kritis. Its value is the reason; `true` and `false`, which Kritis takes too, are none.
  package static let kritisAnnotation = "kritis.grafeas.io/breakglass"

  /// Key of the annotation whose value is the reason.
  package let annotation: String
  package let groups: Set<String>
  package let users: Set<String>
  /// Who makes the pods of workloads; it may repeat what was let in, for as long as that counts.
  package var controllers = kubernetesControllers
  /// For how long controllers may repeat it.
  package var grantSeconds: Int64 = 86_400
  /// Whether somebody else must have approved it first.
  package var needsApproval = false
  /// Whose approval counts; empty for anybody's but the requester's.
  package var approvers: Set<String> = []

  package init(annotation: String, groups: Set<String>, users: Set<String> = []) {
    self.annotation = annotation
    self.groups = groups
    self.users = users
  }

  /// Whether `requester` may let `workload` in.
  ///
  /// - Parameter object: where the markers of a pod template are; nil when only the object's annotations count.
  package func claim(on workload: Workload, object: JSONNode? = nil, by requester: Requester) -> Claim {
    let pod = object.flatMap { PodPart(in: $0) }?.metadata
    let pages = [workload.annotations, Self.texts(pod?["annotations"])]
    let isLabelled = Self.texts((pod ?? object?["metadata"])?["labels"])[Self.label] == "true"
    let written = [annotation, Self.kritisAnnotation].flatMap { key in
      pages.compactMap { page in page[key].map { Plea(reason: $0, marker: key) } }
    }
    guard let marker = isLabelled ? Self.label : written.first?.marker else { return .none }
    let isController = controllers.contains(requester.username)
    let mayBreak = users.contains(requester.username) || !groups.isDisjoint(with: requester.groups)
    guard mayBreak || isController else { return .refused(.mayNot(requester, marker, allowed: groups.union(users))) }
    guard let given = written.first(where: isReason) else { return .refused(.noReason(marker, annotation: annotation)) }
    let plea = Plea(reason: given.reason, marker: marker)
    return mayBreak ? .granted(plea) : .inherited(plea)
  }

  private func isReason(_ plea: Plea) -> Bool {
    if plea.marker == Self.kritisAnnotation, annotation != plea.marker, ["true", "false"].contains(plea.reason.lowercased()) {
      return false
    }
    return !plea.reason.isBlank
  }

  private static func texts(_ node: JSONNode?) -> [String: String] {
    Dictionary((node?.members ?? []).compactMap { key, value in value.string.map { (key, $0) } }) { first, _ in first }
  }
}

/// The service accounts under which Kubernetes makes pods of workloads.
///
/// Source: Kubernetes 1.35, `cmd/kube-controller-manager/names`.
private let kubernetesControllers = Set(
  [
    "replicaset", "deployment", "statefulset", "daemon-set", "job", "cronjob", "replication",
  ].map { "system:serviceaccount:kube-system:\($0)-controller" })

extension Reason {
  fileprivate static func mayNot(_ requester: Requester, _ marker: String, allowed: Set<String>) -> Reason {
    Reason(
      code: "break-glass-refused",
      problem:
        "\(printable(requester.username)) may not break glass: only \(allowed.sorted().joined(separator: ", ")) may.",
      remedy: "Remove \(marker), or ask one of them to deploy it.")
  }

  fileprivate static func noReason(_ marker: String, annotation: String) -> Reason {
    Reason(
      code: "break-glass-refused", problem: "The break-glass marker \(marker) comes with no reason.",
      remedy: "Write the reason, such as the number of the incident, as the value of the annotation \(annotation).")
  }
}
