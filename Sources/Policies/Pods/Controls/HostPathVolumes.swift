import Images

extension PodSecurityControl {
  /// No directory of the node may be mounted.
  ///
  /// Source: k8s.io/pod-security-admission, check_hostPathVolumes.go.
  static let hostPathVolumes = PodSecurityControl(
    id: "hostPathVolumes", standard: .baseline, checks: [(0, { hostPaths(in: $0) })])

  private static func hostPaths(in pod: PodFields) -> ControlViolation? {
    let volumes = pod.volumes.filter { $0.present("hostPath") != nil }
    guard !volumes.isEmpty else { return nil }
    let names = volumes.map { $0["name"]?.string ?? "" }
    return ControlViolation(
      reason: "hostPath volumes",
      detail: "\(ControlWording.plural("volume", of: names.count)) \(ControlWording.quoted(names))",
      values: volumes.map { ControlValue(.hostPath, $0["hostPath"]?["path"]?.string ?? "") })
  }
}
