import Images

/// No process gains more rights than its parent: `allowPrivilegeEscalation: false`.
///
/// Source: Kubernetes SecurityContext; its validation refuses the value beside `privileged` and `CAP_SYS_ADMIN`.
struct PrivilegeEscalationBit: HardeningBit {
  let name = "allowPrivilegeEscalation"
  let mode: HardeningMode

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard !pod.isWindows else { return }
    for container in pod.containers {
      switch container.security?["allowPrivilegeEscalation"]?.bool {
      case false: continue
      case true:
        plan.contrary(
          self, "allowPrivilegeEscalation: true", at: container.place, instead: "Write allowPrivilegeEscalation: false.")
      default:
        if let why = Self.obstacle(container) {
          plan.wouldBreak(
            self, why, at: container.place,
            remedy: "Remove it, or write allowPrivilegeEscalation: true for a container that needs it.")
        } else {
          plan.set(
            container.securityPointer.appending(name), to: .bool(false), self, says: "allowPrivilegeEscalation: false",
            at: container.place)
        }
      }
    }
  }

  private static func obstacle(_ container: HardeningPod.Container) -> String? {
    if container.isPrivileged { return "it is privileged" }
    let added = container.security?["capabilities"]?["add"]?.elements.compactMap(\.string) ?? []
    return added.first { $0 == "CAP_SYS_ADMIN" || $0 == "SYS_ADMIN" }.map { "it adds the capability \($0)" }
  }
}
