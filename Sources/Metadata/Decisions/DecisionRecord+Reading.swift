import Images

// What is absent reads as empty: a later build may leave out or add members, and an earlier record is still told.

extension DecisionRecord {
  init(_ node: JSONNode) {
    self.init()
    atSeconds = node.number("atSeconds") ?? 0
    gate = node.text("gate")
    cluster = node.text("cluster")
    trustDomain = node.text("trustDomain")
    if let request = node["request"] { self.request = Request(request) }
    object = Object(node, "object")
    oldObject = Object(node, "oldObject")
    namespaceLabels = node["namespaceLabels"].map(\.texts)
    requiresDigest = node["allowsTags"] == nil
    answers = node["answers"]?.texts ?? [:]
    policy = node.text("policy")
    verdict = node.text("verdict")
    codes = node.texts("codes")
    images = node.list("images").map(Image.init)
    lookups = Dictionary((node["lookups"]?.members ?? []).map { ($0.key, Lookup($0.value)) }) { first, _ in first }
    workload = node.list("workload").map(Judged.init)
    message = node.text("message")
    warnings = node.texts("warnings")
    microseconds = node.number("microseconds") ?? 0
    glass = node["glass"].map(Glass.init)
  }
}

extension JSONNode {
  /// The text of a member; empty when there is none.
  func text(_ key: String) -> String { self[key]?.string ?? "" }
  func number(_ key: String) -> Int64? { self[key]?.int.map(Int64.init) }
  func texts(_ key: String) -> [String] { list(key).compactMap(\.string) }
  /// All members, as texts by key.
  fileprivate var texts: [String: String] {
    Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
  }
  func list(_ key: String) -> [JSONNode] { self[key]?.elements ?? [] }
}

extension DecisionRecord.Request {
  fileprivate init(_ node: JSONNode) {
    self.init()
    uid = node.text("uid")
    user = node.text("user")
    groups = node.texts("groups")
    operation = node.text("operation")
    resource = node.text("resource")
    kind = node.text("kind")
    namespace = node.text("namespace")
    name = node.text("name")
    webhook = node.text("webhook")
  }
}

extension DecisionRecord.Object {
  fileprivate init(_ node: JSONNode, _ key: String) {
    if let object = node[key] {
      self = .kept(Array(object.rawBytes))
    } else if let digest = node["\(key)Digest"] {
      self = .digest(digest.text("digest"), bytes: digest["bytes"]?.int ?? 0)
    } else {
      self = .absent
    }
  }
}

extension DecisionRecord.Image {
  fileprivate init(_ node: JSONNode) {
    self.init()
    written = node.text("image")
    field = node.text("field")
    kind = node.text("kind")
    name = node.text("name")
    pinned = node["pinned"]?.string
    unfit = node["unfit"].map(DecisionRecord.Cause.init)
    judged = node.list("judged").map(DecisionRecord.Judged.init)
    asked = node.list("asked").map(DecisionRecord.Asked.init)
  }
}

extension DecisionRecord.Judged {
  fileprivate init(_ node: JSONNode) {
    self.init()
    policy = node.text("policy")
    rule = node.text("rule")
    verdict = node.text("verdict")
    demanded = node.texts("demanded")
    counted = node.list("counted").map(DecisionRecord.Counted.init)
    evidence = node.texts("evidence")
    causes = node.list("causes").map(DecisionRecord.Cause.init)
  }
}

extension DecisionRecord.Asked {
  fileprivate init(_ node: JSONNode) {
    self.init(attestor: node.text("attestor"))
    counted = node.list("counted").map(DecisionRecord.Counted.init)
    refused = node.list("refused").map(DecisionRecord.Refused.init)
    unavailable = node["unavailable"]?.string
  }
}

extension DecisionRecord.Counted {
  fileprivate init(_ node: JSONNode) {
    self.init(
      attestor: node.text("attestor"), key: node.text("key"), occurrence: node.text("occurrence"),
      atSeconds: node.number("atSeconds"))
  }
}

extension DecisionRecord.Refused {
  fileprivate init(_ node: JSONNode) {
    self.init(occurrence: node.text("occurrence"), code: node.text("code"), problem: node.text("problem"))
  }
}

extension DecisionRecord.Cause {
  fileprivate init(_ node: JSONNode) {
    self.init(code: node.text("code"), problem: node.text("problem"), remedy: node.text("remedy"))
  }
}

extension DecisionRecord.Lookup {
  fileprivate init(_ node: JSONNode) {
    self = node["failed"].map { .failed(DecisionRecord.Cause($0)) } ?? .digest(node.text("digest"))
  }
}

extension DecisionRecord.Glass {
  fileprivate init(_ node: JSONNode) {
    self.init()
    reason = node.text("reason")
    marker = node.text("marker")
    untilSeconds = node.number("untilSeconds") ?? 0
    approval = node.text("approval")
    follows = node.number("follows")
  }
}
