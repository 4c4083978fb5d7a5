import Images

extension PodSecurityControl {
  /// Only volumes that reach no further than the pod, its configuration and its claims.
  ///
  /// Source: k8s.io/pod-security-admission, check_restrictedVolumes.go.
  static let restrictedVolumes = PodSecurityControl(
    id: "restrictedVolumes", standard: .restricted, overrides: ["hostPathVolumes"],
    checks: [(0, { volumesBeyond(in: $0) })])

  private static let restrictedVolumeTypes = [
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
    "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk",
    "portworxVolume", "scaleIO", "storageos",
  ]
  private static let allowedVolumeTypes = [
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
  ]

  private static func volumesBeyond(in pod: PodFields) -> ControlViolation? {
    var names: [String] = []
    var types: [String] = []
    var values: [ControlValue] = []
    for volume in pod.volumes {
      guard let type = restrictedType(of: volume) else { continue }
      names.append(volume["name"]?.string ?? "")
      types.append(type)
      values.append(
        type == "hostPath"
          ? ControlValue(.hostPath, volume["hostPath"]?["path"]?.string ?? "") : ControlValue(.volumeTypes, type))
    }
    guard !names.isEmpty else { return nil }
    let distinct = ControlWording.sorted(types)
    return ControlViolation(
      reason: "restricted volume types",
      detail: "\(ControlWording.plural("volume", of: names.count)) \(ControlWording.quoted(names)) "
        + "\(ControlWording.uses(names.count)) "
        + "\(ControlWording.plural("restricted volume type", of: distinct.count)) \(ControlWording.quoted(distinct))",
      values: values)
  }

  /// Nil for an allowed one. A volume without a source is an emptyDir: the API server makes it one.
  private static func restrictedType(of volume: JSONNode) -> String? {
    let sources = volume.members.filter { $0.key != "name" && !$0.value.isNull }.map(\.key)
    guard !sources.isEmpty, !sources.contains(where: allowedVolumeTypes.contains) else { return nil }
    return restrictedVolumeTypes.first(where: sources.contains) ?? "unknown"
  }
}
