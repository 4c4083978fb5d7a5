import Images

/// No container starts as root: `runAsNonRoot: true`.
///
/// The kubelet looks at the image only when the pod names no user, and then wants a number.
///
/// Source: Kubernetes pkg/kubelet/kuberuntime `verifyRunAsNonRoot`.
struct NonRootBit: HardeningBit {
  let name = "runAsNonRoot"
  let mode: HardeningMode

  private static let remedy = "Set USER in the image to a number that is not 0, or write runAsUser."

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    var wanting: [HardeningPod.Container] = []
    var isWantedOfAll = true
    for container in pod.containers {
      let own = container.security?[name]?.bool
      switch own ?? pod.security?[name]?.bool {
      case false:
        plan.contrary(
          self, "runAsNonRoot: false", at: own == nil ? "the pod" : container.place, instead: "Write runAsNonRoot: true.")
      case true: _ = isSound(container, in: pod, evidence, &plan)
      default:
        if mode == .set, Self.user(of: container, in: pod) == 0, pod.spec["hostUsers"]?.bool == false {
          plan.warn("\(container.place) stays root in a user namespace of its own (hostUsers: false).")
          isWantedOfAll = false
        } else if isSound(container, in: pod, evidence, &plan) {
          wanting.append(container)
        } else {
          isWantedOfAll = false
        }
      }
    }
    guard !wanting.isEmpty else { return }
    if isWantedOfAll, pod.isWhole {
      plan.set(pod.securityPointer.appending(name), to: .bool(true), self, says: "runAsNonRoot: true", at: "pod")
    } else {
      for container in wanting {
        plan.set(
          container.securityPointer.appending(name), to: .bool(true), self, says: "runAsNonRoot: true", at: container.place)
      }
    }
  }

  private static func user(of container: HardeningPod.Container, in pod: HardeningPod) -> Int? {
    container.security?["runAsUser"]?.int ?? pod.security?["runAsUser"]?.int
  }

  /// Whether the container could start; if it could not, or nobody knows, that is said.
  private func isSound(
    _ container: HardeningPod.Container, in pod: HardeningPod, _ evidence: Evidence, _ plan: inout HardeningPlan
  ) -> Bool {
    guard !pod.isWindows else { return true }
    if let user = Self.user(of: container, in: pod) {
      guard user == 0 else { return true }
      plan.wouldBreak(self, "runAsUser is 0", at: container.place, remedy: "Write another runAsUser, or remove it.")
      return false
    }
    switch evidence.startingUser(of: container.image) {
    case .number: return true
    case .root(let why), .name(let why):
      plan.wouldBreak(self, why, at: container.place, remedy: Self.remedy)
      return false
    case .unknown:
      plan.warn("It is not known who the image of \(container.place) runs as; with runAsNonRoot it starts only if not as root.")
      return true
    }
  }
}

/// Who an image starts as, as the kubelet will see it.
enum StartingUser: Hashable {
  /// Not 0.
  case number
  case root(because: String)
  /// Which the kubelet does not look up, and so refuses.
  case name(because: String)
  case unknown
}

extension Evidence {
  /// - Parameter image: as written.
  func startingUser(of image: String) -> StartingUser {
    guard let reference = try? ImageReference(parsing: image) else { return .unknown }
    var pinned = reference.pinned
    if pinned == nil, case .digest(let digest) = lookups[image] {
      pinned = PinnedReference(repository: reference.repository, digest: digest)
    }
    guard let pinned, case .found(let variants) = subjects[pinned]?.variants, !variants.isEmpty else { return .unknown }
    for variant in variants {
      let written = variant.configuration.user
      let user = written.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
      if !user.isEmpty, Int(user) == nil {
        return .name(because: "the image names its user \"\(printable(written))\", and the kubelet takes only a number")
      }
      switch RunningUser(written, in: variant.files) {
      case .root(let why): return .root(because: "the image runs as root, because \(why)")
      case .invalid(let why): return .root(because: "no runtime should start the image, because \(why)")
      case .user: continue
      }
    }
    return .number
  }
}
