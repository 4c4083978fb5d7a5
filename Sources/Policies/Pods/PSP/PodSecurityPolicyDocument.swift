/// A PodSecurityPolicy as the cluster had it. All of them make one policy: a pod that one admits is admitted.
enum PodSecurityPolicyDocument: PolicyDocument {
  static let title = "a PodSecurityPolicy of Kubernetes (policy/v1beta1)"

  static func isMeant(by document: DocumentNode) -> Bool {
    guard (try? document["kind"]?.string()) == "PodSecurityPolicy" else { return false }
    return ["policy/v1beta1", "extensions/v1beta1"].contains((try? document["apiVersion"]?.string()) ?? "")
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let policy = try PodSecurityPolicy(document)
    let index = draft.workloads.firstIndex { $0 is PodSecurityPolicies }
    let known = index.flatMap { draft.workloads[$0] as? PodSecurityPolicies }?.policies ?? []
    guard !known.contains(where: { $0.name == policy.name }) else {
      throw document.error("another PodSecurityPolicy has the same name", remedy: "Give each policy a name of its own.")
    }
    let all = PodSecurityPolicies(policies: known + [policy])
    if let index { draft.workloads[index] = all } else { draft.workloads.append(all) }
  }
}

extension PodSecurityPolicy {
  /// Reads one as `kubectl get psp -o yaml` prints it.
  ///
  /// - Throws: `DocumentError` for an unknown key, and for a rule without the ranges it needs.
  package init(_ document: DocumentNode) throws(DocumentError) {
    try document.onlyKeys(["apiVersion", "kind", "metadata", "spec"])
    let metadata = try document.required("metadata")
    let spec = try document.required("spec")
    try spec.onlyKeys(Self.keys)
    name = try metadata.required("name").word()
    try readAnnotations(metadata["annotations"])
    try readFlags(spec)
    try readCapabilities(spec)
    try readVolumes(spec)
    try readRules(spec)
    try readRest(spec)
  }

  private static let keys = [
    "privileged", "allowPrivilegeEscalation", "defaultAllowPrivilegeEscalation", "defaultAddCapabilities",
    "requiredDropCapabilities", "allowedCapabilities", "volumes", "hostNetwork", "hostPorts", "hostPID", "hostIPC", "seLinux",
    "runAsUser", "runAsGroup", "supplementalGroups", "fsGroup", "readOnlyRootFilesystem", "allowedHostPaths",
    "allowedFlexVolumes", "allowedCSIDrivers", "allowedUnsafeSysctls", "forbiddenSysctls", "allowedProcMountTypes",
    "runtimeClass",
  ]

  private mutating func readAnnotations(_ annotations: DocumentNode?) throws(DocumentError) {
    func list(_ key: String) throws(DocumentError) -> Set<String>? {
      guard let text = try annotations?[key]?.string() else { return nil }
      return Set(text.split(separator: ",").map { String($0.trimming(while: \.isWhitespace)) })
    }
    seccompProfiles = try list("seccomp.security.alpha.kubernetes.io/allowedProfileNames") ?? []
    // Two names of one thing.
    if !seccompProfiles.isDisjoint(with: ["docker/default", "runtime/default"]) {
      seccompProfiles.formUnion(["docker/default", "runtime/default"])
    }
    appArmorProfiles = try list("apparmor.security.beta.kubernetes.io/allowedProfileNames")
    if let node = annotations?["pratique.dev/namespaces"] {
      namespaces = try list("pratique.dev/namespaces")
      guard namespaces?.isEmpty == false else { throw node.error("it names no namespace", remedy: "Name one, or remove it.") }
    }
    if let profile = try annotations?["seccomp.security.alpha.kubernetes.io/defaultProfileName"]?.string() {
      defaults.append("spec.securityContext.seccompProfile = \(profile)")
    }
    if let profile = try annotations?["apparmor.security.beta.kubernetes.io/defaultProfileName"]?.string() {
      defaults.append("appArmorProfile of each container = \(profile)")
    }
  }

  private mutating func readFlags(_ spec: DocumentNode) throws(DocumentError) {
    privileged = try spec["privileged"]?.bool() ?? false
    allowPrivilegeEscalation = try spec["allowPrivilegeEscalation"]?.bool() ?? true
    hostNetwork = try spec["hostNetwork"]?.bool() ?? false
    hostPID = try spec["hostPID"]?.bool() ?? false
    hostIPC = try spec["hostIPC"]?.bool() ?? false
    readOnlyRootFilesystem = try spec["readOnlyRootFilesystem"]?.bool() ?? false
    let escalates = try spec["defaultAllowPrivilegeEscalation"]?.bool()
    if let value = escalates ?? (allowPrivilegeEscalation ? nil : false) {
      defaults.append("allowPrivilegeEscalation of each container = \(value)")
    }
    if readOnlyRootFilesystem { defaults.append("readOnlyRootFilesystem of each container = true") }
  }

  private mutating func readCapabilities(_ spec: DocumentNode) throws(DocumentError) {
    defaultAddCapabilities = try spec["defaultAddCapabilities"]?.strings() ?? []
    requiredDropCapabilities = try spec["requiredDropCapabilities"]?.strings() ?? []
    allowedCapabilities = try spec["allowedCapabilities"]?.strings() ?? []
    if !defaultAddCapabilities.isEmpty {
      defaults.append("capabilities.add of each container includes \(defaultAddCapabilities.joined(separator: ", "))")
    }
    if !requiredDropCapabilities.isEmpty {
      defaults.append("capabilities.drop of each container includes \(requiredDropCapabilities.joined(separator: ", "))")
    }
  }

