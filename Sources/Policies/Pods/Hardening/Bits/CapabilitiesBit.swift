import Images

/// Every capability is dropped but those that are added by name.
///
/// Source: Kubernetes Capabilities; Pod Security Standards, restricted, capabilities.
struct CapabilitiesBit: HardeningBit {
  let name = "capabilities"
  let mode: HardeningMode
  /// What may be added; of anything else nothing is kept quietly.
  let allowed: Set<String>

  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan) {
    guard !pod.isWindows else { return }
    for container in pod.containers {
      let capabilities = container.security?["capabilities"]
      let added = Self.names(capabilities?["add"])
      for capability in added where !allowed.contains(capability) {
        plan.contrary(
          self, "capabilities.add: \(printable(capability))", at: container.place,
          instead: allowed.isEmpty ? "Add none." : "Add only \(allowed.sorted().joined(separator: ", ")).")
      }
      let dropped = Self.names(capabilities?["drop"])
      if dropped.contains("ALL") { continue }
      guard dropped.isEmpty else {
        plan.contrary(
          self, "capabilities.drop: \(dropped.map { printable($0) }.joined(separator: ", ")), without ALL,",
          at: container.place, instead: "Write drop: [ALL], and add by name what it needs.")
        continue
      }
      plan.set(
        container.securityPointer.appending("capabilities", "drop"), to: ["ALL"], self, says: "capabilities.drop: ALL",
        at: container.place)
    }
  }

  private static func names(_ list: JSONNode?) -> [String] { list?.elements.compactMap(\.string) ?? [] }
}
