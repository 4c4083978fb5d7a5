import Images

/// Somebody asks that the glass may be broken, before it is.
package struct BreakGlassRequest: Equatable, Sendable {
  package var atSeconds: Int64 = 0
  /// What the approval names it by: `bg-3f9a1c02`.
  package var id = ""
  /// Who will deploy it, as the cluster knows them; they cannot approve it.
  package var user = ""
  /// Exactly this one.
  package var namespace = ""
  /// Name of the workload; empty for any.
  package var workload = ""
  /// The images that may be let in, with their digests; empty for any.
  package var images: [String] = []
  package var reason = ""
  /// Until when an approval of it counts.
  package var untilSeconds: Int64 = 0

  package init() {}

  var json: JSONValue {
    var out = Members()
    out.put("atSeconds", .number(atSeconds))
    out.put("id", id)
    out.put("user", user)
    out.put("namespace", namespace)
    out.put("workload", workload)
    out.put("images", images)
    out.put("reason", reason)
    out.put("untilSeconds", .number(untilSeconds))
    return out.value
  }

  init(_ node: JSONNode) {
    atSeconds = node.number("atSeconds") ?? 0
    id = node.text("id")
    user = node.text("user")
    namespace = node.text("namespace")
    workload = node.text("workload")
    images = node.texts("images")
    reason = node.text("reason")
    untilSeconds = node.number("untilSeconds") ?? 0
  }
}

/// A second person says that the glass may be broken as a request has it.
package struct BreakGlassApproval: Equatable, Sendable {
  package var atSeconds: Int64 = 0
  /// Id of the request.
  package var request = ""
  package var user = ""
  package var note = ""

  package init() {}

  /// Whether whoever asked gave it. Names that differ in nothing but case and space are one person's.
  package func isOwn(of request: BreakGlassRequest) -> Bool {
    func person(_ name: String) -> String { name.lowercased().filter { !String($0).isBlank } }
    return person(user) == person(request.user)
  }

  var json: JSONValue {
    var out = Members()
    out.put("atSeconds", .number(atSeconds))
    out.put("id", request)
    out.put("user", user)
    out.put("note", note)
    return out.value
  }

  init(_ node: JSONNode) {
    atSeconds = node.number("atSeconds") ?? 0
    request = node.text("id")
    user = node.text("user")
    note = node.text("note")
  }
}

/// Somebody has looked at what was let in.
package struct BreakGlassReview: Equatable, Sendable {
  package var atSeconds: Int64 = 0
  /// Sequence of the decision.
  package var decision: Int64 = 0
  package var user = ""
  package var note = ""

  package init() {}

  var json: JSONValue {
    var out = Members()
    out.put("atSeconds", .number(atSeconds))
    out.put("id", "\(decision)")
    out.put("user", user)
    out.put("note", note)
    return out.value
  }

  init(_ node: JSONNode) {
    atSeconds = node.number("atSeconds") ?? 0
    decision = Int64(node.text("id")) ?? 0
    user = node.text("user")
    note = node.text("note")
  }
}
