package import Images
package import Policies

/// What the API server asks: may this be done to that object?
///
/// Source: k8s.io/api/admission/v1, AdmissionReview and AdmissionRequest.
package struct AdmissionRequest: Sendable {
  /// The largest object the API server takes; a review with two of them is larger only by its envelope.
  package static let limitBytes = 3 << 20

  /// What is being done. Only what makes or changes an object can make an image run.
  package enum Operation: String, Sendable {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    case connect = "CONNECT"
  }

  /// The versions of the review, alike in all but their names; an answer is in the version of its question.
  package enum Version: String, Sendable {
    case v1 = "admission.k8s.io/v1"
    /// Of API servers before 1.22.
    case v1beta1 = "admission.k8s.io/v1beta1"
  }

  package let version: Version
  package let uid: String
  package let operation: Operation
  /// Of the request, `""` for what belongs to no namespace. What the object says of itself is not believed.
  package let namespace: String
  package let name: String
  /// `Pod`, or `pods/ephemeralcontainers` when a part of it is meant.
  package let resource: String
  package let requester: Requester
  /// As it would become; nil when it is deleted.
  package let object: JSONNode?
  package let oldObject: JSONNode?
  package let isDryRun: Bool

  /// Reads an AdmissionReview.
  ///
  /// - Throws: `AdmissionReviewError`; its `uid` is what the answer must carry.
  package init(_ review: JSONNode) throws(AdmissionReviewError) {
    let request = review["request"]
    uid = request?["uid"]?.string ?? ""
    guard review["kind"]?.string == "AdmissionReview" else { throw .init(.notAReview, uid: uid) }
    let apiVersion = review["apiVersion"]?.string ?? ""
    guard let version = Version(rawValue: apiVersion) else { throw .init(.unsupportedVersion(apiVersion), uid: uid) }
    self.version = version
    guard let request, request.isObject, !uid.isEmpty, uid.utf8.count <= 256 else {
      throw .init(.missing("request.uid"), uid: "", version)
    }
    guard let operation = request["operation"]?.string.flatMap(Operation.init) else {
      throw .init(.missing("request.operation"), uid: uid, version)
    }
    self.operation = operation
    namespace = request["namespace"]?.string ?? ""
    name = request["name"]?.string ?? ""
    let subResource = request["subResource"]?.string ?? ""
    resource = (request["resource"]?["resource"]?.string ?? "") + (subResource.isEmpty ? "" : "/\(subResource)")
    let user = request["userInfo"]
    requester = Requester(
      username: user?["username"]?.string ?? "", groups: user?["groups"]?.elements.compactMap(\.string) ?? [])
    object = request["object"].flatMap { $0.isNull ? nil : $0 }
    oldObject = request["oldObject"].flatMap { $0.isNull ? nil : $0 }
    isDryRun = request["dryRun"]?.bool ?? false
    let makes = operation == .create || operation == .update
    guard !makes || object != nil else { throw .init(.missing("request.object"), uid: uid, version) }
    if let object, let kind = request["kind"], makes, !Self.isSame(kind, object) {
      throw .init(.kindMismatch, uid: uid, version)
    }
  }

  /// A request about one kind that carries another would be judged as the one and stored as the other.
  private static func isSame(_ kind: JSONNode, _ object: JSONNode) -> Bool {
    let group = kind["group"]?.string ?? ""
    let version = kind["version"]?.string ?? ""
    let apiVersion = group.isEmpty ? version : "\(group)/\(version)"
    return object["kind"]?.string == kind["kind"]?.string && object["apiVersion"]?.string == apiVersion
  }
}

/// Why a body is no admission review that can be judged.
package struct AdmissionReviewError: Problem, Equatable {
  /// What is wrong with it.
  package enum Fault: Equatable, Sendable {
    case notJSON(JSONError)
    case notAReview
    case unsupportedVersion(String)
    case missing(String)
    case kindMismatch
  }

  package let fault: Fault
  /// Of the request; empty when it cannot be told.
  package let uid: String
  /// What the answer is in; v1 when the question's cannot be told.
  package let version: AdmissionRequest.Version

  package init(_ fault: Fault, uid: String, _ version: AdmissionRequest.Version = .v1) {
    self.fault = fault
    self.uid = uid
    self.version = version
  }

  package var code: String {
    switch fault {
    case .notJSON(let error): error.code
    case .notAReview, .missing: "malformed-review"
    case .unsupportedVersion: "unsupported-review-version"
    case .kindMismatch: "kind-mismatch"
    }
  }

  package var problem: String {
    switch fault {
    case .notJSON(let error): error.problem
    case .notAReview: "The body is not an AdmissionReview."
    case .unsupportedVersion(let version): "The AdmissionReview is of version \"\(printable(version))\"."
    case .missing(let field): "\(field) is missing or cannot be read."
    case .kindMismatch: "The object is not of the kind that the request names."
    }
  }

  package var remedy: String {
    switch fault {
    case .notJSON(let error): error.remedy
    case .notAReview, .missing, .kindMismatch: "Send what the API server sends: admission.k8s.io/v1, AdmissionReview."
    case .unsupportedVersion: "List v1 under admissionReviewVersions of the webhook configuration."
    }
  }
}
