import Foundation
import Images
import Policies
import Testing

@Suite("The definitions of Kritis' kinds for a cluster")
struct CustomResourceTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Deploy/kritis").standardized
  static let kinds = [
    "ImageSecurityPolicy", "GenericAttestationPolicy", "AttestationAuthority", "BuildPolicy", "KritisConfig",
    "VulnzSigningPolicy",
  ]

  private static func documents(_ path: String) throws -> [DocumentNode] {
    let folder = folder.appending(path: path)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.sorted()
      .flatMap { name in
        try DocumentNode.documents(
          in: String(contentsOf: folder.appending(path: name), encoding: .utf8), file: name, atMost: 1 << 20)
      }
  }

  private static func definitions() throws -> [String: JSONNode] {
    let all = try documents("crds").map { try $0.json().root }
    return Dictionary(uniqueKeysWithValues: all.compactMap { node in node["spec"]?["names"]?["kind"]?.string.map { ($0, node) } })
  }

  private static func schema(of kind: String) throws -> StructuralSchema {
    let versions = try #require(try definitions()[kind]?["spec"]?["versions"]?.elements)
    return StructuralSchema(node: try #require(versions.first?["schema"]?["openAPIV3Schema"]))
  }

  @Test("are complete: names, one served and stored version, columns, a structural schema", arguments: kinds)
  func complete(_ kind: String) throws {
    let definition = try #require(try Self.definitions()[kind])
    let spec = try #require(definition["spec"])
    #expect(definition["apiVersion"]?.string == "apiextensions.k8s.io/v1")
    let plural = try #require(spec["names"]?["plural"]?.string)
    #expect(definition["metadata"]?["name"]?.string == "\(plural).kritis.grafeas.io")
    #expect(spec["group"]?.string == "kritis.grafeas.io")
    #expect(spec["scope"]?.string == (kind == "KritisConfig" ? "Cluster" : "Namespaced"))
    #expect(spec["names"]?["listKind"]?.string == "\(kind)List")
    #expect(spec["names"]?["singular"]?.string == kind.lowercased())
    let versions = try #require(spec["versions"]?.elements)
    #expect(versions.count == 1 && versions[0]["name"]?.string == "v1beta1")
    #expect(versions[0]["served"]?.bool == true && versions[0]["storage"]?.bool == true)
    for column in versions[0]["additionalPrinterColumns"]?.elements ?? [] {
      let path = try #require(column["jsonPath"]?.string)
      #expect(try path == ".metadata.creationTimestamp" || Self.has(path, Self.schema(of: kind).node), "\(path)")
    }
    #expect(try Self.schema(of: kind).faults() == [])
  }

  private static func has(_ path: String, _ schema: JSONNode) -> Bool {
    var node: JSONNode? = schema
    for key in path.split(separator: ".") { node = node?["properties"]?[String(key)] }
    return node != nil
  }

  @Test("take every example, in the first spellings too", arguments: ["examples", "examples/first-spellings"])
  func examples(_ folder: String) throws {
    var seen: Set<String> = []
    for document in try Self.documents(folder) {
      let root = try document.json().root
      let objects = root["kind"]?.string == "List" ? root["items"]?.elements ?? [] : [root]
      for object in objects {
        let kind = try #require(object["kind"]?.string)
        seen.insert(kind)
        #expect(try Self.schema(of: kind).violations(of: object) == [], "\(kind)")
      }
    }
    #expect(seen.isSuperset(of: folder == "examples" ? Set(Self.kinds) : Set(Self.kinds).subtracting(["BuildPolicy"])))
  }

  @Test("refuse requirements of which nothing is left once the API server has dropped what it does not know")
  func dropped() throws {
    for (kind, key) in [
      ("ImageSecurityPolicy", "packageVulnerabilityRequirements"), ("VulnzSigningPolicy", "packageVulnerabilityRequirements"),
      ("VulnzSigningPolicy", "imageVulnerabilityRequirements"),
    ] {
      let text = kritis(kind, in: "prod", "\(key): {maximumSevrity: LOW}")
      let object = try DocumentNode(parsing: text, file: "object").json().root
      #expect(try Self.schema(of: kind).violations(of: object).contains(".spec.\(key) has the size 0"))
    }
  }

  @Test(
    "refuse what the reader refuses",
    arguments: [
      ("ImageSecurityPolicy", "packageVulnerabilityRequirements: {maximumSeverity: SEVERE}"),
      ("ImageSecurityPolicy", "imageAllowlist: []"), ("ImageSecurityPolicy", "attestationAuthorityName: ''"),
      ("GenericAttestationPolicy", "attestationAuthorityNames: []"), ("GenericAttestationPolicy", "{}"),
      ("AttestationAuthority", "noteReference: projects/p/notes/n"), ("AttestationAuthority", "publicKeyData: x"),
      ("AttestationAuthority", "{noteReference: n, publicKeyData: x}"),
      ("AttestationAuthority", "{noteReference: projects/p/notes/n, publicKeys: [{keyType: PGP}]}"),
      ("BuildPolicy", "{}"), ("BuildPolicy", "buildRequirements: {}"), ("KritisConfig", "metadataBackend: containerAnalysis"),
      ("KritisConfig", "cronInterval: often"), ("VulnzSigningPolicy", "{}"),
    ])
  func refused(_ kind: String, _ spec: String) throws {
    let text = kritis(kind, in: kind == "KritisConfig" ? nil : "prod", spec)
    let object = try DocumentNode(parsing: text, file: "object").json().root
    #expect(try Self.schema(of: kind).violations(of: object) != [])
    #expect(throws: DocumentError.self) { try KritisWorld().rulebook(text) }
  }
}
