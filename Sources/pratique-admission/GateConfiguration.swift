import Foundation
import Images
import Policies
import Server

/// Everything the gate can be told, as its configuration file says it.
struct GateConfiguration {
  /// Where evidence comes from.
  enum Metadata {
    case server(url: String, authorities: String?, tokenFile: String?)
    case store(file: String)
  }

  /// How one registry is spoken to; only looked up where tags or manifests are.
  struct Registry {
    let host: String
    let authorities: String?
    let user: String?
    let passwordFile: String?
  }

  let listening: ListeningSettings
  /// PEM files; nil where the gate makes its certificate itself.
  let tls: (certificate: String, key: String)?
  /// Nil where the gate does not speak to a Kubernetes API.
  let kubernetes: KubernetesConfiguration?
  let policy: String
  let attestors: String
  let metadata: Metadata
  let registries: [Registry]
  let breakGlassFile: String?
  let decisions: DecisionsConfiguration?
  let evidence: EvidenceConfiguration
  let gate: GateSettings

  /// Reads the file.
  ///
  /// - Throws: `ListeningError`, or `DocumentError` that points at what is missing, unknown or wrong.
  init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file), data.count <= 1 << 20 else {
      throw ListeningError.unreadable(file: file, because: "it is missing, too long or may not be read")
    }
    try self.init(DocumentNode(parsing: String(decoding: data, as: UTF8.self), file: file))
  }

  init(_ document: DocumentNode) throws(DocumentError) {
    try document.onlyKeys(Self.keys(under: ""))
    listening = try Self.listening(document)
    kubernetes = if let node = document["kubernetes"] { try KubernetesConfiguration(node) } else { nil }
    tls = try Self.tls(document, mayBeMade: kubernetes != nil)
    policy = try document.required("policy").string()
    attestors = try document.required("attestors").string()
    metadata = try Self.metadata(document.required("metadata"))
    var registries: [Registry] = []
    for node in try document["registries"]?.elements() ?? [] { registries.append(try Registry(node)) }
    self.registries = registries
    var gate = GateSettings()
    gate.cluster = try document["cluster"]?.string() ?? gate.cluster
    gate.trustDomain = try document["trustDomain"]?.string() ?? gate.trustDomain
    gate.requiresDigest = try document["requireDigest"]?.bool() ?? gate.requiresDigest
    gate.inspectsManifests = try document["inspectManifests"]?.bool() ?? gate.inspectsManifests
    gate.registries = Set(registries.map(\.host))
    if let tags = document["tags"] {
      guard let choice = GateSettings.Tags(rawValue: try tags.string()) else {
        throw tags.error("neither refuse nor resolve", remedy: "Write one of the two.")
      }
      gate.tags = choice
    }
    try Self.pinning(document, &gate)
    let decisions = try document["decisions"].map(DecisionsConfiguration.init)
    self.decisions = decisions
    breakGlassFile = try Self.breakGlass(document, &gate, hasJournal: decisions != nil)
    try Self.exemptions(document, &gate)
    try Self.limits(document, &gate)
    try EvidenceConfiguration.causes(document, &gate)
    evidence = try EvidenceConfiguration(document)
    self.gate = gate
  }

  private static func listening(_ document: DocumentNode) throws(DocumentError) -> ListeningSettings {
    var settings = ListeningSettings(host: "0.0.0.0", port: 8443)
    if let node = document["listen"] {
      let text = try node.string()
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
        (0...65535).contains(port), colon > text.startIndex
      else { throw node.error("not an address and a port", remedy: "Write it as 0.0.0.0:8443 or [::]:8443.") }
      let host = String(text[..<colon])
      let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
      settings = ListeningSettings(host: isBracketed ? String(host.dropFirst().dropLast()) : host, port: port)
    }
    if let connections = try document["limits"]?["connections"]?.int(in: 1...65_535) {
      settings.limitConnections = connections
    }
    settings.drain = .milliseconds(try document["limits"]?["drainMilliseconds"]?.int(in: 0...60_000) ?? 3_000)
    return settings
  }

  private static func tls(
    _ document: DocumentNode, mayBeMade: Bool
  ) throws(DocumentError) -> (certificate: String, key: String)? {
    if mayBeMade, document["tls"] == nil { return nil }
    let tls = try document.required("tls")
    try tls.onlyKeys(keys(under: "tls"))
    return (try tls.required("certificate").string(), try tls.required("key").string())
  }

  private static func metadata(_ node: DocumentNode) throws(DocumentError) -> Metadata {
    try node.onlyKeys(keys(under: "metadata"))
    if let store = node["store"], node["server"] == nil { return .store(file: try store.string()) }
    guard let server = node["server"], node["store"] == nil else {
      throw node.error("evidence comes from a server or from a store, one of the two", remedy: "Write server: or store:.")
    }
    return .server(
      url: try server.string(), authorities: try node["authorities"]?.string(),
      tokenFile: try node["tokenFile"]?.string())
  }

  private static func exemptions(_ document: DocumentNode, _ gate: inout GateSettings) throws(DocumentError) {
    guard let node = document["exempt"] else { return }
    try node.onlyKeys(keys(under: "exempt"))
    gate.exemptNamespaces = Set(try node["namespaces"]?.strings() ?? [])
    gate.exemptUsers = Set(try node["users"]?.strings() ?? [])
    let carriers = node["namespacesAllowedToCarryLabel"]
    if let label = node["namespaceLabel"] {
      gate.namespaceExemption = NamespaceExemption(label: try label.string(), allowed: Set(try carriers?.strings() ?? []))
    } else if let carriers {
      throw carriers.error("there is no namespaceLabel to carry", remedy: "Add namespaceLabel, or remove this.")
    }
  }

  private static func limits(_ document: DocumentNode, _ gate: inout GateSettings) throws(DocumentError) {
    guard let node = document["limits"] else { return }
    try node.onlyKeys(keys(under: "limits"))
    if let value = try node["deadlineMilliseconds"]?.int(in: 10...29_000) { gate.deadline = .milliseconds(value) }
    if let value = try node["bodyBytes"]?.int(in: 1_024...(64 << 20)) { gate.limitBodyBytes = value }
    if let value = try node["evidenceAgeSeconds"]?.int(in: 0...86_400) { gate.evidenceAgeSeconds = Int64(value) }
    if let value = try node["refusalAgeSeconds"]?.int(in: 0...3_600) { gate.refusalAgeSeconds = Int64(value) }
    if let value = try node["entries"]?.int(in: 2...10_000_000) { gate.limitEntries = value }
    if let value = try node["facts"]?.int(in: 2...10_000_000) { gate.limitFacts = value }
    if let value = try node["attestations"]?.int(in: 1...1_000) { gate.limitAttestations = value }
  }
}

extension GateConfiguration.Registry {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(GateConfiguration.keys(under: "registries[]"))
    host = try node.required("host").string()
    authorities = try node["authorities"]?.string()
    user = try node["user"]?.string()
    passwordFile = try node["passwordFile"]?.string()
    guard (user == nil) == (passwordFile == nil) else {
      throw node.error("a user needs a password, and a password a user", remedy: "Give user and passwordFile, or neither.")
    }
  }
}
