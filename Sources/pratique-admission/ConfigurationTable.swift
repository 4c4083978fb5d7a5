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
  private static let kubernetesDefaults = KubernetesConfiguration()
  private static let validationDefaults = KubernetesConfiguration.Validation()
  private static let needed = "(must be set)"

  /// All there is. What is not listed here is refused by the reader.
  private static let settings: [Setting] = [
    Setting("listen", "0.0.0.0:8443", "address and port of HTTPS; port 0 lets the system choose"),
    Setting(
      "tls.certificate", "",
      "PEM file of the certificate chain, leaf first; read again when it changes. Without tls the gate makes its certificate "
        + "itself, and then there must be a kubernetes block"),
    Setting("tls.key", "", "PEM file of its private key"),
    Setting("policy", needed, "file of policies, YAML or JSON, or a folder of them; read again when they change"),
    Setting("attestors", needed, "list of attestors with their public keys; read again when it changes"),
    Setting("metadata.server", needed, "URL of the metadata server, https://HOST[:PORT]; or use metadata.store"),
    Setting("metadata.store", "", "file of an embedded store on this machine, instead of a server"),
    Setting("metadata.authorities", "", "PEM file of who may vouch for the server's certificate; empty for the system's"),
    Setting("metadata.tokenFile", "", "file whose first line is the bearer token for the server"),
    Setting("evidence.file", "", "SQLite file that keeps evidence across restarts; empty for none"),
    Setting("evidence.projects", "[]", "projects where vulnerabilities, builds and scans of images are recorded"),
    Setting("causes.unsigned", "deny", "deny, warn or allow where attestations are missing and nothing else is wrong"),
    Setting("causes.notScanned", "deny", "the same where no scan of the image is recorded"),
    Setting("causes.storeUnreachable.answer", "deny", "the same where the metadata server does not answer"),
    Setting(
      "causes.storeUnreachable.evidenceAgeSeconds", "\(gateDefaults.outageAgeSeconds)",
      "how old evidence may be that is believed meanwhile; counts before the answer"),
    Setting(
      "causes.policyError", gateDefaults.brokenPolicy.rawValue, "lastGood or deny, while policy files or objects are broken"),
    Setting("causes.noPolicy", "deny", "deny, warn or allow where no policy speaks of the namespace"),
    Setting("kubernetes.kubeconfig", "", "file that says where the API server is; empty for the pod's own service account"),
    Setting("kubernetes.service", kubernetesDefaults.service, "Service that the API server calls; names the certificate"),
    Setting("kubernetes.secret", kubernetesDefaults.secret, "Secret in which the replicas share the certificate they make"),
    Setting("kubernetes.webhooks", "[pratique]", "webhook configurations that are given the certificate's authority"),
    Setting("kubernetes.lease", kubernetesDefaults.lease, "Lease by which the replicas choose who judges what runs"),
    Setting(
      "kubernetes.policyObjects", "[]", "kinds whose objects are policies too: kritis.grafeas.io/v1beta1/imagesecuritypolicies"),
    Setting(
      "kubernetes.validation.intervalSeconds", "\(validationDefaults.settings.interval.components.seconds)",
      "what runs is judged again that often, and whenever rules or evidence change; only with a validation block"),
    Setting("kubernetes.validation.report", validationDefaults.report, "ConfigMap of the report of violations"),
    Setting(
      "kubernetes.validation.eventsPerMinute", "\(validationDefaults.settings.eventsPerMinute)",
      "Events at most, one an owner of violating pods"),
    Setting(
      "kubernetes.validation.marksPerMinute", "\(validationDefaults.settings.marksPerMinute)",
      "pods that are given Kritis' labels at most; 0 leaves pods alone"),
    Setting("cluster", "", "location.cluster, for clusterAdmissionRules"),
    Setting("trustDomain", gateDefaults.trustDomain, "of the mesh, for istioServiceIdentityAdmissionRules"),
    Setting(
      "requireDigest", "\(gateDefaults.requiresDigest)", "refuse images without a digest even where nothing is demanded of them"),
    Setting("tags", gateDefaults.tags.rawValue, "refuse; or resolve: /mutate looks a tag up once and writes its digest"),
    Setting(
      "pinning", "off",
      "pods: look tags up, write digests into pods alone and leave templates as they are; all: into templates too"),
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
    Setting("breakGlass.users", "[]", "who may besides, by exact name"),
    Setting("breakGlass.audit", "", "file to which every use is added, and synchronised before the answer; or keep decisions"),
    Setting("breakGlass.grantMinutes", "1440", "for how long controllers may make pods of what was let in"),
    Setting("breakGlass.needsApproval", "false", "whether somebody else must have approved it; needs decisions"),
    Setting("breakGlass.approvers", "[]", "whose approval counts, by exact name; empty for anybody's but the requester's"),
    Setting("decisions.file", "", "SQLite file of this gate in which every decision is put on record"),
    Setting("decisions.postgresFile", "", "file whose first line is the address of a PostgreSQL database to use instead"),
    Setting("decisions.gate", "", "name of this replica in records; the host's name when empty"),
    Setting("decisions.objectBytes", "65536", "of a larger object only the digest is kept, and its request cannot be replayed"),
    Setting("decisions.waiting", "10000", "decisions that may wait to be written; more are counted as not recorded"),
    Setting("decisions.days", "90", "how long records are kept"),
    Setting("decisions.records", "1000000", "how many are kept"),
    Setting(
      "limits.deadlineMilliseconds", "\(gateDefaults.deadline.components.seconds * 1000)",
      "for all that is asked of other servers for one review; keep it below timeoutSeconds"),
    Setting(
      "limits.drainMilliseconds", "3000",
      "after SIGTERM: how long requests are still taken, until the endpoints of the service are known everywhere"),
    Setting("limits.bodyBytes", "\(gateDefaults.limitBodyBytes)", "of a request; larger ones are refused"),
    Setting("limits.connections", "\(ListeningSettings(host: "", port: 0).limitConnections)", "open at once"),
    Setting(
      "limits.evidenceAgeSeconds", "\(gateDefaults.evidenceAgeSeconds)",
      "how long evidence in favour is believed once the store's changes cannot be followed; till then it does not age"),
    Setting("limits.refusalAgeSeconds", "\(gateDefaults.refusalAgeSeconds)", "how long the lack of it is"),
    Setting("limits.entries", "\(gateDefaults.limitEntries)", "answers held in memory, one an image and attestor"),
    Setting("limits.facts", "\(gateDefaults.limitFacts)", "occurrences held in memory, for policies that look at them"),
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
