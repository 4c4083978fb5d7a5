package import Images

/// Images that whoever runs the system lets through in every project whose policy says `globalPolicyEvaluationMode: ENABLE`.
/// It only ever lets through: what it does not name goes on to the rest of the project's policy.
///
/// Google keeps such a list for its own clusters. It is not held here, so the list is empty unless the operator gives one.
///
/// Source: google.cloud.binaryauthorization.v1.SystemPolicyV1; Policy.global_policy_evaluation_mode.
package struct SystemPolicy: Hashable, Sendable {
  /// `locations/{location}/policy`.
  package let name: String
  package let allowlist: [NamePattern]

  package init(name: String, allowlist: [NamePattern]) {
    self.name = name
    self.allowlist = allowlist
  }

  /// What holds where nobody gave one.
  package static let empty = SystemPolicy(name: "locations/global/policy", allowlist: [])

  /// Name of the pattern that lets `image` through.
  func allowing(_ image: ImageReference) -> String? {
    allowlist.firstIndex { $0.matches(image) }.map { "\(name) admissionWhitelistPatterns[\($0)]" }
  }
}

extension SystemPolicy {
  /// Reads a system policy as `gcloud container binauthz policy export-system-policy` writes it.
  ///
  /// - Throws: `DocumentError`, also for one that names no image.
  package init(_ document: DocumentNode) throws(DocumentError) {
    try document.onlyKeys(["name", "description", "admissionWhitelistPatterns", "defaultAdmissionRule", "etag", "updateTime"])
    if let rule = document["defaultAdmissionRule"] {
      guard try rule.required("evaluationMode").string() == "ALWAYS_DENY" else {
        throw rule.error("a system policy only names images", remedy: "Leave it out; the project's policy has the rules.")
      }
    }
    let name = try document.required("name")
    let allowlist = try Policy.allowlist(document)
    guard !allowlist.isEmpty else {
      throw document.error("it names no image", remedy: "List admissionWhitelistPatterns, or leave the file out.")
    }
    self.init(name: try name.string(), allowlist: allowlist)
  }
}

/// The system policy: known by its name, for it has no kind.
enum SystemPolicyDocument: PolicyDocument {
  static let title = "a system policy of Binary Authorization (name: locations/global/policy)"

  static func isMeant(by document: DocumentNode) -> Bool {
    guard document.isMapping, document["kind"] == nil, let name = try? document["name"]?.string() else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0] == "locations" && !parts[1].isEmpty && parts[2] == "policy"
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    guard draft.systemPolicy == nil else {
      throw document.error("this is the second system policy", remedy: "Keep one.")
    }
    draft.systemPolicy = try SystemPolicy(document)
  }
}
