/// A fixed set of rights under one name.
///
/// | role | reads | notes and occurrences | speaks for notes | policies, projects |
/// |---|---|---|---|---|
/// | viewer | get and list notes, occurrences, projects, policies, attestors; occurrences of the notes | - | - | - |
/// | attacher | get the note | - | attach occurrences to it | - |
/// | editor | as viewer | create, update, delete | attach occurrences | - |
/// | admin | as viewer, and the access policies | as editor | as editor | set policies and attestors, create and delete projects |
package enum Role: String, Sendable, CaseIterable {
  case viewer, editor, attacher, admin

  /// What who has the role may do.
  package var rights: Set<Right> {
    switch self {
    case .viewer:
      [
        .getOccurrences, .listOccurrences, .getNotes, .listNotes, .listNoteOccurrences, .getProjects, .listProjects,
        .getAdmissionPolicy, .getAttestors, .listAttestors, .getPlatformPolicies, .listPlatformPolicies,
      ]
    case .attacher: [.getNotes, .attachOccurrences]
    case .editor:
      Role.viewer.rights.union([
        .createOccurrences, .updateOccurrences, .deleteOccurrences, .createNotes, .updateNotes, .deleteNotes, .attachOccurrences,
      ])
    case .admin: Set(Right.allCases)
    }
  }

  /// The rights of a role as access policies name it: a short name, `roles/viewer`, `roles/editor`, `roles/owner`, or one
  /// of the `roles/containeranalysis.` and `roles/binaryauthorization.` roles.
  ///
  /// - Returns: nil when there is no such role.
  ///
  /// Source: the predefined roles of Google's Container Analysis API.
  static func rights(ofPolicyRole name: String) -> Set<Right>? {
    if let role = Role(rawValue: name) { return role.rights }
    if let rights = binaryAuthorization[name] { return rights }
    switch name {
    case "roles/viewer": return Role.viewer.rights
    case "roles/editor": return Role.editor.rights
    case "roles/owner": return Role.admin.rights
    case "roles/containeranalysis.admin":
      return Set(Right.allCases.filter { $0.rawValue.hasPrefix("notes.") || $0.rawValue.hasPrefix("occurrences.") })
    case "roles/containeranalysis.notes.viewer": return [.getNotes, .listNotes]
    case "roles/containeranalysis.notes.attacher": return [.getNotes, .attachOccurrences]
    case "roles/containeranalysis.notes.editor":
      return [.getNotes, .listNotes, .createNotes, .updateNotes, .deleteNotes, .attachOccurrences]
    case "roles/containeranalysis.notes.occurrences.viewer": return [.getNotes, .listNoteOccurrences]
    case "roles/containeranalysis.occurrences.viewer": return [.getOccurrences, .listOccurrences]
    case "roles/containeranalysis.occurrences.editor":
      return [.getOccurrences, .listOccurrences, .createOccurrences, .updateOccurrences, .deleteOccurrences]
    default: return nil
    }
  }

  /// Every name that `rights(ofPolicyRole:)` knows.
  static let policyRoles =
    allCases.map(\.rawValue) + ["roles/viewer", "roles/editor", "roles/owner"]
    + [
      "admin", "notes.viewer", "notes.attacher", "notes.editor", "notes.occurrences.viewer", "occurrences.viewer",
      "occurrences.editor",
    ].map { "roles/containeranalysis.\($0)" } + binaryAuthorization.keys.sorted()

  /// Source: the predefined roles of Google's Binary Authorization API.
  private static let binaryAuthorization: [String: Set<Right>] = {
    let policyViewer: Set<Right> = [.getAdmissionPolicy, .getPlatformPolicies, .listPlatformPolicies]
    let policyEditor = policyViewer.union([
      .updateAdmissionPolicy, .createPlatformPolicies, .replacePlatformPolicies, .deletePlatformPolicies,
      .evaluatePlatformPolicies,
    ])
    let attestorsViewer: Set<Right> = [.getAttestors, .listAttestors]
    let attestorsEditor = attestorsViewer.union([.createAttestors, .updateAttestors, .deleteAttestors, .verifyImagesAttested])
    let roles: [String: Set<Right>] = [
      "policyViewer": policyViewer, "policyEditor": policyEditor,
      "policyAdmin": policyEditor.union([.getAdmissionPolicyAccess, .setAdmissionPolicyAccess]),
      "policyEvaluator": policyViewer.union([.evaluatePlatformPolicies]), "attestorsViewer": attestorsViewer,
      "attestorsEditor": attestorsEditor, "attestorsVerifier": attestorsViewer.union([.verifyImagesAttested]),
      "attestorsAdmin": attestorsEditor.union([.getAttestorAccess, .setAttestorAccess]),
    ]
    return Dictionary(uniqueKeysWithValues: roles.map { ("roles/binaryauthorization.\($0.key)", $0.value) })
  }()
}
