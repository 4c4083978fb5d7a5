import Images
import Policies

/// The part of OpenAPI v3 that a structural schema of Kubernetes may use, as the API server applies it.
///
/// Source: Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", structural schemas and validation.
struct StructuralSchema {
  private static let structure: Set<String> = [
    "type", "properties", "items", "required", "description", "enum", "pattern", "minLength", "maxLength", "minItems",
    "maxItems", "minProperties", "anyOf", "oneOf",
  ]

  let node: JSONNode

  /// What keeps it from being structural; empty when nothing does.
  func faults(at path: String = "") -> [String] {
    var found = node.members.map(\.key).filter { !Self.structure.contains($0) }.map { "\(path): \($0)" }
    guard let type = node["type"]?.string else { return found + ["\(path) has no type"] }
    // Kubernetes validates its own part of the object, and wants nothing said of it.
    if path == ".metadata" { return node.members.count == 1 ? found : found + ["\(path) says too much"] }
    if !path.hasSuffix("[]"), (node["description"]?.string ?? "").isEmpty { found.append("\(path) has no description") }
    switch type {
    case "object":
      let properties = node["properties"]?.members ?? []
      if properties.isEmpty { found.append("\(path) keeps nothing: what is not named is dropped") }
      for (key, value) in properties { found += StructuralSchema(node: value).faults(at: "\(path).\(key)") }
      let names = (node["required"]?.elements ?? []) + alternatives.flatMap { $0["required"]?.elements ?? [] }
      for name in names.compactMap(\.string) where !properties.contains(where: { $0.key == name }) {
        found.append("\(path) requires \(name), which it does not have")
      }
    case "array":
      if node["maxItems"]?.int == nil { found.append("\(path) has no end") }
      guard let items = node["items"] else { return found + ["\(path) has no items"] }
      found += StructuralSchema(node: items).faults(at: "\(path)[]")
    case "string":
      let isBounded = node["maxLength"]?.int != nil || node["enum"] != nil || [".apiVersion", ".kind"].contains(path)
      if !isBounded { found.append("\(path) has no end") }
      if let pattern = node["pattern"]?.string, (try? Regex(pattern)) == nil { found.append("\(path): its pattern is none") }
    default: found.append("\(path) is of type \(type)")
    }
    for alternative in alternatives where alternative.members.map(\.key) != ["required"] {
      found.append("\(path): an alternative may only require here")
    }
    return found
  }

  /// What an object breaks; what is unknown is told too, where an API server would drop it.
  func violations(of value: JSONNode, at path: String = "") -> [String] {
    var found: [String] = []
    switch node["type"]?.string {
    case "object":
      guard value.isObject else { return ["\(path) is no object"] }
      guard path != ".metadata" else { return [] }
      // Counted without what is unknown: that is dropped before.
      let known = value.members.count { node["properties"]?[$0.key] != nil }
      found += Self.bounds(known, node["minProperties"]?.int, nil, path)
      for (key, inner) in value.members {
        guard let schema = node["properties"]?[key] else {
          found.append("\(path).\(key) is unknown")
          continue
        }
        found += StructuralSchema(node: schema).violations(of: inner, at: "\(path).\(key)")
      }
      for name in node["required"]?.elements.compactMap(\.string) ?? [] where value[name] == nil {
        found.append("\(path).\(name) is missing")
      }
      for (key, wanted) in [("anyOf", 1...Int.max), ("oneOf", 1...1)] {
        guard let all = node[key]?.elements else { continue }
        let holding = all.count { ($0["required"]?.elements.compactMap(\.string) ?? []).allSatisfy { value[$0] != nil } }
        if !wanted.contains(holding) { found.append("\(path): \(key) holds \(holding) times") }
      }
    case "array":
      guard value.isArray else { return ["\(path) is no list"] }
      found += Self.bounds(value.elements.count, node["minItems"]?.int, node["maxItems"]?.int, path)
      guard let items = node["items"] else { return found }
      for element in value.elements { found += StructuralSchema(node: items).violations(of: element, at: "\(path)[]") }
    default:
      guard let text = value.string else { return ["\(path) is no text"] }
      found += Self.bounds(text.count, node["minLength"]?.int, node["maxLength"]?.int, path)
      if let choices = node["enum"]?.elements.compactMap(\.string), !choices.contains(text) { found.append("\(path): \(text)") }
      if let pattern = node["pattern"]?.string, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil {
        found.append("\(path): \(text) does not match \(pattern)")
      }
    }
    return found
  }

  private var alternatives: [JSONNode] { ["anyOf", "oneOf"].flatMap { node[$0]?.elements ?? [] } }

  private static func bounds(_ count: Int, _ least: Int?, _ most: Int?, _ path: String) -> [String] {
    (least ?? 0)...(most ?? .max) ~= count ? [] : ["\(path) has the size \(count)"]
  }
}
