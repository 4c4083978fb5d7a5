import Images

/// The fields of a pod that the standards look at, found once for all controls.
///
/// A field that is null counts as absent, as the API server reads it. One of a wrong type never passes for a harmless one.
struct PodFields: Sendable {
  /// What a container, or the pod for all of its containers, asks of the node.
  struct Security: Sendable {
    let allowPrivilegeEscalation: JSONNode?
    let appArmorProfile: JSONNode?
    let capabilities: JSONNode?
    let privileged: JSONNode?
    let procMount: JSONNode?
    let runAsNonRoot: JSONNode?
    let runAsUser: JSONNode?
    let seLinuxOptions: JSONNode?
    let seccompProfile: JSONNode?
    let sysctls: JSONNode?
    let hostProcess: JSONNode?

    init(_ context: JSONNode?) {
      allowPrivilegeEscalation = context?.present("allowPrivilegeEscalation")
      appArmorProfile = context?.present("appArmorProfile")
      capabilities = context?.present("capabilities")
      privileged = context?.present("privileged")
      procMount = context?.present("procMount")
      runAsNonRoot = context?.present("runAsNonRoot")
      runAsUser = context?.present("runAsUser")
      seLinuxOptions = context?.present("seLinuxOptions")
      seccompProfile = context?.present("seccompProfile")
      sysctls = context?.present("sysctls")
      hostProcess = context?.present("windowsOptions")?.present("hostProcess")
    }
  }

  struct Container: Sendable {
    /// `initContainers`, `containers` or `ephemeralContainers`.
    let list: String
    let name: String
    let node: JSONNode
    let security: Security
  }

  let metadata: JSONNode?
  let spec: JSONNode
  let security: Security
  /// Init containers, containers, ephemeral containers, each in the order of the pod.
  let containers: [Container]

  init(_ pod: PodPart) {
    metadata = pod.metadata
    spec = pod.spec
    security = Security(pod.spec.present("securityContext"))
    containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
      (pod.spec.present(list)?.elements ?? []).map { node in
        Container(
          list: list, name: node["name"]?.string ?? "", node: node, security: Security(node.present("securityContext")))
      }
    }
  }

  /// Whether it says that it is for Windows nodes, which lack what some controls ask for.
  var isForWindows: Bool { spec.present("os")?["name"]?.string == "windows" }

  /// Whether root inside it is nobody outside.
  var hasOwnUsers: Bool { spec["hostUsers"]?.bool == false }

  var volumes: [JSONNode] { spec.present("volumes")?.elements ?? [] }

  var annotations: [(key: String, value: String)] {
    (metadata?.present("annotations")?.members ?? []).map { ($0.key, $0.value.string ?? "") }
  }

  /// The names of the containers that `isBad` of.
  func names(where isBad: (Container) -> Bool) -> [String] { containers.filter(isBad).map(\.name) }
}

extension JSONNode {
  /// The member named `key`, nil also when it is null.
  func present(_ key: String) -> JSONNode? {
    guard let value = self[key], !value.isNull else { return nil }
    return value
  }

  /// Whether it is anything but false, so that what cannot be read counts as asked for.
  var mayBeTrue: Bool { bool != false }
}
