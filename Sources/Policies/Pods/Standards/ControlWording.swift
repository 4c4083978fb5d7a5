import Images

/// Kubernetes' ways of naming several things in one message.
///
/// Source: k8s.io/pod-security-admission/policy, joinQuote and pluralize.
enum ControlWording {
  /// `"a", "b"`.
  static func quoted(_ items: [String]) -> String {
    items.isEmpty ? "" : "\"\(items.map { printable($0) }.joined(separator: "\", \""))\""
  }

  /// `container "a"`, or `containers "a", "b"`.
  static func containers(_ names: [String]) -> String {
    "\(plural("container", of: names.count)) \(quoted(names))"
  }

  /// Who sets something: `pod and containers "a", "b"`; empty when nobody does.
  static func setters(pod: Bool, _ names: [String]) -> String {
    [pod ? "pod" : nil, names.isEmpty ? nil : containers(names)].compactMap { $0 }.joined(separator: " and ")
  }

  static func plural(_ word: String, of count: Int) -> String { count == 1 ? word : "\(word)s" }

  /// `use` of several, `uses` of one.
  static func uses(_ count: Int) -> String { count == 1 ? "uses" : "use" }

  /// Each once, in the order of their bytes.
  static func sorted(_ items: some Sequence<String>) -> [String] {
    Set(items).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A text as Go quotes it (`%q`).
  static func goQuoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars.prefix(120) {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 32 || scalar.value == 127: out += "\\x" + lowerHex([UInt8(scalar.value)])
      case _ where scalar.isASCII: out.unicodeScalars.append(scalar)
      default: out += printable(String(scalar))
      }
    }
    return out + "\""
  }
}
