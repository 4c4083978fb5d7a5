import Images

extension PodSecurityPolicy {
  /// Adds what speaks against the volumes of a pod: their types, and what each type is further held to.
  func judgeVolumes(_ pod: PodFields, _ found: inout PolicyObjections) {
    for (index, volume) in pod.volumes.enumerated() {
      // A volume without a source is an emptyDir: the API server makes it one.
      let types = volume.members.filter { $0.key != "name" && !$0.value.isNull }.map(\.key)
      for type in types.isEmpty ? ["emptyDir"] : types {
        guard !allows(type, volume) else {
          judge(volume, ofType: type, "volumes[\(index)]", pod, &found)
          continue
        }
        let path = volume[type]?["path"]?.string ?? ""
        found.add(
          .volumes, "volumes[\(index)]",
          "Invalid value: \(ControlWording.goQuoted(type)): \(printable(type)) volumes are not allowed to be used",
          [type == "hostPath" ? ControlValue(.hostPath, path) : ControlValue(.volumeTypes, type)])
      }
    }
  }

  /// The volume of the token that the API server puts into every pod counts as the secret that it once was.
  private func allows(_ type: String, _ volume: JSONNode) -> Bool {
    // The one type that policies write otherwise than volumes do.
    !volumes.isDisjoint(with: type == "cephfs" ? ["*", type, "cephFS"] : ["*", type])
      || type == "projected" && volumes.contains("secret") && Self.isToken(volume[type])
  }

  /// Whether it holds nothing but the token of the service account, the cluster's certificates and the namespace.
  ///
  /// Source: Kubernetes 1.24, podsecuritypolicy/util, IsOnlyServiceAccountTokenSources.
  private static func isToken(_ volume: JSONNode?) -> Bool {
    (volume?.present("sources")?.elements ?? []).allSatisfy { source in
      let kinds = source.members.filter { !$0.value.isNull }.map(\.key)
      guard !kinds.isEmpty, Set(kinds).isSubset(of: ["serviceAccountToken", "configMap", "downwardAPI"]) else { return false }
      if let token = source.present("serviceAccountToken") {
        guard token["path"]?.string == "token", token.present("audience")?.string ?? "" == "" else { return false }
      }
      if let map = source.present("configMap"), map["name"]?.string != "kube-root-ca.crt" { return false }
      return (source.present("downwardAPI")?.present("items")?.elements ?? []).allSatisfy { item in
        item["path"]?.string == "namespace" && item.present("fieldRef")?["fieldPath"]?.string == "metadata.namespace"
      }
    }
  }

  private func judge(
    _ volume: JSONNode, ofType type: String, _ place: String, _ pod: PodFields, _ found: inout PolicyObjections
  ) {
    let driver = volume[type]?["driver"]?.string ?? ""
    switch type {
    case "hostPath" where !allowedHostPaths.isEmpty: judge(hostPath: volume, place, pod, &found)
    case "flexVolume" where !allowedFlexVolumes.isEmpty && !allowedFlexVolumes.contains(driver):
      found.add(
        .allowedFlexVolumes, "\(place).driver",
        "Invalid value: \(ControlWording.goQuoted(driver)): Flexvolume driver is not allowed to be used")
    case "csi" where !allowedCSIDrivers.isEmpty && !allowedCSIDrivers.contains(driver):
      found.add(
        .allowedCSIDrivers, "\(place).csi.driver",
        "Invalid value: \(ControlWording.goQuoted(driver)): Inline CSI driver is not allowed to be used")
    default: break
    }
  }

  private func judge(
    hostPath volume: JSONNode, _ place: String, _ pod: PodFields, _ found: inout PolicyObjections
  ) {
    let text = volume["hostPath"]?["path"]?.string ?? ""
    let allowing = HostPath(text).map { path in allowedHostPaths.filter { path.isWithin($0.path) } } ?? []
    let value = [ControlValue(.hostPath, text)]
    guard !allowing.isEmpty else {
      return found.add(
        .allowedHostPaths, "\(place).hostPath.pathPrefix",
        "Invalid value: \(ControlWording.goQuoted(text)): is not allowed to be used", value)
    }
    guard allowing.allSatisfy(\.isReadOnly) else { return }
    let name = volume["name"]?.string
    for container in pod.containers {
      let mounts = container.node.present("volumeMounts")?.elements ?? []
      for (index, mount) in mounts.enumerated() where mount["name"]?.string == name && mount["readOnly"]?.bool != true {
        found.add(
          .allowedHostPaths, "\(place).hostPath",
          "container \"\(printable(container.name))\", volumeMounts[\(index)].readOnly: Invalid value: false: must be read-only",
          value)
      }
    }
  }
}
