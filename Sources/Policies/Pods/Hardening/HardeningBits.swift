import Images

/// Reads which bits a document flips, and how.
enum HardeningBits {
  private static let names = [
    "allowPrivilegeEscalation", "capabilities", "seccompProfile", "appArmorProfile", "readOnlyRootFilesystem", "runAsNonRoot",
    "automountServiceAccountToken", "runtimeClassName",
  ]

  /// Those that are on, in a fixed order.
  ///
  /// - Parameter node: `spec.bits`; each a mode, or a mapping with `mode` and what else the bit takes.
  /// - Throws: `DocumentError`, also when none is on.
  static func all(_ node: DocumentNode) throws(DocumentError) -> [any HardeningBit] {
    try node.onlyKeys(names)
    var bits: [any HardeningBit] = []
    for name in names {
      guard let setting = node[name] else { continue }
      let mode = try mode(setting)
      let bit = try bit(name, mode, setting)
      if mode != .off { bits.append(bit) }
    }
    guard !bits.isEmpty else {
      throw node.error("every bit is off, so nothing is hardened", remedy: "Set one to set or require.")
    }
    return bits
  }

  /// One that chooses: everything is chosen without it.
  static func selector(_ node: DocumentNode) throws(DocumentError) -> LabelSelector {
    let selector = try LabelSelector(node)
    guard !selector.isEmpty else {
      throw node.error("it selects everything", remedy: "Write matchLabels or matchExpressions, or leave the selector out.")
    }
    return selector
  }

  private static func mode(_ setting: DocumentNode) throws(DocumentError) -> HardeningMode {
    let node = setting.isMapping ? try setting.required("mode") : setting
    guard let mode = HardeningMode(rawValue: try node.choice(HardeningMode.allCases.map(\.rawValue))) else { return .off }
    return mode
  }

  private static func bit(
    _ name: String, _ mode: HardeningMode, _ setting: DocumentNode
  ) throws(DocumentError) -> any HardeningBit {
    switch name {
    case "capabilities": return try capabilities(mode, setting)
    case "seccompProfile": return try confinement(.seccomp, mode, setting)
    case "appArmorProfile": return try appArmor(mode, setting)
    case "runtimeClassName": return try runtimeClass(mode, setting)
    default: break
    }
    guard !setting.isMapping else {
      throw setting.error("\(name) takes a mode and nothing else", remedy: "Write \(name): \(mode.rawValue).")
    }
    return switch name {
    case "allowPrivilegeEscalation": PrivilegeEscalationBit(mode: mode)
    case "readOnlyRootFilesystem": ReadOnlyRootBit(mode: mode)
    case "runAsNonRoot": NonRootBit(mode: mode)
    default: ServiceAccountTokenBit(mode: mode)
    }
  }

  private static func capabilities(_ mode: HardeningMode, _ setting: DocumentNode) throws(DocumentError) -> CapabilitiesBit {
    guard setting.isMapping else { return CapabilitiesBit(mode: mode, allowed: ["NET_BIND_SERVICE"]) }
    try setting.onlyKeys(["mode", "allowed"])
    // An empty list is no slip here: it says that nothing may be added.
    let allowed = try setting["allowed"]?.strings() ?? ["NET_BIND_SERVICE"]
    if let list = setting["allowed"], let all = allowed.first(where: { $0 == "ALL" || $0.hasPrefix("CAP_") }) {
      throw list.error(
        "\(printable(all)) is not what Kubernetes calls one capability", remedy: "Write names like NET_BIND_SERVICE.")
    }
    return CapabilitiesBit(mode: mode, allowed: Set(allowed))
  }

  private static func appArmor(_ mode: HardeningMode, _ setting: DocumentNode) throws(DocumentError) -> ConfinementBit {
    let way = setting.isMapping ? try setting["through"]?.choice(["field", "annotation"]) : nil
    return try confinement(way == "annotation" ? .appArmorAnnotation : .appArmor, mode, setting)
  }

  private static func confinement(
    _ kind: ConfinementBit.Kind, _ mode: HardeningMode, _ setting: DocumentNode
  ) throws(DocumentError) -> ConfinementBit {
    guard setting.isMapping else {
      return ConfinementBit(kind: kind, mode: mode, profile: nil, rules: [], annotation: nil, profiles: [])
    }
    let own = kind == .seccomp ? [] : ["through"]
    try setting.onlyKeys(["mode", "localhostProfile", "byImage", "annotation", "profiles"] + own)
    var rules: [ConfinementBit.Rule] = []
    for rule in try setting["byImage"]?.elements() ?? [] {
      try rule.onlyKeys(["images", "localhostProfile"])
      rules.append(
        ConfinementBit.Rule(
          images: try rule.required("images").namePatterns(), profile: try profile(rule.required("localhostProfile"))))
    }
    guard (setting["annotation"] == nil) == (setting["profiles"] == nil) else {
      throw setting.error(
        "an annotation chooses among listed profiles", remedy: "Write both annotation and profiles, or neither.")
    }
    var profiles: Set<String> = []
    for (_, node) in try setting["profiles"]?.filledList() ?? [] { profiles.insert(try profile(node)) }
    return ConfinementBit(
      kind: kind, mode: mode, profile: try setting["localhostProfile"].map(profile), rules: rules,
      annotation: try setting["annotation"]?.filledString(), profiles: profiles)
  }

  /// A path below the node's own folder of profiles, or the name of a loaded one.
  private static func profile(_ node: DocumentNode) throws(DocumentError) -> String {
    let text = try node.filledString()
    guard !text.hasPrefix("/"), !text.split(separator: "/", omittingEmptySubsequences: false).contains("..") else {
      throw node.error("it leaves the folder of profiles", remedy: "Write a path below it, as profiles/web.json.")
    }
    return text
  }

  private static func runtimeClass(_ mode: HardeningMode, _ setting: DocumentNode) throws(DocumentError) -> RuntimeClassBit {
    guard setting.isMapping else {
      throw setting.error("it takes rules", remedy: "Write mode: \(mode.rawValue), and rules.")
    }
    try setting.onlyKeys(["mode", "rules"])
    var rules: [RuntimeClassBit.Rule] = []
    for node in try setting.required("rules").elements() {
      if let last = rules.last, last.namespaces == nil, last.selector == nil {
        throw node.error("the rule before it takes every pod", remedy: "Put the rule without conditions last.")
      }
      rules.append(try RuntimeClassBit.Rule(node))
    }
    guard rules.contains(where: { $0.runtimeClass != nil }) else {
      throw setting.error("no rule names a runtime class", remedy: "Write runtimeClass in one of the rules.")
    }
    return RuntimeClassBit(mode: mode, rules: rules)
  }
}

extension RuntimeClassBit.Rule {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["namespaces", "selector", "runtimeClass", "asTheNode"])
    let isAsTheNode = try node["asTheNode"]?.bool() ?? false
    guard isAsTheNode == (node["runtimeClass"] == nil) else {
      throw node.error(
        "a rule names a runtime class or leaves pods as the node runs them", remedy: "Write runtimeClass, or asTheNode: true.")
    }
    namespaces = try node["namespaces"].map { node throws(DocumentError) in Set(try node.words()) }
    selector = try node["selector"].map(HardeningBits.selector)
    runtimeClass = try node["runtimeClass"]?.filledString()
  }
}

extension DocumentNode {
  /// A list of image names, some of them.
  func namePatterns() throws(DocumentError) -> [NamePattern] {
    var patterns: [NamePattern] = []
    for (_, node) in try filledList() { patterns.append(try NamePattern(node)) }
    return patterns
  }
}
