import Images

/// The names that the expressions of an admission policy may use, and what they stand for in one review.
///
/// Source: Kubernetes, ValidatingAdmissionPolicy; `images` is ours.
struct AdmissionNames: ExpressionBindings {
  static let all = ["object", "oldObject", "request", "namespaceObject", "images"]

  let review: WorkloadReview
  let images: AdmissionImages

  func value(at place: Int) -> ExpressionValue {
    switch place {
    case 0: review.object.map { ExpressionValue($0) } ?? .unknown("the object is not known here")
    case 1: review.oldObject.map { ExpressionValue($0) } ?? .null
    case 2: request
    case 3: namespace
    default: images.value(of: review)
    }
  }

  private var request: ExpressionValue {
    let target = review.target
    let resource = target.resource.split(separator: "/", maxSplits: 1)
    let user: ExpressionValue =
      review.requester.map {
        .object(["username": .string($0.username), "groups": .strings($0.groups)])
      } ?? .unknown("nobody asks here, so there is no user")
    return .object([
      "operation": .string(target.operation), "userInfo": user, "namespace": .string(review.place.namespace),
      "name": .string(review.workload.name ?? ""), "dryRun": .bool(review.isDryRun),
      "resource": .object([
        "group": .string(target.group), "version": .string(target.version),
        "resource": .string(resource.first.map(String.init) ?? ""),
      ]),
      "subResource": .string(resource.count == 2 ? String(resource[1]) : ""),
      "kind": .object([
        "group": .string(target.group), "version": .string(target.version), "kind": .string(review.workload.kind),
      ]),
    ])
  }

  private var namespace: ExpressionValue {
    guard !review.place.namespace.isEmpty else { return .null }
    let labels: ExpressionValue =
      review.namespaceLabels.map { labels in
        var map = ExpressionMap()
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { map.add(.string(key), .string(value)) }
        return .map(map)
      } ?? .unknown("the labels of the namespace are not known here")
    return .object([
      "metadata": .object(["name": .string(review.place.namespace), "labels": labels])
    ])
  }
}
