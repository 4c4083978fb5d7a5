import Images

extension DecisionRecord {
  /// Always the same bytes for the same record: fixed order of members, what is empty left out.
  var json: JSONValue {
    var out = Members()
    out.put("atSeconds", .number(atSeconds))
    out.put("gate", gate)
    out.put("cluster", cluster)
    out.put("trustDomain", trustDomain)
    out.put("request", request.json)
    out.put("object", object)
    out.put("oldObject", oldObject)
    if let namespaceLabels { out.put("namespaceLabels", JSONValue(namespaceLabels)) }
    if !requiresDigest { out.put("allowsTags", .number(1)) }
    if !answers.isEmpty { out.put("answers", JSONValue(answers)) }
    out.put("policy", policy)
    out.put("verdict", verdict)
    out.put("codes", codes)
    out.put("images", images.map(\.json))
    if !lookups.isEmpty {
      out.put("lookups", .object(lookups.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
    }
    out.put("workload", workload.map(\.json))
    out.put("message", message)
    out.put("warnings", warnings)
    out.put("microseconds", .number(microseconds))
    if let glass { out.put("glass", glass.json) }
    return out.value
  }
}

/// The members of an object in the making.
struct Members {
  private var members: [(String, JSONValue)] = []

  var value: JSONValue { .object(members) }

  mutating func put(_ key: String, _ value: JSONValue) { members.append((key, value)) }
  mutating func put(_ key: String, _ text: String) { if !text.isEmpty { members.append((key, .text(text))) } }
  mutating func put(_ key: String, _ texts: [String]) { put(key, texts.map { .text($0) }) }
  mutating func put(_ key: String, _ values: [JSONValue]) {
    if !values.isEmpty { members.append((key, .array(values))) }
  }
  mutating func put(_ key: String, _ object: DecisionRecord.Object) {
    switch object {
    case .absent: break
    case .kept(let bytes): put(key, .raw(bytes[...]))
    case .digest(let digest, let bytes): put("\(key)Digest", ["digest": .text(digest), "bytes": .number(Int64(bytes))])
    }
  }
}

extension DecisionRecord.Request {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("uid", uid)
    out.put("user", user)
    out.put("groups", groups)
    out.put("operation", operation)
    out.put("resource", resource)
    out.put("kind", kind)
    out.put("namespace", namespace)
    out.put("name", name)
    out.put("webhook", webhook)
    return out.value
  }
}

extension DecisionRecord.Image {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("image", written)
    out.put("field", field)
    out.put("kind", kind)
    out.put("name", name)
    out.put("pinned", pinned ?? "")
    if let unfit { out.put("unfit", unfit.json) }
    out.put("judged", judged.map(\.json))
    out.put("asked", asked.map(\.json))
    return out.value
  }
}

extension DecisionRecord.Judged {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("policy", policy)
    out.put("rule", rule)
    out.put("verdict", verdict)
    out.put("demanded", demanded)
    out.put("counted", counted.map(\.json))
    out.put("evidence", evidence)
    out.put("causes", causes.map(\.json))
    return out.value
  }
}

extension DecisionRecord.Asked {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("attestor", attestor)
    out.put("counted", counted.map(\.json))
    out.put("refused", refused.map(\.json))
    out.put("unavailable", unavailable ?? "")
    return out.value
  }
}

extension DecisionRecord.Counted {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("attestor", attestor)
    out.put("key", key)
    out.put("occurrence", occurrence)
    if let atSeconds { out.put("atSeconds", .number(atSeconds)) }
    return out.value
  }
}

extension DecisionRecord.Refused {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("occurrence", occurrence)
    out.put("code", code)
    out.put("problem", problem)
    return out.value
  }
}

extension DecisionRecord.Cause {
  fileprivate var json: JSONValue { ["code": .text(code), "problem": .text(problem), "remedy": .text(remedy)] }
}

extension DecisionRecord.Lookup {
  fileprivate var json: JSONValue {
    switch self {
    case .digest(let digest): ["digest": .text(digest)]
    case .failed(let cause): ["failed": cause.json]
    }
  }
}

extension DecisionRecord.Glass {
  fileprivate var json: JSONValue {
    var out = Members()
    out.put("reason", reason)
    out.put("marker", marker)
    out.put("untilSeconds", .number(untilSeconds))
    out.put("approval", approval)
    if let follows { out.put("follows", .number(follows)) }
    return out.value
  }
}
