import Foundation
import Images

/// What the registries of the world noticed.
struct RegistryTraces {
  var requests = 0
  /// Requests for a manifest by tag.
  var tagRequests = 0
  /// Hosts and addresses that somebody tried to connect to.
  var dialled: Set<String> = []
  /// Scheme and host of everybody who was sent a secret.
  var toldSecrets: Set<String> = []
}

/// What came of one step, seen from outside the gate.
struct Observation: CustomStringConvertible {
  let status: Int
  /// `allow`, `deny`, `error`, `http-4xx`, `http-413`, `no-answer` and the like.
  let names: Set<String>
  private(set) var hasReview: Bool
  let message: String
  let requestUID: String?
  let requestVersion: String?
  let responseUID: String?
  let responseVersion: String?
  let object: CaseValue
  let patchPaths: [String]
  var milliseconds = 0.0
  var residentMegabytes = 0.0
  var grownMegabytes = 0.0
  var registry = RegistryTraces()
  var writes = 0
  /// Records of broken glass, as lines of JSON.
  var auditEvents: [String] = []

  /// - Parameter answer: nil when the connection ended without one.
  init(request: [UInt8], answer: GateAnswer?) {
    let sent = (try? JSONDocument(parsing: request, atMost: 1 << 28))?.root
    requestUID = sent?["request"]?["uid"]?.string
    requestVersion = sent?["apiVersion"]?.string
    status = answer?.status ?? 0
    let review = answer.flatMap { try? JSONDocument(parsing: $0.body, atMost: 1 << 24) }?.root
    let response = review?["response"]
    let allowed = response?["allowed"]?.bool
    hasReview = status == 200 && allowed != nil
    responseUID = response?["uid"]?.string
    responseVersion = review?["apiVersion"]?.string
    message =
      response?["status"]?["message"]?.string
      ?? (hasReview ? "" : String(decoding: (answer?.body ?? []).prefix(500), as: UTF8.self))
    var names: Set<String> = []
    switch (status, allowed) {
    case (0, _): names.formUnion(["no-answer", "crash"])
    case (200, true?): names.insert("allow")
    case (200, false?): names.insert("deny")
    case (200, nil): names.insert("garbage")
    default: names.formUnion(["http-\(status)", "http-\(status / 100)xx"])
    }
    if (400..<500).contains(status) { names.insert("error") }
    self.names = names
    let patch = response?["patch"]?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
    let operations = (try? JSONDocument(parsing: patch, atMost: 1 << 24))?.root.elements.map { CaseValue($0) } ?? []
    patchPaths = operations.compactMap { $0["path"]?.string }
    let object = sent?["request"]?["object"].map { CaseValue($0) } ?? .null
    self.object = operations.reduce(object) { $0.patched($1) }
  }

  /// What a cluster sees of a gate whose configuration was refused: nothing is let in.
  init(refused problem: String, request: [UInt8]) {
    let review = CaseValue.object([
      "apiVersion": .string("admission.k8s.io/v1"),
      "response": .object([
        "uid": .string(""), "allowed": .bool(false), "status": .object(["message": .string(problem)]),
      ]),
    ])
    self.init(request: request, answer: GateAnswer(status: 200, body: Array(review.json.utf8)))
    hasReview = false
  }

  /// The review that the API server would send on: the object as patched.
  func patchedRequest(_ request: [UInt8]) -> [UInt8] {
    guard let sent = (try? JSONDocument(parsing: request, atMost: 1 << 28))?.root else { return request }
    return Array(
      CaseValue(sent).merged(with: .object(["request": .object(["object": .null])]))
        .merged(with: .object(["request": .object(["object": object])])).json.utf8)
  }

  var isAllowed: Bool { names.contains("allow") }

  /// Images of every container named `name` once the patch is applied.
  func images(of name: String) -> [String] { Self.images(of: name, in: object) }

  private static func images(of name: String, in value: CaseValue) -> [String] {
    let own =
      value["name"]?.string == name ? [value["image"]?.string ?? value["image"]?["reference"]?.string].compactMap { $0 } : []
    return own + value.elements.flatMap { images(of: name, in: $0) } + value.members.values.flatMap { images(of: name, in: $0) }
  }

  var description: String {
    names.sorted().joined(separator: " ") + (message.isEmpty ? "" : " (\(message.prefix(400)))")
  }
}

extension CaseValue {
  /// Applies one operation of a JSON patch: add, replace or remove. Source: RFC 6902.
  fileprivate func patched(_ operation: CaseValue) -> CaseValue {
    let path = (operation["path"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map { String($0.replacing("~1", with: "/").replacing("~0", with: "~")) }
    return patched(
      path[...], operation["op"]?.string == "remove" ? nil : operation["value"] ?? .null, operation["op"]?.string == "add")
  }

  private func patched(_ path: ArraySlice<String>, _ new: CaseValue?, _ adds: Bool) -> CaseValue {
    guard let first = path.first else { return new ?? .null }
    let rest = path.dropFirst()
    switch self {
    case .object(var members):
      members[first] = rest.isEmpty ? new : members[first]?.patched(rest, new, adds)
      return .object(members)
    case .array(var elements):
      let index = first == "-" ? elements.count : Int(first) ?? -1
      guard (0...elements.count).contains(index) else { return self }
      if rest.isEmpty, adds, let new {
        elements.insert(new, at: index)
      } else if index < elements.count {
        if rest.isEmpty, new == nil {
          elements.remove(at: index)
        } else {
          elements[index] = elements[index].patched(rest, new, adds)
        }
      }
      return .array(elements)
    default: return self
    }
  }
}
