import Metadata
import Schemas
import SwiftProtobuf
import Testing

/// Of policies and attestors, which are managed and not recorded.
extension CompleteStoreContract {
  private static func attestor(_ id: String, of project: String = "projects/shop") throws -> ManagedName {
    try ManagedName(parsing: "\(project)/attestors/\(id)")
  }

  static let managed: [Clause] = [
    Clause("keeps a managed document under its name, in a project that comes into being with it") { store in
      let (qa, other) = (try attestor("qa"), try attestor("qa", of: "projects/tenant"))
      await refuses(.notFound(qa.description)) { try await store.managed(qa) }
      let kept = try await store.put([1, 0, 255], as: qa, over: .nothing)
      #expect(kept.name == qa && kept.bytes == [1, 0, 255] && !kept.etag.isEmpty && kept.updateTime.seconds > 0)
      #expect(try await store.managed(qa) == kept)
      #expect(try await store.exists(qa.project))
      await refuses(.notFound(other.description)) { try await store.managed(other) }
      let empty = try await store.put([], as: other, over: .anything)
      #expect(try await store.managed(other) == empty && empty.bytes.isEmpty)
    },
    Clause("refuses a managed document over 256 KiB") { store in
      let qa = try attestor("qa")
      let most = [UInt8](repeating: 1, count: 256 << 10)
      await refuses("out-of-bounds") { try await store.put(most + [1], as: qa, over: .anything) }
      await refuses(.notFound(qa.description)) { try await store.managed(qa) }
      #expect(try await store.put(most, as: qa, over: .nothing).bytes == most)
    },
    Clause("puts one document over another only in the state that is meant") { store in
      let qa = try attestor("qa")
      await refuses(.notFound(qa.description)) { try await store.put([1], as: qa, over: .present(etag: nil)) }
      await refuses(.notFound(qa.description)) { try await store.put([1], as: qa, over: .present(etag: "x")) }
      #expect(try await store.exists(qa.project) == false)
      let first = try await store.put([1], as: qa, over: .nothing)
      await refuses(.alreadyExists(qa.description)) { try await store.put([2], as: qa, over: .nothing) }
      let second = try await store.put([1], as: qa, over: .present(etag: first.etag))
      #expect(second.etag != first.etag)
      await refuses(.outdated(qa.description)) { try await store.put([3], as: qa, over: .present(etag: first.etag)) }
      #expect(try await store.managed(qa) == second)
      let third = try await store.put([3], as: qa, over: .present(etag: nil))
      let fourth = try await store.put([4], as: qa, over: .anything)
      #expect(third.bytes == [3] && fourth.bytes == [4] && Set([second.etag, third.etag, fourth.etag]).count == 3)
    },
    Clause("lists managed documents by name, one collection of one project, page by page") { store in
      let names = try ["b", "C", "a", "d"].map { try attestor($0) }
      for name in names { _ = try await store.put([], as: name, over: .nothing) }
      _ = try await store.put([], as: attestor("a", of: "projects/tenant"), over: .nothing)
      _ = try await store.put([], as: ManagedName(parsing: "projects/shop/policy"), over: .nothing)
      _ = try await store.put([], as: ManagedName(parsing: "projects/shop/platforms/gke/policies/a"), over: .nothing)
      let first = try await store.managed(in: "projects/shop/attestors", page: PageRequest(size: 3))
      _ = try await store.put([], as: attestor("A"), over: .nothing)
      let second = try await store.managed(
        in: "projects/shop/attestors", page: PageRequest(size: 3, token: first.nextToken))
      let listed = (first.items + second.items).map(\.name)
      #expect(listed == [names[1], names[2], names[0], names[3]] && second.nextToken == nil)
      let policies = try await store.managed(in: "projects/shop/platforms/gke/policies", page: PageRequest())
      #expect(policies.items.map(\.name.description) == ["projects/shop/platforms/gke/policies/a"])
    },
    Clause("removes a managed document in the state that is meant, and who may do what with it") { store in
      let qa = try attestor("qa")
      await refuses(.notFound(qa.description)) { try await store.remove(qa, etag: nil) }
      let kept = try await store.put([1], as: qa, over: .nothing)
      let policy = AccessPolicy.with {
        $0.bindings = [
          .with {
            $0.role = "roles/viewer"
            $0.members = ["user:a"]
          }
        ]
      }
      _ = try await store.set(policy, of: qa.description)
      await refuses(.outdated(qa.description)) { try await store.remove(qa, etag: "x") }
      try await store.remove(qa, etag: kept.etag)
      await refuses(.notFound(qa.description)) { try await store.managed(qa) }
      #expect(try await store.policy(of: qa.description).bindings.isEmpty)
      _ = try await store.put([2], as: qa, over: .nothing)
      try await store.delete(qa.project)
      await refuses(.notFound(qa.description)) { try await store.managed(qa) }
      #expect(try await store.managed(in: "projects/shop/attestors", page: PageRequest()).items.isEmpty)
    },
    Clause("lets one of many writers through who start from the same state") { store in
      let qa = try attestor("qa")
      let first = try await store.put([0], as: qa, over: .nothing)
      let won = await withTaskGroup(of: Bool.self) { group in
        for number in 1...8 {
          group.addTask { (try? await store.put([UInt8(number)], as: qa, over: .present(etag: first.etag))) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(won == 1)
    },
  ]
}
