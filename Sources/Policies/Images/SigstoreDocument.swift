import Attestations

extension SigstoreDemand {
  /// Reads what an attestor takes from Sigstore: `trustedRoot` (the text of a trusted_root.json) or, for private
  /// authorities, `certificateRoots` and `transparencyLogs`; `identities`; and how much is demanded.
  ///
  /// With plain roots nothing but the certificate is demanded unless it is written.
  ///
  /// - Throws: `DocumentError` that points at the fault, also when it demands nothing.
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys([
      "trustedRoot", "certificateRoots", "transparencyLogs", "identities", "logs", "timestamps", "times",
      "certificateLogs", "logsKeys",
    ])
    let root = try TrustedRoot(node)
    var requirements = node["trustedRoot"] == nil ? SigstoreRequirements.plainCertificates : SigstoreRequirements()
    requirements.logs = try node["logs"]?.int(in: 0...8) ?? requirements.logs
    requirements.timestamps = try node["timestamps"]?.int(in: 0...8) ?? requirements.timestamps
    requirements.times = try node["times"]?.int(in: 0...8) ?? requirements.times
    requirements.certificateLogs = try node["certificateLogs"]?.int(in: 0...8) ?? requirements.certificateLogs
    var identities: [CertificateIdentity] = []
    for identity in try node["identities"]?.elements() ?? [] {
      // A public authority knows many issuers, and each may call its people as it likes.
      guard node["trustedRoot"] == nil || identity["issuer"] != nil || identity["issuerRegExp"] != nil else {
        throw identity.error("it names no issuer", remedy: "Write issuer or issuerRegExp: who vouches for the name.")
      }
      identities.append(try CertificateIdentity(identity))
    }
    let logsKeys = try node["logsKeys"]?.bool() ?? false
    guard !identities.isEmpty || logsKeys else {
      throw node.error("it demands nothing", remedy: "Name identities, or write logsKeys: true.")
    }
    guard !logsKeys || requirements.logs + requirements.timestamps > 0 else {
      throw node.error("logsKeys demands no log", remedy: "Write logs: 1.")
    }
    self.init(root: root, identities: identities, requirements: requirements, logsKeys: logsKeys)
  }
}

extension TrustedRoot {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    if let whole = node["trustedRoot"] {
      for part in ["certificateRoots", "transparencyLogs"] {
        if let stray = node[part] { throw stray.error("trustedRoot says it already", remedy: "Remove one of the two.") }
      }
      let text = try whole.string()
      self = try whole.reading { () throws(AttestationError) in try TrustedRoot(parsing: Array(text.utf8)) }
      return
    }
    let roots = try node["certificateRoots"]?.strings() ?? []
    var logs: [(id: String, pem: String)] = []
    for log in try node["transparencyLogs"]?.elements() ?? [] {
      try log.onlyKeys(["id", "publicKeyPem"])
      logs.append((try log.required("id").string(), try log.required("publicKeyPem").string()))
    }
    self = try node.reading { () throws(AttestationError) in try TrustedRoot(rootsPEM: roots, logs: logs) }
  }
}

extension CertificateIdentity {
  /// `subject` and `issuer` are exact, `subjectRegExp` and `issuerRegExp` match the whole text; as in policy-controller.
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["subject", "subjectRegExp", "issuer", "issuerRegExp"])
    guard let subject = try Self.match(node, "subject") else {
      throw node.error("it names nobody", remedy: "Write subject or subjectRegExp.")
    }
    self.init(subject: subject, issuer: try Self.match(node, "issuer") ?? .any)
  }

  private static func match(_ node: DocumentNode, _ key: String) throws(DocumentError) -> Match? {
    let (exact, pattern) = (node[key], node["\(key)RegExp"])
    if let exact, pattern != nil { throw exact.error("it is there twice", remedy: "Write \(key) or \(key)RegExp.") }
    if let exact { return .exact(try exact.string()) }
    guard let pattern else { return nil }
    let text = try pattern.string()
    return .pattern(try pattern.reading { () throws(AttestationError) in try IdentityPattern(text) })
  }
}
