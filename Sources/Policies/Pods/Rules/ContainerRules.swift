import Images

extension PodRule {
  /// What a container may write, and what it sees of the node.
  static let filesystem: [PodRule] = [
    // kubeaudit ReadOnlyRootFilesystemNil, ReadOnlyRootFilesystemFalse; kubesec ReadOnlyRootFilesystem.
    eachContainer("readOnlyRootFilesystem", "must set securityContext.readOnlyRootFilesystem=true") { container, _ in
      container.node.present("securityContext")?["readOnlyRootFilesystem"]?.bool == true
    },
    // kubeaudit SensitivePathsMounted; kubesec DockerSock.
    PodRule(id: "sensitiveHostPaths", takesValues: true) { subject in
      let sensitive = (sensitivePaths + subject.values).compactMap { HostPath($0) }
      let mounted = subject.pod.volumes.compactMap { $0.present("hostPath")?["path"]?.string }.filter { text in
        guard let path = HostPath(text) else { return true }
        // To mount what lies above is to mount it too.
        return sensitive.contains { path.isWithin($0) && !$0.segments.isEmpty || $0.isWithin(path) }
      }
      guard !mounted.isEmpty else { return nil }
      return lacking(
        "sensitiveHostPaths", "the pod must not mount \(ControlWording.quoted(mounted))",
        mounted.map { ControlValue(.hostPath, $0) })
    },
  ]

  private static let sensitivePaths = [
    "/", "/proc", "/etc", "/root", "/home/admin", "/etc/kubernetes", "/var/lib/kubelet", "/var/run/docker.sock",
    "/run/docker.sock", "/var/run/crio/crio.sock", "/run/crio/crio.sock", "/var/run/containerd/containerd.sock",
    "/run/containerd/containerd.sock",
  ]

  /// What a container may do that the standards let it.
  static let confinement: [PodRule] = [
    // kubeaudit CapabilityAdded, with its allowAddList.
    PodRule(id: "addedCapabilities", takesValues: true) { subject in
      let added = subject.pod.containers.flatMap { container in
        container.security.addedCapabilities.filter { !subject.values.contains($0) }.map { (container.name, $0) }
      }
      guard !added.isEmpty else { return nil }
      let (names, capabilities) = (ControlWording.sorted(added.map(\.0)), ControlWording.sorted(added.map(\.1)))
      return lacking(
        "addedCapabilities", "\(ControlWording.containers(names)) must not add \(ControlWording.quoted(capabilities))",
        capabilities.map { ControlValue(.capabilities, $0) })
    },
    // kubeaudit AppArmorAnnotationMissing; kubesec ApparmorAny.
    eachContainer("appArmor", "must have an AppArmor profile, its own or the pod's") { container, pod in
      !["", "unconfined"].contains(pod.appArmorProfile(of: container))
    },
  ]

  /// kubeaudit ImageTagMissing, ImageTagIncorrect.
  static let images: [PodRule] = [
    eachContainer("imageTag", "must name its image with a digest, or a tag other than latest") { container, _ in
      guard let text = container.node["image"]?.string, let image = try? ImageReference(parsing: text) else { return false }
      return image.digest != nil || image.tagOrLatest != "latest"
    }
  ]

  /// What is told to the processes of a pod.
  static let environment: [PodRule] = [
    // kubesec SecretsAsEnvironmentVariables.
    eachContainer("secretsAsEnvironment", "must not take secrets as environment variables") { container, _ in
      let single = container.node.present("env")?.elements ?? []
      let whole = container.node.present("envFrom")?.elements ?? []
      return !single.contains { $0.present("valueFrom")?.present("secretKeyRef") != nil }
        && !whole.contains { $0.present("secretRef") != nil }
    },
    // kubesec HostAliases.
    PodRule(id: "hostAliases") { subject in
      let aliases = subject.pod.spec.present("hostAliases")?.elements ?? []
      return aliases.isEmpty ? nil : lacking("hostAliases", "the pod must not set hostAliases")
    },
    // kubeaudit SeccompDeprecatedAnnotations.
    PodRule(id: "legacyAnnotations") { subject in
      let keys = subject.pod.annotations.map(\.key).filter { key in
        key == PodSecurityControl.seccompPodAnnotation || key.hasPrefix(PodSecurityControl.seccompContainerAnnotation)
          || key.hasPrefix(PodSecurityControl.appArmorAnnotation)
      }
      guard !keys.isEmpty else { return nil }
      return lacking(
        "legacyAnnotations", "the pod must set fields in place of the annotations \(ControlWording.quoted(keys))")
    },
  ]
}
