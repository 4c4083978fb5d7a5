import Contracts
import Metadata
import Schemas
import Server
import SwiftProtobuf
import Testing

@Suite("An access policy")
struct AccessPolicyTests {
  static func policy(_ role: String, _ members: String...) -> AccessPolicy {
    .with {
      $0.bindings = [
        .with {
          $0.role = role
          $0.members = members
        }
      ]
    }
  }

  @Test("gives its members the rights of its roles on its resource, and nothing is given without it")
  func grants() async throws {
    let store = InMemoryStore(stamps: .counting())
    let access = GrantsAndPolicies(policies: store)
    let qa = try NoteName(parsing: "projects/attestors/notes/qa")
    let (robot, other) = (Caller(name: "robot", grants: []), Caller(name: "robot2", grants: []))
    #expect(try await !access.may(robot, .attachOccurrences, on: .note(qa)))
    for member in ["user:robot", "serviceAccount:robot"] {
      _ = try await store.set(Self.policy("roles/containeranalysis.notes.attacher", member), of: qa.description)
      #expect(try await access.may(robot, .attachOccurrences, on: .note(qa)))
      #expect(try await access.may(robot, .getNotes, on: .note(qa)))
      #expect(try await !access.may(robot, .updateNotes, on: .note(qa)))
      #expect(try await !access.may(robot, .attachOccurrences, on: .note(NoteName(parsing: "projects/attestors/notes/other"))))
      #expect(try await !access.may(robot, .attachOccurrences, on: .project(qa.project)))
      #expect(try await !access.may(other, .attachOccurrences, on: .note(qa)))
    }
    _ = try await store.set(Self.policy("viewer", "allAuthenticatedUsers"), of: qa.project.description)
    for caller in [robot, other] {
      #expect(try await access.may(caller, .getNotes, on: .note(qa)))
      #expect(try await access.may(caller, .listOccurrences, on: .project(qa.project)))
      #expect(try await access.may(caller, .getOccurrences, on: .occurrence(OccurrenceName(project: qa.project, id: "o"))))
      #expect(try await !access.may(caller, .createNotes, on: .project(qa.project)))
      #expect(try await !access.may(caller, .listProjects, on: .everyProject))
    }
  }

  @Test(
    "knows roles by the names that clients send",
    arguments: [
      ("roles/containeranalysis.notes.viewer", "notes.list", "notes.update"),
      ("roles/containeranalysis.notes.editor", "notes.update", "occurrences.get"),
      ("roles/containeranalysis.notes.occurrences.viewer", "notes.listOccurrences", "notes.list"),
      ("roles/containeranalysis.occurrences.viewer", "occurrences.get", "occurrences.update"),
      ("roles/containeranalysis.occurrences.editor", "occurrences.delete", "notes.get"),
      ("roles/containeranalysis.admin", "notes.setIamPolicy", "projects.delete"),
      ("roles/viewer", "notes.get", "notes.create"), ("roles/editor", "notes.create", "notes.setIamPolicy"),
      ("roles/owner", "projects.delete", nil), ("admin", "projects.delete", nil), ("attacher", "notes.get", "notes.list"),
    ] as [(String, String, String?)])
  func roles(_ role: String, _ given: String, _ withheld: String?) async throws {
    let store = InMemoryStore(stamps: .counting())
    let project = try ProjectName(id: "p")
    let policy = Self.policy(role, "user:a")
    #expect(policy.faults().isEmpty)
    _ = try await store.set(policy, of: project.description)
    let (access, caller) = (GrantsAndPolicies(policies: store), Caller(name: "a", grants: []))
    #expect(try await access.may(caller, try #require(Right(permission: given)), on: .project(project)))
    if let withheld { #expect(try await !access.may(caller, try #require(Right(permission: withheld)), on: .project(project))) }
  }

  @Test(
    "is refused where it says what this server does not hold to",
    arguments: [
      (policy("roles/storage.admin", "user:a"), "bindings[0].role \"roles/storage.admin\" is unknown"),
      (policy("viewer", "allUsers"), "members[0] allUsers would let in"),
      (policy("viewer", "user:a", "group:b"), "members[1] \"group:b\" is unknown"), (policy("viewer", "user:"), "is unknown"),
      (policy("viewer"), "members is empty"),
      (
        AccessPolicy.with {
          $0.bindings = policy("viewer", "user:a").bindings
          $0.bindings[0].condition.expression = "true"
        }, "condition is not evaluated"
      ),
      (AccessPolicy.with { $0.version = 3 }, "version must be 1"),
    ])
  func faults(_ policy: AccessPolicy, _ said: String) {
    let faults = policy.faults()
    #expect(faults.count == 1 && faults[0].contains(said), "\(faults)")
  }

  @Test("gives nothing by a binding that could not be set today")
  func stale() async throws {
    let store = InMemoryStore(stamps: .counting())
    var policy = Self.policy("viewer", "user:a")
    policy.bindings[0].condition.expression = "false"
    let project = try ProjectName(id: "p")
    _ = try await store.set(policy, of: project.description)
    let access = GrantsAndPolicies(policies: store)
    #expect(try await !access.may(Caller(name: "a", grants: []), .getNotes, on: .project(project)))
  }

  @Test("is not asked for where the callers file allows")
  func fileFirst() async throws {
    let project = try ProjectName(id: "p")
    let caller = Caller(name: "a", grants: [Grant(.getNotes, on: .project(project))])
    let access = GrantsAndPolicies(policies: NoPolicies())
    #expect(try await access.may(caller, .getNotes, on: .note(NoteName(project: project, id: "n"))))
    await #expect(throws: MetadataError.unavailable("gone")) { try await access.may(caller, .listNotes, on: .project(project)) }
  }
}

/// A store that does not answer.
private struct NoPolicies: AccessPolicyStore {
  func policy(of resource: String) async throws -> AccessPolicy { throw MetadataError.unavailable("gone") }
  func set(_ policy: AccessPolicy, of resource: String) async throws -> AccessPolicy { throw MetadataError.unavailable("gone") }
}
