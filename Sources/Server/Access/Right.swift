package import Metadata

/// What a caller may be allowed to do with a project, a note or an occurrence.
///
/// Source: the permissions of Google's Container Analysis and Binary Authorization APIs, without the name of the service;
/// those of projects are ours.
package enum Right: String, Sendable, CaseIterable {
  case createOccurrences = "occurrences.create"
  case getOccurrences = "occurrences.get"
  case listOccurrences = "occurrences.list"
  case updateOccurrences = "occurrences.update"
  case deleteOccurrences = "occurrences.delete"
  case getOccurrencePolicies = "occurrences.getIamPolicy"
  case setOccurrencePolicies = "occurrences.setIamPolicy"
  case createNotes = "notes.create"
  case getNotes = "notes.get"
  case listNotes = "notes.list"
  case updateNotes = "notes.update"
  case deleteNotes = "notes.delete"
  case getNotePolicies = "notes.getIamPolicy"
  case setNotePolicies = "notes.setIamPolicy"
  /// To create occurrences of the note, in whatever project: who holds it speaks in the note's name.
  case attachOccurrences = "notes.attachOccurrence"
  /// To see the occurrences of the note in every project.
  case listNoteOccurrences = "notes.listOccurrences"
  case createProjects = "projects.create"
  case getProjects = "projects.get"
  case listProjects = "projects.list"
  case deleteProjects = "projects.delete"
  case getProjectPolicies = "projects.getIamPolicy"
  case setProjectPolicies = "projects.setIamPolicy"
  case getAdmissionPolicy = "policy.get"
  case updateAdmissionPolicy = "policy.update"
  case getAdmissionPolicyAccess = "policy.getIamPolicy"
  case setAdmissionPolicyAccess = "policy.setIamPolicy"
  case createAttestors = "attestors.create"
  case getAttestors = "attestors.get"
  case listAttestors = "attestors.list"
  case updateAttestors = "attestors.update"
  case deleteAttestors = "attestors.delete"
  case getAttestorAccess = "attestors.getIamPolicy"
  case setAttestorAccess = "attestors.setIamPolicy"
  /// To ask whether the attestor would vouch by an attestation.
  case verifyImagesAttested = "attestors.verifyImageAttested"
  case createPlatformPolicies = "platformPolicies.create"
  case getPlatformPolicies = "platformPolicies.get"
  case listPlatformPolicies = "platformPolicies.list"
  case replacePlatformPolicies = "platformPolicies.replace"
  case deletePlatformPolicies = "platformPolicies.delete"
  case evaluatePlatformPolicies = "platformPolicies.evaluatePolicy"

  /// Reads a permission as `testIamPermissions` names it, with or without `containeranalysis.` or `binaryauthorization.`
  /// before it.
  ///
  /// - Returns: nil when there is no such right.
  package init?(permission: String) {
    let service = ["containeranalysis.", "binaryauthorization."].first(where: permission.hasPrefix) ?? ""
    self.init(rawValue: String(permission.dropFirst(service.count)))
  }
}

/// One right on one note, in one project or in all: `projects/attestors/notes/qa:notes.attachOccurrence`,
/// `projects/tenant-a:occurrences.create`, `projects/*:notes.get`.
package struct Grant: Hashable, Sendable, CustomStringConvertible {
  package let right: Right
  /// What it holds for, with everything that lies inside.
  package let resource: AccessResource

  package init(_ right: Right, on resource: AccessResource) {
    self.right = right
    self.resource = resource
  }

  /// - Parameter project: nil for every project.
  package init(_ right: Right, on project: ProjectName?) {
    self.init(right, on: project.map { .project($0) } ?? .everyProject)
  }

  /// Reads `{resource}:{right}`, the resource as `AccessResource(parsing:)` has it.
  ///
  /// - Returns: nil when it is not of that form or the right is unknown.
  package init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":"), let right = Right(rawValue: String(text[text.index(after: colon)...])),
      let resource = AccessResource(parsing: text[..<colon])
    else { return nil }
    self.init(right, on: resource)
  }

  package var description: String { "\(resource):\(right.rawValue)" }
}

extension AccessResource {
  /// Reads `projects/*`, the name of a project or the name of a note.
  ///
  /// - Returns: nil for anything else: rights on single occurrences are given by access policies only.
  init?(parsing text: some StringProtocol) {
    if text == "projects/*" {
      self = .everyProject
    } else if let project = try? ProjectName(parsing: text), project.id != "*" {
      self = .project(project)
    } else if let note = try? NoteName(parsing: text), note.project.id != "*", note.id != "*" {
      self = .note(note)
    } else {
      return nil
    }
  }

  /// The project that it lies in; nil for all projects.
  var project: ProjectName? {
    switch self {
    case .everyProject: nil
    case .project(let name): name
    case .note(let name): name.project
    case .occurrence(let name): name.project
    case .managed(let name): name.project
    }
  }
}
