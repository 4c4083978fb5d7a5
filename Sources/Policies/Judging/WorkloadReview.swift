package import Images

/// The question: may this workload be made there, by this person? One object, as every image that is judged carries it.
package final class WorkloadReview: Sendable {
  package let workload: Workload
  package let place: Place
  /// As it would become; nil where only the images are known.
  package let object: JSONNode?
  /// As it is; nil when it is new.
  package let oldObject: JSONNode?
  /// Nil where nobody asks, as in a test of manifests.
  package let requester: Requester?
  /// Labels of the namespace; nil where they are not known.
  package let namespaceLabels: [String: String]?
  /// Of the request: `pods`, or `pods/ephemeralcontainers` when a part of it is meant; empty where nobody asks.
  package let resource: String
  /// What it is about, as rules on resources name it.
  package let target: ReviewTarget
  /// Whether nothing will come of it, as with `kubectl apply --dry-run=server`.
  package let isDryRun: Bool
  /// Whether an image that needs no attestation needs a digest all the same.
  package let requiresDigest: Bool
  /// Whether its images are judged, or only the rest: images that run already are not judged again.
  package let judgesImages: Bool
  /// Whether images run already and the pods that the object makes stay as they are, whatever else changes: its labels, say, or
  /// how many there are.
  package let makesSamePod: Bool

  package init(
    _ workload: Workload, in place: Place, object: JSONNode? = nil, oldObject: JSONNode? = nil,
    requester: Requester? = nil, namespaceLabels: [String: String]? = nil, resource: String = "",
    operation: String? = nil, isDryRun: Bool = false, requiresDigest: Bool = true, judgesImages: Bool = true
  ) {
    self.workload = workload
    self.place = place
    self.object = object
    self.oldObject = oldObject
    self.requester = requester
    self.namespaceLabels = namespaceLabels
    self.resource = resource
    target = ReviewTarget(
      apiVersion: workload.apiVersion, kind: workload.kind, resource: resource, operation: operation,
      isNew: oldObject == nil)
    self.isDryRun = isDryRun
    self.requiresDigest = requiresDigest
    self.judgesImages = judgesImages
    makesSamePod = !judgesImages && !workload.images.isEmpty && (object.map { PodPart.isSame($0, oldObject) } ?? false)
  }

  /// The same question about the object once it is changed.
  func asked(of object: JSONNode) -> WorkloadReview {
    WorkloadReview(
      workload, in: place, object: object, oldObject: oldObject, requester: requester, namespaceLabels: namespaceLabels,
      resource: resource, operation: target.operation, isDryRun: isDryRun, requiresDigest: requiresDigest,
      judgesImages: judgesImages)
  }
}
