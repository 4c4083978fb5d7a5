import Images

extension SigstoreBundle {
  private enum Version: Int { case v01 = 1, v02, v03 }

  /// Reads a bundle of at most `Limits.bytes`. Members that the format does not know are left aside.
  ///
  /// - Throws: `SigstoreRefusal.malformed`, `.overLimit` or `.unsupported`.
  package init(parsing text: [UInt8]) throws(SigstoreRefusal) {
    let root = try Self.document(text)
    let version = try Self.version(try root.text("mediaType"))
    guard let given = try root.object("verificationMaterial") else { throw .malformed("it has no verificationMaterial") }
    material = try Self.material(given, version)
    content = try Self.content(root)
    var entries: [LogEntry] = []
    for node in try given.list("tlogEntries", atMost: Limits.logEntries) { entries.append(try Self.logEntry(node, version)) }
    logEntries = entries
    var timestamps: [[UInt8]] = []
    if let timestampData = try given.object("timestampVerificationData") {
      for node in try timestampData.list("rfc3161Timestamps", atMost: Limits.timestamps) {
        timestamps.append(try node.bytes("signedTimestamp"))
      }
    }
    self.timestamps = timestamps
  }

  static func document(_ text: [UInt8]) throws(SigstoreRefusal) -> JSONNode {
    do throws(JSONError) {
      return try JSONDocument(parsing: text, atMost: Limits.bytes, depth: 16).root
    } catch {
      throw .malformed(error.problem)
    }
  }

  private static func version(_ mediaType: String) throws(SigstoreRefusal) -> Version {
    for (number, version) in [("0.1", Version.v01), ("0.2", .v02), ("0.3", .v03)] {
      let spellings = ["+json;version=\(number)", ".v\(number)+json"].map { "application/vnd.dev.sigstore.bundle" + $0 }
      if spellings.contains(mediaType) { return version }
    }
    throw .unsupported("the media type \"\(printable(mediaType))\"")
  }

  private static func material(_ node: JSONNode, _ version: Version) throws(SigstoreRefusal) -> Material {
    let single = try node.object("certificate")
    let chain = try node.object("x509CertificateChain")
    let key = try node.object("publicKey")
    switch (single, chain, key) {
    case (let certificate?, nil, nil): return .certificates([try certificate.bytes("rawBytes")])
    case (nil, let chain?, nil):
      guard version != .v03 else { throw .malformed("a chain stands where version 0.3 has one certificate") }
      return .certificates(try certificates(chain))
    case (nil, nil, let key?): return .keyHint(try key.text("hint"))
    default: throw .malformed("it names not exactly one of certificate, chain and public key")
    }
  }

  private static func certificates(_ chain: JSONNode) throws(SigstoreRefusal) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for node in try chain.list("certificates", atMost: Limits.certificates) { all.append(try node.bytes("rawBytes")) }
    guard !all.isEmpty else { throw .malformed("its chain is empty") }
    for one in all.dropFirst() {
      guard let read = X509Certificate(der: one) else { throw .malformed("its chain holds something that is no certificate") }
      guard !read.isSelfIssued else { throw .malformed("its chain holds a root certificate") }
    }
    return all
  }

  private static func content(_ root: JSONNode) throws(SigstoreRefusal) -> Content {
    switch (try root.object("messageSignature"), try root.object("dsseEnvelope")) {
    case (let message?, nil):
      return .message(digest: try message.object("messageDigest").map(digest), signature: try signature(message, "signature"))
    case (nil, let envelope?):
      let signatures = try envelope.list("signatures", atMost: 8)
      guard signatures.count == 1 else { throw .malformed("its envelope has \(signatures.count) signatures instead of one") }
      return .envelope(
        payloadType: try envelope.text("payloadType"), payload: try envelope.bytes("payload"),
        signature: try signature(signatures[0], "sig"))
    default: throw .malformed("it holds not exactly one of message signature and envelope")
    }
  }

  private static func signature(_ node: JSONNode, _ key: String) throws(SigstoreRefusal) -> [UInt8] {
    let bytes = try node.bytes(key)
    guard !bytes.isEmpty else { throw .malformed("its signature is empty") }
    return bytes
  }

  private static func digest(_ node: JSONNode) throws(SigstoreRefusal) -> Digest {
    let hash = try node.bytes("digest")
    let algorithm: String
    switch try node.text("algorithm") {
    case "SHA2_256": algorithm = "sha256"
    case "SHA2_512": algorithm = "sha512"
    case let other: throw .unsupported("a digest by \"\(printable(other))\"")
    }
    guard let digest = try? Digest(parsing: "\(algorithm):\(lowerHex(hash))") else {
      throw .malformed("its message digest has a wrong length")
    }
    return digest
  }

  private static func logEntry(_ node: JSONNode, _ version: Version) throws(SigstoreRefusal) -> LogEntry {
    let kind = try node.object("kindVersion")
    let entry = LogEntry(
      logIndex: try node.number("logIndex"), logID: try node.object("logId")?.bytes("keyId") ?? [],
      kind: try kind?.text("kind") ?? "", version: try kind?.text("version") ?? "",
      integratedTimeSeconds: try node.number("integratedTime"),
      promise: try node.object("inclusionPromise")?.bytes("signedEntryTimestamp"),
      proof: try node.object("inclusionProof").map(proof), body: try node.bytes("canonicalizedBody"))
    guard !entry.kind.isEmpty, !entry.version.isEmpty else { throw .malformed("a log entry names no kind and version") }
    switch version {
    case .v01: guard entry.promise != nil else { throw .malformed("a log entry has no inclusion promise") }
    case .v02, .v03:
      guard let proof = entry.proof, !proof.checkpoint.isEmpty else {
        throw .malformed("a log entry has no inclusion proof with a checkpoint")
      }
    }
    return entry
  }

  private static func proof(_ node: JSONNode) throws(SigstoreRefusal) -> InclusionProof {
    var hashes: [[UInt8]] = []
    for one in try node.list("hashes", atMost: Limits.proofHashes) {
      guard let hash = one.string.flatMap(strictBase64), hash.count == 32 else { throw .malformed("a proof hash is none") }
      hashes.append(hash)
    }
    return InclusionProof(
      leafIndex: try node.number("logIndex"), treeSize: try node.number("treeSize"), rootHash: try node.bytes("rootHash"),
      hashes: hashes, checkpoint: try node.object("checkpoint")?.text("envelope") ?? "")
  }
}
