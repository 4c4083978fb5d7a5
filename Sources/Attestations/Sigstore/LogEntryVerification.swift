import Crypto
import Foundation
import Images

extension SigstoreBundle.LogEntry {
  /// Whether the body speaks of the very signature in the bundle: its hash, its bytes and its key are all ours.
  ///
  /// Source: CVE-2022-36056, where one of the three was not compared.
  func confirms(_ content: SigstoreBundle.Content, over artifact: SignedArtifact, verifier: [UInt8]) throws(SigstoreRefusal) {
    let logged = try LoggedSignature(body)
    guard kind.isEmpty || kind == logged.kind, version.isEmpty || version == logged.version else {
      throw .wrongLogEntry("its kind is not the one that the bundle names")
    }
    let expected: [UInt8]?
    switch (content, logged.subject) {
    case (.message, .signed): expected = artifact.hash(by: logged.algorithm)
    case (.envelope(let type, let payload, _), .signed):
      expected = logged.algorithm.digest(preAuthenticationEncoding(payloadType: type, payload: payload))
    case (.envelope(_, let payload, _), .payload): expected = logged.algorithm.digest(payload)
    case (.message, .payload): throw .wrongLogEntry("it is about an envelope")
    }
    guard let expected else { throw .needsArtifact }
    guard logged.hash == expected else { throw .wrongLogEntry("its hash is another") }
    let signature =
      switch content {
      case .message(_, let bytes), .envelope(_, _, let bytes): bytes
      }
    guard logged.signature == signature else { throw .wrongLogEntry("its signature is another") }
    guard logged.verifier == verifier else { throw .wrongLogEntry("its certificate or key is another") }
  }

  /// Whether `logs` vouch for the entry, by promise, by proof, or by both where both are there.
  ///
  /// A proof without a checkpoint proves nothing; beside a promise it only has to lead to the root that it names.
  ///
  /// - Parameter otherTimes: trusted times of signing from elsewhere, for a log that gives none.
  /// - Returns: the log, and the time if the log signed one.
  func vouched(
    by logs: [TransparencyLog], otherTimes: [Int64], nowSeconds: Int64
  ) throws(SigstoreRefusal) -> (log: TransparencyLog, timeSeconds: Int64?) {
    let known = logs.filter { $0.id == logID }
    guard !known.isEmpty else { throw .badLogProof("the log is not trusted") }
    let times = integratedTimeSeconds > 0 ? [integratedTimeSeconds] : otherTimes.isEmpty ? [nowSeconds] : otherTimes
    guard let log = known.first(where: { times.allSatisfy($0.validity.contains) }) else {
      throw .badLogProof("the key of the log was not valid at the time")
    }
    var isVouched = false
    if let proof {
      guard proof.root(over: body) == proof.rootHash else { throw .badLogProof("its proof does not lead to the root") }
      if !proof.checkpoint.isEmpty {
        try check(proof, log)
        isVouched = true
      }
    }
    guard let promise else {
      guard isVouched else { throw .badLogProof("it has neither a promise nor a proof") }
      return (log, nil)
    }
    guard log.key.verifies(promise, over: promised) else { throw .badLogProof("its promise does not verify") }
    return (log, integratedTimeSeconds > 0 ? integratedTimeSeconds : nil)
  }

  /// What a promise is signed over. Source: sigstore/rekor, openapi.yaml, SignedEntryTimestamp; RFC 8785.
  private var promised: [UInt8] {
    let body = Data(body).base64EncodedString()
    return Array(
      """
      {"body":"\(body)","integratedTime":\(integratedTimeSeconds),"logID":"\(lowerHex(logID))","logIndex":\(logIndex)}
      """.utf8)
  }

  private func check(_ proof: SigstoreBundle.InclusionProof, _ log: TransparencyLog) throws(SigstoreRefusal) {
    guard let checkpoint = Checkpoint(proof.checkpoint) else { throw .badLogProof("its checkpoint is malformed") }
    guard checkpoint.isSigned(by: log) else { throw .badLogProof("its checkpoint is not signed by the log") }
    guard checkpoint.treeSize == proof.treeSize, checkpoint.rootHash == proof.rootHash else {
      throw .badLogProof("its checkpoint is of another tree than its proof")
    }
  }
}
