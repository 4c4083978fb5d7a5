import Images
package import Metadata
import Schemas
import SwiftProtobuf
import Testing

/// What a store must do that a metadata server stands on, besides what `MetadataStoreContract` says.
package enum CompleteStoreContract {
  /// One promise, checked on a store that is empty when it starts.
  package struct Clause: Sendable, CustomTestStringConvertible {
    package let testDescription: String
    package let check: @Sendable (any CompleteStore) async throws -> Void

    init(_ promise: String, _ check: @escaping @Sendable (any CompleteStore) async throws -> Void) {
      testDescription = promise
      self.check = check
    }
  }

  /// The whole contract: give it to `@Test(arguments:)`, and each clause a store of its own.
  package static let clauses: [Clause] = projects + policies + documents + managed + restoring + changes + impact + random

  static let projects: [Clause] = [
    Clause("lists projects that were created or first written in, oldest first") { store in
      let (made, written, restored) = (try ProjectName(id: "z"), try ProjectName(id: "y"), try ProjectName(id: "x"))
      #expect(try await store.exists(made) == false)
      try await store.create(made)
      let note = try await store.create(Facts.attestationNote, named: NoteName(project: written, id: "n"))
      try await store.create([Facts.finding(of: note.name)], in: made)
      var moved = note
      moved.name = "\(restored)/notes/n"
      #expect(try await store.restore([moved]) == 1)
      for project in [made, written, restored] { #expect(try await store.exists(project)) }
      await refuses(.alreadyExists(made.description)) { try await store.create(made) }
      await refuses(.alreadyExists(written.description)) { try await store.create(written) }
      let first = try await store.projects(page: PageRequest(size: 2))
      let second = try await store.projects(page: PageRequest(size: 2, token: first.nextToken))
      #expect(first.items == [made, written] && second.items == [restored] && second.nextToken == nil)
    },
    Clause("makes no project of a write that it refuses") { store in
      let project = try ProjectName(id: "shop")
      await refuses("not-found") { try await store.create([Facts.finding(of: "projects/none/notes/n")], in: project) }
      await refuses("invalid-message") { try await store.create([Occurrence()], in: project) }
      #expect(try await store.exists(project) == false)
      #expect(try await store.projects(page: PageRequest()).items.isEmpty)
    },
    Clause("deletes a project that holds nothing, and no other") { store in
      let (shop, tenant) = (try ProjectName(id: "shop"), try ProjectName(id: "tenant"))
      let note = try await MetadataStoreContract.attestor(in: store)
      let stored = try await store.create([Facts.finding(of: note.description)], in: tenant)
      for project in [shop, tenant] {
        await refuses(.notEmpty(project.description)) { try await store.delete(project) }
      }
      try await store.delete(OccurrenceName(parsing: stored[0].name), etag: nil)
      try await store.delete(tenant)
      await refuses(.notFound(tenant.description)) { try await store.delete(tenant) }
      #expect(try await store.exists(tenant) == false)
      #expect(try await store.projects(page: PageRequest()).items == [shop])
      try await store.create(tenant)
      #expect(try await store.projects(page: PageRequest()).items == [shop, tenant])
    },
  ]

  static let policies: [Clause] = [
    Clause("keeps the access policy of a resource, and tells what was kept") { store in
      let (note, other) = ("projects/shop/notes/qa", "projects/shop/notes/qa2")
      let before = try await store.policy(of: note)
      #expect(before.bindings.isEmpty)
      var policy = before
      policy.bindings = [
        .with {
          $0.role = "roles/containeranalysis.notes.attacher"
          $0.members = ["user:a@example.test"]
        }
      ]
      let kept = try await store.set(policy, of: note)
      #expect(kept.bindings == policy.bindings && !kept.etag.isEmpty)
      #expect(try await store.policy(of: note) == kept)
      #expect(try await store.policy(of: other).bindings.isEmpty)
    },
    Clause("replaces an access policy only where the etag is that of the one it replaces") { store in
      let note = "projects/shop/notes/qa"
      var policy = AccessPolicy()
      func set(_ member: String) async throws -> AccessPolicy {
        policy.bindings = [
          .with {
            $0.role = "roles/viewer"
            $0.members = [member]
          }
        ]
        return try await store.set(policy, of: note)
      }
      let first = try await set("user:a@example.test")
      policy.etag = first.etag
      let second = try await set("user:b@example.test")
      #expect(second.etag != first.etag)
      await refuses(.outdated(note)) { try await set("user:c@example.test") }
      #expect(try await store.policy(of: note) == second)
      policy.etag.removeAll()
      let third = try await set("user:d@example.test")
      #expect(try await store.policy(of: note) == third)
    },
  ]

  static let documents: [Clause] = [
    Clause("gives a document back by its digest, in its own project") { store in
      let (shop, tenant) = (try ProjectName(id: "shop"), try ProjectName(id: "tenant"))
      let document = Array("{\"spdxVersion\":\"SPDX-2.3\"}".utf8) + [0, 255]
      let digest = Digest(sha256Of: document)
      await refuses("not-found") { try await store.document(digest, in: shop) }
      try await store.keep(document, as: digest, in: shop)
      try await store.keep(document, as: digest, in: shop)
      #expect(try await store.document(digest, in: shop) == document)
      await refuses("not-found") { try await store.document(digest, in: tenant) }
      try await store.keep([], as: Digest(sha256Of: []), in: tenant)
      #expect(try await store.document(Digest(sha256Of: []), in: tenant) == [])
    },
    Clause("refuses a document over 32 MiB") { store in
      let document = [UInt8](repeating: 0x20, count: 32 << 20 + 1)
      let digest = Digest(sha256Of: [1])
      await refuses("out-of-bounds") { try await store.keep(document, as: digest, in: ProjectName(id: "shop")) }
      await refuses("not-found") { try await store.document(digest, in: ProjectName(id: "shop")) }
    },
  ]

  static func refuses<Answer>(_ wanted: MetadataError, _ call: () async throws -> Answer) async {
    await MetadataStoreContract.refuses(wanted, call)
  }

  static func refuses<Answer>(_ code: String, _ call: () async throws -> Answer) async {
    await MetadataStoreContract.refuses(code, call)
  }
}
