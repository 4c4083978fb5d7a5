import Images

/// No token for the API server unless somebody asks for it: `automountServiceAccountToken: false`.
///
/// The API server gives a pod its token before any webhook is asked, as a volume with a mount in every container. With the
/// field alone it would keep it, so both are taken out again.
///
/// Source: Kubernetes plugin/pkg/admission/serviceaccount.
struct ServiceAccountTokenBit: HardeningBit {
  let name = "automountServiceAccountToken"
  let mode: HardeningMode

  private static let givenPrefix = "kube-api-access-"

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard pod.isWhole else { return }
    let volumes = pod.spec["volumes"]?.elements ?? []
    switch pod.spec[name]?.bool {
    case false: return
    case true:
      // To write it is to ask for it; only where none may ask is that the contrary.
      guard mode == .require else { return }
      plan.contrary(
        self, "automountServiceAccountToken: true", at: "the pod", instead: "Write automountServiceAccountToken: false.")
    default:
      if mode == .set, volumes.contains(where: { Self.holdsToken($0) && !Self.isGiven($0) }) { return }
      plan.set(pod.pointer.appending(name), to: .bool(false), self, says: "automountServiceAccountToken: false", at: "pod")
      plan.patch.remove(Self.given(pod, volumes))
    }
  }

  /// The volumes that the API server has added, and their mounts, in the order of the object.
  private static func given(_ pod: HardeningPod, _ volumes: [JSONNode]) -> [JSONPointer] {
    let names = Set(volumes.filter(isGiven).compactMap { $0["name"]?.string })
    guard !names.isEmpty else { return [] }
    func isOf(_ node: JSONNode, _ key: String) -> Bool { node[key]?.string.map(names.contains) ?? false }
    var found: [JSONPointer] = []
    for container in pod.containers {
      for (index, mount) in (container.node["volumeMounts"]?.elements ?? []).enumerated() where isOf(mount, "name") {
        found.append(container.pointer.appending("volumeMounts", "\(index)"))
      }
    }
    for (index, volume) in volumes.enumerated() where isOf(volume, "name") {
      found.append(pod.pointer.appending("volumes", "\(index)"))
    }
    return found
  }

  private static func isGiven(_ volume: JSONNode) -> Bool {
    (volume["name"]?.string ?? "").hasPrefix(givenPrefix) && holdsToken(volume)
  }

  private static func holdsToken(_ volume: JSONNode) -> Bool {
    volume["projected"]?["sources"]?.elements.contains { $0["serviceAccountToken"]?.isObject ?? false } ?? false
  }
}
