import Images

/// How Kritis' server is set up. Of it only the images that no Kritis object judges are a rule; the rest are settings of the
/// gate, which stand in its own file.
///
/// Source: Kritis, `kritisconfig.go`.
package enum KritisConfig: PolicyDocument {
  /// A setting of the gate that a KritisConfig stands for.
  package struct GateSetting: Hashable, Sendable {
    /// As `pratique-admission --print-config` names it.
    package let name: String
    package let value: String
  }

  package static let title = "a KritisConfig"
  private static let kind = "KritisConfig"

  package static func isMeant(by document: DocumentNode) -> Bool { KritisObject.isMeant(by: document, kind: kind) }

  /// The rule that lets an image through, for judgements.
  static func rule(_ index: Int) -> String { "KritisConfig.imageAllowlist[\(index)]" }

  package static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    let object = try KritisObject(document, kind: kind, isNamespaced: false)
    guard draft.kritis.config == nil else {
      throw document.error("there is another KritisConfig", remedy: "Keep one.")
    }
    let spec = object.spec
    try spec.onlyKeys([
      "metadataBackend", "cronInterval", "serverAddr", "grafeas", "imageAllowlist", "imageWhitelist",
    ])
    var exempt: [NamePattern] = []
    for (_, node) in try spec.spelled("imageAllowlist", "imageWhitelist")?.filledList() ?? [] {
      exempt.append(try NamePattern(node))
    }
    draft.kritis.settings = try settings(spec)
    draft.kritis.exempt = exempt
    draft.kritis.config = object.name
  }

  /// - Throws: `DocumentError` for what the gate does in another way, with the name of its setting.
  private static func settings(_ spec: DocumentNode) throws(DocumentError) -> [GateSetting] {
    var found: [GateSetting] = []
    if let address = spec["serverAddr"] { found.append(GateSetting(name: "listen", value: try listen(address))) }
    if let backend = spec["metadataBackend"], try backend.choice(["grafeas", "containerAnalysis"]) == "containerAnalysis" {
      throw backend.error(
        "the gate asks a metadata server of its own and not Container Analysis",
        remedy: "Write metadataBackend: grafeas, and metadata.server in the gate's settings.")
    }
    if let interval = spec["cronInterval"] {
      // Whether and how often running pods are judged again is no rule.
      guard let seconds = seconds(try interval.string()), seconds > 0 else {
        throw interval.error("no span of time", remedy: "Write it as 1h or 90m.")
      }
      found.append(GateSetting(name: "kubernetes.validation.intervalSeconds", value: "\(seconds)"))
    }
    guard let grafeas = spec["grafeas"] else { return found }
    try grafeas.onlyKeys(["addr", "caPath", "clientKeyPath", "clientCertPath"])
    if let address = grafeas["addr"] {
      let text = try address.filledString()
      guard !text.hasPrefix("/") else {
        throw address.error(
          "a socket on this machine is not asked", remedy: "Write metadata.store in the gate's settings for a store of its own.")
      }
      found.append(GateSetting(name: "metadata.server", value: "https://\(text)"))
    }
    if let path = grafeas["caPath"] { found.append(GateSetting(name: "metadata.authorities", value: try path.filledString())) }
    for key in ["clientKeyPath", "clientCertPath"] {
      if let stray = grafeas[key] {
        throw stray.error(
          "the gate shows the metadata server a token and no certificate",
          remedy: "Write metadata.tokenFile in the gate's settings.")
      }
    }
    return found
  }

  private static func listen(_ node: DocumentNode) throws(DocumentError) -> String {
    let text = try node.filledString()
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      throw node.error("no address with a port", remedy: "Write it as :443.")
    }
    return text.hasPrefix(":") ? "0.0.0.0\(text)" : text
  }

  /// Source: Go, `time.ParseDuration`, whole hours, minutes and seconds.
  private static func seconds(_ text: String) -> Int? {
    var rest = text[...]
    var total = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard (1...6).contains(digits.count), let number = Int(digits), let unit = rest.popFirst() else { return nil }
      switch unit {
      case "h": total += number * 3600
      case "m": total += number * 60
      case "s": total += number
      default: return nil
      }
    }
    return total
  }
}
