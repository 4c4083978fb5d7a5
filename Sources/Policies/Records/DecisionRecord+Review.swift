package import Images
package import Metadata

extension DecisionRecord {
  /// Takes in what was asked.
  ///
  /// - Parameter limitBytes: of a larger object only the digest is kept.
  package mutating func take(_ review: WorkloadReview, objectAtMost limitBytes: Int) {
    cluster = review.place.cluster
    trustDomain = review.place.trustDomain
    request.namespace = review.place.namespace
    request.kind = "\(review.workload.apiVersion) \(review.workload.kind)"
    if let name = review.workload.name { request.name = name }
    object = Object(review.object, atMost: limitBytes)
    oldObject = Object(review.oldObject, atMost: limitBytes)
    namespaceLabels = review.namespaceLabels
    requiresDigest = review.requiresDigest
  }

  /// The question as it was asked; nil when the object was not kept whole.
  ///
  /// - Throws: `JSONError` or `WorkloadError` where this build reads the object in another way.
  package func review() throws -> WorkloadReview? {
    guard case .kept(let bytes) = object else { return nil }
    var old: JSONNode?
    switch oldObject {
    case .absent: break
    case .digest: return nil
    case .kept(let bytes): old = try JSONDocument(parsing: bytes, atMost: JournalContent.limitBytes).root
    }
    let node = try JSONDocument(parsing: bytes, atMost: JournalContent.limitBytes).root
    let workload = try Workload(node)
    let runsAlready = old.flatMap { try? Workload($0) }.map { workload.runsTheSame(as: $0) } ?? false
    return WorkloadReview(
      workload, in: Place(cluster: cluster, namespace: request.namespace, trustDomain: trustDomain), object: node,
      oldObject: old, requester: Requester(username: request.user, groups: request.groups), namespaceLabels: namespaceLabels,
      resource: request.resource, operation: request.operation, requiresDigest: requiresDigest,
      judgesImages: !(runsAlready && request.operation == "UPDATE"))
  }

  /// What was found out that no store tells: what tags named, and which manifests could not be trusted.
  package var passingEvidence: Evidence {
    var evidence = Evidence()
    evidence.lookups = lookups.compactMapValues { lookup in
      switch lookup {
      case .digest(let text): (try? Digest(parsing: text)).map { .digest($0) }
      case .failed(let cause): .failed(Reason(cause))
      }
    }
    for image in images {
      guard let cause = image.unfit, let pinned = image.pinned.flatMap({ try? PinnedReference(parsing: $0) }) else { continue }
      evidence.unfit[pinned] = Reason(cause)
    }
    return evidence
  }
}

extension Reason {
  fileprivate init(_ cause: DecisionRecord.Cause) {
    self.init(code: cause.code, problem: cause.problem, remedy: cause.remedy)
  }
}

extension DecisionRecord.Object {
  /// `node` without `metadata.managedFields`, which nobody judges and which is often the larger part.
  package init(_ node: JSONNode?, atMost limitBytes: Int) {
    guard let node else {
      self = .absent
      return
    }
    let bytes = node["metadata"]?["managedFields"] == nil ? Array(node.rawBytes) : Self.trimmed(node).bytes
    self =
      bytes.count <= limitBytes
      ? .kept(bytes) : .digest("\(Digest(sha256Of: bytes))", bytes: bytes.count)
  }

  private static func trimmed(_ object: JSONNode) -> JSONValue {
    .object(
      object.members.map { key, value in
        guard key == "metadata" else { return (key, JSONValue(raw: value)) }
        let kept = value.members.filter { $0.key != "managedFields" }
        return (key, .object(kept.map { ($0.key, JSONValue(raw: $0.value)) }))
      })
  }
}
