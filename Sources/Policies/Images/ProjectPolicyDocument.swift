/// The project policy of Binary Authorization, which has no kind: it is known by that.
enum ProjectPolicyDocument: PolicyDocument {
  static let title = "a project policy of Binary Authorization (defaultAdmissionRule)"

  static func isMeant(by document: DocumentNode) -> Bool {
    document.isMapping && document["kind"] == nil && document["apiVersion"] == nil && document["gkePolicy"] == nil
      && !SystemPolicyDocument.isMeant(by: document)
  }

  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError) {
    draft.images.append(try Policy(document, attestors: draft.attestorNames, system: draft.systemPolicy))
  }
}
