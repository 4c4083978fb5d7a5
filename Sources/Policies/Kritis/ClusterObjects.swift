package import Images

extension PolicyText {
  /// An object as the API server has it: what it is called, its annotations and what it says. What servers and controllers
  /// add is left out, so that a change of it changes no rule. Nil for what is no object.
  ///
  /// - Parameters: what a list of objects says once for all of them.
  package init?(object: JSONNode, apiVersion: String? = nil, kind: String? = nil) {
    guard let apiVersion = object["apiVersion"]?.string ?? apiVersion, let kind = object["kind"]?.string ?? kind,
      let name = object["metadata"]?["name"]?.string
    else { return nil }
    let namespace = object["metadata"]?["namespace"]?.string
    var metadata: [(String, JSONValue)] = [("name", .text(name))]
    if let namespace { metadata.append(("namespace", .text(namespace))) }
    if let annotations = object["metadata"]?["annotations"], annotations.isObject {
      // The last one applied holds the whole object once more, and says nothing of its own.
      let kept = annotations.members.compactMap { member in
        member.key.hasPrefix("kubectl.kubernetes.io/") ? nil : member.value.string.map { (member.key, $0) }
      }
      metadata.append(("annotations", JSONValue(Dictionary(kept) { first, _ in first })))
    }
    var members: [(String, JSONValue)] = [
      ("apiVersion", .text(apiVersion)), ("kind", .text(kind)), ("metadata", .object(metadata)),
    ]
    if let spec = object["spec"] { members.append(("spec", JSONValue(spec))) }
    self.init(
      yamlSafe(String(decoding: JSONValue.object(members).bytes, as: UTF8.self)),
      file: "\(printable(kind)) \(namespace.map { "\(printable($0))/" } ?? "")\(printable(name))")
  }
}

/// JSON in which a reader of YAML finds the same texts: what it would refuse or take for the end of a line is escaped.
///
/// Source: YAML 1.1 sections 4.1 and 4.2.
private func yamlSafe(_ json: String) -> String {
  var out = String.UnicodeScalarView()
  for scalar in json.unicodeScalars {
    switch scalar.value {
    case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
      let hex = String(scalar.value, radix: 16)
      out.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).unicodeScalars)
    default: out.append(scalar)
    }
  }
  return String(out)
}