  private mutating func readVolumes(_ spec: DocumentNode) throws(DocumentError) {
    volumes = Set(try spec["volumes"]?.strings() ?? [])
    for node in try spec["allowedHostPaths"]?.elements() ?? [] {
      try node.onlyKeys(["pathPrefix", "readOnly"])
      let prefix = try node.required("pathPrefix")
      guard let path = HostPath(try prefix.string()) else {
        throw prefix.error("this is no absolute path without \"..\"", remedy: "Write it as /var/log.")
      }
      allowedHostPaths.append(AllowedHostPath(path: path, isReadOnly: try node["readOnly"]?.bool() ?? false))
    }
    for node in try spec["allowedFlexVolumes"]?.elements() ?? [] {
      try node.onlyKeys(["driver"])
      allowedFlexVolumes.insert(try node.required("driver").word())
    }
    for node in try spec["allowedCSIDrivers"]?.elements() ?? [] {
      try node.onlyKeys(["name"])
      allowedCSIDrivers.insert(try node.required("name").word())
    }
  }

  private mutating func readRules(_ spec: DocumentNode) throws(DocumentError) {
    runAsUser = try IDRule(spec.required("runAsUser"), [.runAsAny, .mustRunAs, .mustRunAsNonRoot])
    if let node = spec["runAsGroup"] { runAsGroup = try IDRule(node, [.runAsAny, .mustRunAs, .mayRunAs]) }
    supplementalGroups = try IDRule(spec.required("supplementalGroups"), [.runAsAny, .mustRunAs, .mayRunAs])
    fsGroup = try IDRule(spec.required("fsGroup"), [.runAsAny, .mustRunAs, .mayRunAs])
    let seLinuxNode = try spec.required("seLinux")
    try seLinuxNode.onlyKeys(["rule", "seLinuxOptions"])
    if try seLinuxNode.required("rule").choice(["RunAsAny", "MustRunAs"]) == "MustRunAs" {
      let options = try seLinuxNode.required("seLinuxOptions")
      try options.onlyKeys(["user", "role", "type", "level"])
      seLinux = SELinux(
        user: try options["user"]?.string() ?? "", role: try options["role"]?.string() ?? "",
        type: try options["type"]?.string() ?? "", level: try options["level"]?.string() ?? "")
      defaults.append("seLinuxOptions = the ones of the policy")
    }
    for (field, rule) in [
      ("runAsUser", runAsUser), ("runAsGroup", runAsGroup), ("supplementalGroups", supplementalGroups), ("fsGroup", fsGroup),
    ] {
      if rule.kind == .mustRunAs, let first = rule.ranges.first { defaults.append("\(field) = \(first.lowerBound)") }
    }
    if runAsUser.kind == .mustRunAsNonRoot { defaults.append("runAsNonRoot of each container = true") }
  }

  private mutating func readRest(_ spec: DocumentNode) throws(DocumentError) {
    for node in try spec["hostPorts"]?.elements() ?? [] { hostPorts.append(try node.range(upTo: 65535)) }
    allowedUnsafeSysctls = try spec["allowedUnsafeSysctls"]?.strings() ?? []
    forbiddenSysctls = try spec["forbiddenSysctls"]?.strings() ?? []
    let procMountTypes = try spec["allowedProcMountTypes"]?.strings() ?? []
    if !procMountTypes.isEmpty { allowedProcMountTypes = Set(procMountTypes) }
    guard let runtime = spec["runtimeClass"] else { return }
    try runtime.onlyKeys(["allowedRuntimeClassNames", "defaultRuntimeClassName"])
    allowedRuntimeClasses = Set(try runtime.required("allowedRuntimeClassNames").strings())
    if let name = try runtime["defaultRuntimeClassName"]?.string() { defaults.append("spec.runtimeClassName = \(name)") }
  }
}

extension PodSecurityPolicy.IDRule {
  fileprivate init(_ node: DocumentNode, _ kinds: [Kind]) throws(DocumentError) {
    try node.onlyKeys(["rule", "ranges"])
    kind = Kind(rawValue: try node.required("rule").choice(kinds.map(\.rawValue))) ?? .mustRunAs
    for range in try node["ranges"]?.elements() ?? [] { ranges.append(try range.range(upTo: Int(Int32.max))) }
    guard !ranges.isEmpty || kind == .runAsAny || kind == .mustRunAsNonRoot else {
      throw node.error("\(kind.rawValue) without ranges lets nothing pass", remedy: "Add ranges with min and max.")
    }
  }
}

extension DocumentNode {
  fileprivate func range(upTo limit: Int) throws(DocumentError) -> ClosedRange<Int> {
    try onlyKeys(["min", "max"])
    let low = try required("min").int(in: 0...limit)
    return low...(try required("max").int(in: low...limit))
  }
}

extension Substring {
  /// Without what is at both ends and of the kind meant.
  fileprivate func trimming(while isMeant: (Character) -> Bool) -> Substring {
    var text = drop(while: isMeant)
    while let last = text.last, isMeant(last) { text.removeLast() }
    return text
  }
}
