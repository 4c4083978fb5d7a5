import Metadata
import Testing

@Suite("The name of something managed")
struct ManagedNameTests {
  @Test(
    "is read as the API writes it",
    arguments: [
      ("projects/shop/policy", "projects/shop"), ("projects/shop/attestors/qa-1_a.b", "projects/shop/attestors"),
      ("projects/shop/platforms/gke/policies/a", "projects/shop/platforms/gke/policies"),
    ])
  func read(_ text: String, _ collection: String) throws {
    let name = try ManagedName(parsing: text)
    #expect(name.description == text && name.collection == collection && name.project.id == "shop")
  }

  @Test(
    "is nothing else",
    arguments: [
      "", "projects/shop", "projects/shop/attestors", "projects/shop/attestors/", "projects/shop/attestors/a:b",
      "projects/shop/attestors/a/b", "projects/-/policy", "projects//policy", "projects/shop/policy/", "projects/shop/Policy",
      "projects/shop/platforms/cloudRun/policies/a", "projects/shop/attestors/\(String(repeating: "a", count: 64))",
      "locations/global/policy", "projects/shop/notes/qa", "projects/shop/attestors/q\u{e0}",
    ])
  func refused(_ text: String) {
    #expect { try ManagedName(parsing: text) } throws: { ($0 as? MetadataError)?.code == "malformed-name" }
  }
}
