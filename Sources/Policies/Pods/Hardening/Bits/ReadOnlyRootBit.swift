import Images

/// Nothing is written into the image's own files: `readOnlyRootFilesystem: true`.
struct ReadOnlyRootBit: HardeningBit {
  let name = "readOnlyRootFilesystem"
  let mode: HardeningMode

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard !pod.isWindows else { return }
    for container in pod.containers {
      switch container.security?["readOnlyRootFilesystem"]?.bool {
      case true: continue
      case false:
        plan.contrary(
          self, "readOnlyRootFilesystem: false", at: container.place,
          instead: "Write readOnlyRootFilesystem: true, and mount an emptyDir where it writes.")
      default:
        plan.set(
          container.securityPointer.appending(name), to: .bool(true), self, says: "readOnlyRootFilesystem: true",
          at: container.place)
        let writes = container.node["volumeMounts"]?.elements.contains { $0["readOnly"]?.bool != true } ?? false
        if !writes {
          plan.warn("\(container.place) has no volume it could write to; if it writes files, mount an emptyDir there.")
        }
      }
    }
  }
}
