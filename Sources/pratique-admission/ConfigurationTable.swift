import Server

extension GateConfiguration {
  /// One setting: where it stands, what it is when it is absent, what it means.
  private struct Setting {
    let path: String
    let standard: String
    let meaning: String

    init(_ path: String, _ standard: String, _ meaning: String) {
      self.path = path
      self.standard = standard
      self.meaning = meaning
    }
  }

  private static let gateDefaults = GateSettings()
  private static let needed = "(must be set)"

  /// All there is. What is not listed here is refused by the reader.
  private static let settings: [Setting] = [
    Setting("listen", "0.0.0.0:8443", "address and port of HTTPS; port 0 lets the system choose"),
    Setting("tls.certificate", needed, "PEM file of the certificate chain, leaf first; read again when it changes"),
    Setting("tls.key", needed, "PEM file of its private key"),
    Setting("policy", needed, "Binary Authorization policy, YAML or JSON; read again when it changes"),
    Setting("attestors", needed, "list of attestors with their public keys; read again when it changes"),
    Setting("metadata.server", needed, "URL of the metadata server, https://HOST[:PORT]; or use metadata.store"),
    Setting("metadata.store", "", "file of an embedded store on this machine, instead of a server"),
    Setting("metadata.authorities", "", "PEM file of who may vouch for the server's certificate; empty for the system's"),
    Setting("metadata.tokenFile", "", "file whose first line is the bearer token for the server"),
    Setting("cluster", "", "location.cluster, for clusterAdmissionRules"),
    Setting("trustDomain", gateDefaults.trustDomain, "of the mesh, for istioServiceIdentityAdmissionRules"),
    Setting(
      "requireDigest", "\(gateDefaults.requiresDigest)", "refuse images without a digest even where nothing is demanded of them"),
    Setting("tags", gateDefaults.tags.rawValue, "refuse; or resolve: /mutate looks a tag up once and writes its digest"),
    Setting(
      "inspectManifests", "\(gateDefaults.inspectsManifests)",
      "look once at the manifest of an attested image and refuse ambiguous ones"),
    Setting("registries[].host", "", "a registry that may be asked for tags and manifests, as image names have it"),
    Setting("registries[].authorities", "", "PEM file of who may vouch for its certificate; empty for the system's"),
    Setting("registries[].user", "", "who the gate is to it"),
    Setting("registries[].passwordFile", "", "file whose first line is the password"),
    Setting("exempt.namespaces", "[]", "namespaces where nothing is judged, by exact name"),
    Setting("exempt.users", "[]", "users for whom nothing is judged, by exact name"),
    Setting("exempt.namespaceLabel", "", "key=value by which the webhook configuration leaves namespaces out"),
    Setting("exempt.namespacesAllowedToCarryLabel", "[]", "the only namespaces that may be given that label"),
    Setting("breakGlass.annotation", "", "key of the annotation whose value is the reason; without it nobody may break glass"),
    Setting("breakGlass.groups", "[]", "who may"),
    Setting("breakGlass.audit", "", "file to which every use is added, and synchronised before the answer"),
    Setting(
      "limits.deadlineMilliseconds", "\(gateDefaults.deadline.components.seconds * 1000)",
      "for all that is asked of other servers for one review; keep it below timeoutSeconds"),
    Setting("limits.bodyBytes", "\(gateDefaults.limitBodyBytes)", "of a request; larger ones are refused"),
    Setting("limits.connections", "\(ListeningSettings(host: "", port: 0).limitConnections)", "open at once"),
    Setting(
      "limits.evidenceAgeSeconds", "\(gateDefaults.evidenceAgeSeconds)",
      "how long evidence in favour is believed without asking again"),
    Setting("limits.refusalAgeSeconds", "\(gateDefaults.refusalAgeSeconds)", "how long the lack of it is"),
    Setting("limits.entries", "\(gateDefaults.limitEntries)", "answers held in memory, one an image and attestor"),
    Setting("limits.attestations", "\(gateDefaults.limitAttestations)", "looked at for one image and attestor, the newest first"),
  ]

  /// Keys that may stand in the mapping at `path`; empty for the root.
  static func keys(under path: String) -> [String] {
    let prefix = path.isEmpty ? "" : "\(path)."
    let below = settings.map(\.path).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
    return Array(Set(below.map { String($0.prefix { $0 != "." && $0 != "[" }) }))
  }

  /// Every setting with its default and meaning.
  static var explanation: String {
    let width = settings.map { $0.path.count + $0.standard.count + 2 }.max() ?? 0
    let lines = settings.map { setting in
      let left = "\(setting.path): \(setting.standard)"
      return left + String(repeating: " ", count: max(1, width - left.count + 1)) + "# \(setting.meaning)"
    }
    return "# Settings of pratique-admission: name, default, meaning. A dot stands for a nested mapping, [] for a list.\n"
      + lines.joined(separator: "\n")
  }
}
