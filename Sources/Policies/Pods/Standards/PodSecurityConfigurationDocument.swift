import Images

/// The configuration of Kubernetes' PodSecurity admission, alone or as a plugin's in an AdmissionConfiguration.
///
/// Source: pod-security.admission.config.k8s.io/v1 PodSecurityConfiguration; apiserver.config.k8s.io/v1.
enum PodSecurityConfigurationDocument: PolicyDocument {
  static let title = "a PodSecurityConfiguration of Kubernetes"

  static func isMeant(by document: DocumentNode) -> Bool {
    isConfiguration(document)
      || (kind(of: document) == "AdmissionConfiguration" && group(of: document) == "apiserver.config.k8s.io")
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    guard !draft.workloads.contains(where: { $0.name == PodSecurityAdmission.title }) else {
      throw document.error("there is a PodSecurityConfiguration already", remedy: "Keep one of them.")
    }
    draft.workloads.append(try PodSecurityAdmission(try configuration(in: document)))
  }

  private static func configuration(in document: DocumentNode) throws(DocumentError) -> DocumentNode {
    guard !isConfiguration(document) else { return document }
    try document.onlyKeys(["apiVersion", "kind", "plugins"])
    for plugin in try document.required("plugins").elements() {
      try plugin.onlyKeys(["name", "path", "configuration"])
      guard try plugin.required("name").string() == "PodSecurity" else { continue }
      if let path = plugin["path"] {
        throw path.error("other files are not read", remedy: "Write the configuration of PodSecurity in this file.")
      }
      let configuration = try plugin.required("configuration")
      guard isConfiguration(configuration) else {
        throw configuration.error(
          "this is no PodSecurityConfiguration", remedy: "Write apiVersion: pod-security.admission.config.k8s.io/v1.")
      }
      return configuration
    }
    throw document.error("it configures no PodSecurity", remedy: "Add the plugin PodSecurity, or leave the document out.")
  }

  private static func isConfiguration(_ document: DocumentNode) -> Bool {
    kind(of: document) == "PodSecurityConfiguration" && group(of: document) == "pod-security.admission.config.k8s.io"
  }

  private static func kind(of document: DocumentNode) -> String? { try? document["kind"]?.string() }

  private static func group(of document: DocumentNode) -> Substring? {
    (try? document["apiVersion"]?.string())?.split(separator: "/").first
  }
}

extension PodSecurityAdmission {
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["apiVersion", "kind", "defaults", "exemptions"])
    let version = try node.required("apiVersion")
    guard ["v1", "v1beta1", "v1alpha1"].contains(try version.string().split(separator: "/").last ?? "") else {
      throw version.error("this version is not known", remedy: "Write pod-security.admission.config.k8s.io/v1.")
    }
    defaults = try NamespaceLevels(defaultsIn: node["defaults"])
    let exemptions = node["exemptions"]
    try exemptions?.onlyKeys(["usernames", "namespaces", "runtimeClasses"])
    exemptUsers = try Self.names(exemptions?["usernames"])
    exemptNamespaces = try Self.objects(exemptions?["namespaces"], isDotted: false)
    exemptRuntimeClasses = try Self.objects(exemptions?["runtimeClasses"], isDotted: true)
  }

  /// Names that objects can have; another would exempt nothing.
  private static func objects(_ node: DocumentNode?, isDotted: Bool) throws(DocumentError) -> Set<String> {
    let names = try names(node)
    guard let node, let wrong = names.sorted().first(where: { !isName($0, isDotted: isDotted) }) else { return names }
    throw node.error("\(printable(wrong)) is a name that no object has", remedy: "Write it as kubectl get shows it.")
  }

  /// Source: Kubernetes, labels and subdomains of DNS (RFC 1123).
  private static func isName(_ text: String, isDotted: Bool) -> Bool {
    let labels = isDotted ? text.split(separator: ".", omittingEmptySubsequences: false) : [text[...]]
    return text.utf8.count <= (isDotted ? 253 : 63)
      && labels.allSatisfy { label in
        !label.isEmpty && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
      }
  }

  /// An empty list is how the examples of Kubernetes write that nothing is exempt.
  private static func names(_ node: DocumentNode?) throws(DocumentError) -> Set<String> {
    guard let node, try !node.elements().isEmpty else { return [] }
    return Set(try node.words())
  }
}

extension NamespaceLevels {
  fileprivate init(defaultsIn node: DocumentNode?) throws(DocumentError) {
    self.init()
    guard let node else { return }
    let modes = ["enforce", "audit", "warn"]
    try node.onlyKeys(modes + modes.map { "\($0)-version" })
    enforce = try PodSecurityLevel(node, "enforce")
    audit = try PodSecurityLevel(node, "audit")
    warn = try PodSecurityLevel(node, "warn")
  }
}

extension PodSecurityLevel {
  fileprivate init(_ node: DocumentNode, _ mode: String) throws(DocumentError) {
    var standard = PodSecurityStandard.privileged
    if let level = node[mode], try !level.string().isEmpty {
      standard = PodSecurityStandard(rawValue: try level.choice(PodSecurityStandard.allCases.map(\.rawValue))) ?? .restricted
    }
    var version = PodSecurityVersion.latest
    if let written = node["\(mode)-version"], try !written.string().isEmpty {
      guard let read = PodSecurityVersion(try written.string()) else {
        throw written.error("this is no version of the standards", remedy: "Write \"latest\" or \"v1.x\".")
      }
      version = read
    }
    self.init(standard, version)
  }
}
