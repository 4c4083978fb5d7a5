import Images

/// What a process may ask of the kernel: `seccompProfile` or `appArmorProfile`, the runtime's or one of the node's own.
///
/// Source: Kubernetes SeccompProfile; AppArmorProfile (fields since 1.30, annotations before).
struct ConfinementBit: HardeningBit {
  enum Kind: String, Sendable {
    case seccomp = "seccompProfile"
    case appArmor = "appArmorProfile"
    /// AppArmor as it was written before 1.30.
    case appArmorAnnotation = "appArmorAnnotation"
  }

  /// A profile for some images.
  struct Rule: Hashable, Sendable {
    let images: [NamePattern]
    let profile: String
  }

  let kind: Kind
  let mode: HardeningMode
  /// Of the node, for all; nil for the runtime's own.
  let profile: String?
  let rules: [Rule]
  /// The pod's annotation that chooses one of `profiles`; nil where none does.
  let annotation: String?
  let profiles: Set<String>

  var name: String { kind == .seccomp ? "seccompProfile" : "appArmorProfile" }

  static let annotationPrefix = "container.apparmor.security.beta.kubernetes.io/"

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard !pod.isWindows else { return }
    var wanting: [HardeningPod.Container] = []
    for container in pod.containers {
      guard let (written, place) = written(for: container, in: pod) else {
        wanting.append(container)
        continue
      }
      if !written.isConfined {
        plan.contrary(
          self, "\(name): \(written.text)", at: place, instead: "Write type: RuntimeDefault, or Localhost with a profile's name.")
      }
    }
    guard !wanting.isEmpty, let chosen = chosen(by: pod, &plan) else { return }
    for container in wanting {
      if let rule = rule(for: container) { set(rule.profile, on: container, pod, &plan) }
    }
    let rest = wanting.filter { rule(for: $0) == nil }
    guard !rest.isEmpty else { return }
    if kind != .appArmorAnnotation, pod.isWhole {
      let value = Self.value(chosen)
      plan.set(pod.securityPointer.appending(name), to: value.json, self, says: "\(name): \(value.text)", at: "pod")
    } else {
      for container in rest { set(chosen, on: container, pod, &plan) }
    }
  }

  private func rule(for container: HardeningPod.Container) -> Rule? {
    guard let image = try? ImageReference(parsing: container.image) else { return nil }
    return rules.first { rule in rule.images.contains { $0.matches(image) } }
  }

  private func set(
    _ profile: String?, on container: HardeningPod.Container, _ pod: HardeningPod, _ plan: inout HardeningPlan
  ) {
    let value = Self.value(profile)
    guard kind == .appArmorAnnotation else {
      plan.set(
        container.securityPointer.appending(name), to: value.json, self, says: "\(name): \(value.text)", at: container.place)
      return
    }
    // Annotations of a pod that runs cannot be changed together with its ephemeral containers.
    guard pod.isWhole else { return }
    plan.set(
      pod.annotationsPointer.appending(Self.annotationPrefix + container.name),
      to: .text(profile.map { "localhost/\($0)" } ?? "runtime/default"), self, says: "AppArmor: \(value.text)",
      at: container.place)
  }

  /// The profile for all: by the pod's choice, or else the rule's; nil when the choice is none that may be made.
  private func chosen(by pod: HardeningPod, _ plan: inout HardeningPlan) -> String?? {
    guard let annotation, let wanted = pod.annotations[annotation] else { return .some(profile) }
    guard profiles.contains(wanted) else {
      plan.wouldBreak(
        self, "the annotation \(annotation) asks for the profile \"\(printable(wanted))\", which is not listed", at: "the pod",
        remedy: "Write one of \(profiles.sorted().joined(separator: ", ")).")
      return nil
    }
    return .some(wanted)
  }

  private static func value(_ profile: String?) -> (json: JSONValue, text: String) {
    guard let profile else { return (["type": "RuntimeDefault"], "RuntimeDefault") }
    return (["type": "Localhost", "localhostProfile": .text(profile)], "Localhost \(profile)")
  }
}

extension ConfinementBit {
  /// A profile that somebody wrote.
  private struct Written {
    let text: String
    /// Whether the runtime would keep the process to anything: a name that is missing or empty stands for nothing.
    let isConfined: Bool

    init(field node: JSONNode) {
      let type = node["type"]?.string ?? ""
      let profile = node["localhostProfile"]?.string ?? ""
      text = printable(type) + (type == "Localhost" ? " \"\(printable(profile))\"" : "")
      isConfined = type == "RuntimeDefault" || (type == "Localhost" && PodSecurityControl.isName(profile))
    }

    init(annotation value: String) {
      text = printable(value)
      let prefix = "localhost/"
      isConfined =
        value == "runtime/default"
        || (value.hasPrefix(prefix) && PodSecurityControl.isName(String(value.dropFirst(prefix.count))))
    }
  }

  /// What counts for one container, and where it was written: its own field, its annotation, the pod's field.
  private func written(for container: HardeningPod.Container, in pod: HardeningPod) -> (Written, place: String)? {
    if let own = container.security?[name], !own.isNull { return (Written(field: own), container.place) }
    if kind != .seccomp, let value = pod.annotations[Self.annotationPrefix + container.name] {
      return (Written(annotation: value), container.place)
    }
    if let shared = pod.security?[name], !shared.isNull { return (Written(field: shared), "the pod") }
    return nil
  }
}
