import Images
import Policies

/// A pod in a few words: the least that meets a standard, with some fields set.
struct PodSketch: Sendable {
  private indirect enum Value: Sendable {
    case json(String)
    case members([String: Value])

    mutating func set(_ path: ArraySlice<Substring>, _ json: String?) {
      guard let key = path.first.map(String.init) else {
        self = .json(json ?? "null")
        return
      }
      var members: [String: Value] = if case .members(let known) = self { known } else { [:] }
      var value = members[key] ?? .members([:])
      value.set(path.dropFirst(), json)
      members[key] = value
      self = .members(members)
    }

    var text: String {
      switch self {
      case .json(let text): text
      case .members(let members):
        "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.text)" }.joined(separator: ",") + "}"
      }
    }
  }

  private var parts: [String: Value] = [
    "pod": .members([:]), "c": .members(["name": .json(#""container1""#), "image": .json(#""pause""#)]),
    "i": .members(["name": .json(#""initcontainer1""#), "image": .json(#""pause""#)]),
  ]
  private var annotations: [(key: String, value: String)] = []

  /// What Kubernetes' own fixtures start from.
  static func minimal(_ standard: PodSecurityStandard, minor: Int) -> PodSketch {
    var sketch = PodSketch()
    guard standard == .restricted else { return sketch }
    sketch.set("pod.securityContext.runAsNonRoot", "true")
    for part in ["c", "i"] {
      if minor >= 8 { sketch.set("\(part).securityContext.allowPrivilegeEscalation", "false") }
      if minor >= 22 { sketch.set("\(part).securityContext.capabilities.drop", #"["ALL"]"#) }
    }
    if minor >= 19 { sketch.set("pod.securityContext.seccompProfile.type", #""RuntimeDefault""#) }
    return sketch
  }

  /// - Parameter path: of the pod (`pod.hostNetwork`), of the container (`c.`), the init container (`i.`) or the ephemeral
  ///   one (`e.`).
  mutating func set(_ path: String, _ json: String) {
    let steps = path.split(separator: ".")
    if steps[0] == "e", parts["e"] == nil { parts["e"] = .members(["name": .json(#""debug""#), "image": .json(#""pause""#)]) }
    parts[String(steps[0]), default: .members([:])].set(steps.dropFirst(), json)
  }

  func with(_ fields: [String: String], annotations: [String: String] = [:]) -> PodSketch {
    var sketch = self
    for (path, json) in fields { sketch.set(path, json) }
    for (key, value) in annotations { sketch.annotations.append((key, value)) }
    return sketch
  }

  private func json(kind: String, labels: String) -> String {
    var pod = parts["pod"] ?? .members([:])
    pod.set(["containers"], "[\(parts["c"]?.text ?? "")]")
    pod.set(["initContainers"], "[\(parts["i"]?.text ?? "")]")
    if let debug = parts["e"] { pod.set(["ephemeralContainers"], "[\(debug.text)]") }
    let notes = annotations.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
    let metadata = #"{"name":"ex","annotations":{\#(notes)},"labels":\#(labels)}"#
    let body = #""metadata":\#(metadata),"spec":\#(pod.text)"#
    switch kind {
    case "Pod": return #"{"apiVersion":"v1","kind":"Pod",\#(body)}"#
    case "CronJob":
      return
        #"{"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{\#(body)}}}}}"#
    default: return #"{"apiVersion":"apps/v1","kind":"\#(kind)","spec":{"template":{\#(body)}}}"#
    }
  }

  /// As an object of the cluster.
  func object(kind: String = "Pod", labels: String = "{}") throws -> JSONNode {
    try JSONDocument(parsing: Array(json(kind: kind, labels: labels).utf8), atMost: 1 << 20).root
  }

  /// The pod alone.
  func part() throws -> PodPart { try PodPart(in: object()).orThrow() }
}

struct NoPod: Error {}

extension Optional {
  func orThrow() throws -> Wrapped {
    guard let self else { throw NoPod() }
    return self
  }
}

/// A pod as YAML has it.
func pod(_ spec: String) throws -> PodPart {
  let object = try DocumentNode(parsing: "{apiVersion: v1, kind: Pod, metadata: {name: ex}, spec: \(spec)}", file: "pod")
  return try PodPart(in: object.json().root).orThrow()
}
