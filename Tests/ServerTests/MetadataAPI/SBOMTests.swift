import Contracts
import Images
import Metadata
import NIOHTTP1
import Schemas
import Server
import Store
import Testing

@Suite("Exporting an SBOM over the metadata API")
struct SBOMTests {
  private static let package = #"""
    {"resourceUri":"\#(RouteTests.image)","noteName":"projects/p/notes/package",
     "package":{"name":"tcpdump","license":{"expression":"BSD-3-Clause"},
      "location":[{"cpeUri":"cpe:/o:debian:debian_linux:12","version":{"kind":"NORMAL","name":"4.9.2","revision":"1"}}]}}
    """#

  private func record(_ store: SQLiteStore, _ address: String, _ name: String = "tcpdump") async throws {
    let note = try NoteName(parsing: "projects/p/notes/package")
    if (try? await store.note(note)) == nil { try await store.create(Facts.notes["package"] ?? Note(), named: note) }
    let body = Self.package.replacing("tcpdump", with: name)
    #expect(try await send(.POST, "\(address)/v1/projects/p/occurrences", body).status == 200)
  }

  @Test(
    "writes what is recorded, keeps it, and says where", arguments: [RouteTests.image, String(RouteTests.image.dropFirst(8))])
  func export(_ resource: String) async throws {
    try await servingMetadata { address, store in
      try await record(store, address)
      let answer = try await send(.POST, "\(address)/v1/projects/p/resources/\(resource):exportSBOM", "{}")
      let discovery = try #require(answer["discoveryOccurrence"], "\(answer.text)")
      let told = try await send(.GET, "\(address)/v1/\(discovery)")
      #expect(told["discovery.sbomStatus.sbomState"] == "COMPLETE" && told["resourceUri"] == RouteTests.image)
      let references = try await send(.GET, "\(address)/v1/projects/p/notes/sbom-reference/occurrences")
      let location = try #require(references.text.firstMatch(of: /"location":"([^"]+)"/)?.output.1)
      let document = try await send(.GET, "\(address)\(location)")
      #expect(document["spdxVersion"] == "SPDX-2.3" && location.hasSuffix(Digest(sha256Of: document.text.utf8).description))
      #expect(document.text.contains(#""licenseDeclared":"BSD-3-Clause""#) && document.text.contains(#""versionInfo":"4.9.2-1""#))
      #expect(try await send(.GET, "\(address)\(location)".replacing("projects/p/", with: "projects/q/")).status == 404)
    }
  }

  @Test("records nothing twice, and a new document when packages changed")
  func again() async throws {
    try await servingMetadata { address, store in
      try await record(store, address)
      let url = "\(address)/v1/projects/p/resources/\(RouteTests.image):exportSBOM"
      let first = try await send(.POST, url, "{}")
      #expect(try await send(.POST, url, "{}").text == first.text)
      let references = "\(address)/v1/projects/p/notes/sbom-reference/occurrences"
      #expect(try await send(.GET, references).text.components("\"location\"") == 1)
      try await record(store, address, "libpcap")
      #expect(try await send(.POST, url, "{}").status == 200)
      #expect(try await send(.GET, references).text.components("\"location\"") == 2)
    }
  }

  @Test("is refused without an inventory, whatever target is named", arguments: ["{}", #"{"cloudStorageLocation":{}}"#])
  func refused(_ body: String) async throws {
    try await servingMetadata { address, _ in
      let answer = try await send(.POST, "\(address)/v1/projects/p/resources/\(RouteTests.image):exportSBOM", body)
      let said = "record the packages first"
      #expect(answer.status == 404 && answer["error.message"]?.contains(said) == true, "\(answer.text)")
    }
  }
}
