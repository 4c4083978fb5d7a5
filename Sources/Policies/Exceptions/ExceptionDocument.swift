import Images

/// `kind: Exception` of ours.
enum ExceptionDocument: PolicyDocument {
  static let title = "an Exception of pratique.dev/v1"

  static func isMeant(by document: DocumentNode) -> Bool {
    PratiqueDocument.isMeant(by: document, kind: "Exception")
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let common = try PratiqueDocument(document)
    guard !draft.exceptions.contains(where: { $0.name == common.name }) else {
      throw document.error("another exception has the same name", remedy: "Give each exception a name of its own.")
    }
    let spec = common.spec
    try spec.onlyKeys(["owner", "reason", "ticket", "expires", "match", "allow"])
    draft.exceptions.append(
      Exception(
        name: common.name, owner: try spec.required("owner").word(), reason: try spec.required("reason").word(),
        ticket: try spec.required("ticket").word(), expiresSeconds: try spec.required("expires").moment(),
        match: try Exception.Match(spec.required("match")), allow: try Exception.Allowance(spec.required("allow"))))
  }
}

extension Exception.Match {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    self.init()
    try node.onlyKeys(["namespaces", "labels", "images", "users"])
    namespaces = try Self.words(node["namespaces"])
    users = try Self.words(node["users"])
    if let patterns = node["images"] {
      var read: [NamePattern] = []
      for pattern in try patterns.elements() { read.append(try NamePattern(pattern)) }
      guard !read.isEmpty else { throw patterns.error("the list is empty", remedy: "Name an image, or remove the key.") }
      images = read
    }
    for (key, value) in try node["labels"]?.entries() ?? [] { labels[key] = try value.string() }
    guard namespaces != nil || users != nil || images != nil || !labels.isEmpty else {
      throw node.error(
        "it would count everywhere and for everybody", remedy: "Name namespaces, labels, images or users.")
    }
  }

  private static func words(_ node: DocumentNode?) throws(DocumentError) -> Set<String>? {
    guard let node else { return nil }
    return Set(try node.words())
  }
}

extension Exception.Allowance {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    self.init()
    try node.onlyKeys(["controls", "vulnerabilities"] + ControlValue.Subject.allCases.map(\.rawValue))
    if let ids = node["controls"] {
      controls = Set(try ids.words())
      for id in try ids.elements() where !Self.known.contains(try id.string()) {
        throw id.error("there is no such control", remedy: "Use one of: \(Self.known.sorted().joined(separator: ", ")).")
      }
    }
    if let ids = node["vulnerabilities"] { vulnerabilities = Set(try ids.words()) }
    for subject in ControlValue.Subject.allCases {
      guard let list = node[subject.rawValue] else { continue }
      values[subject] = Set(try list.words())
      guard subject == .hostPath else { continue }
      for path in try list.elements() where HostPath(try path.string()) == nil {
        throw path.error("this is no absolute path without \"..\"", remedy: "Write it as /var/log.")
      }
    }
    guard !isEmpty else { throw node.error("it allows nothing", remedy: "Say what it allows, or remove the exception.") }
  }

  /// Whatever a reason may be about.
  private static let known: Set<String> = Set(
    PodSecurityControl.all.map(\.id) + [PodSecurityControl.effectiveProfile.id] + PodRule.all.map(\.id)
      + PodSecurityPolicyField.allCases.map(\.rawValue))
}
