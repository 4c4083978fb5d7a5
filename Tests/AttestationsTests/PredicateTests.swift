import Attestations
import Images
import Testing

@Suite("A predicate")
struct PredicateTests {
  static func predicate(_ type: String, _ json: String) throws -> Predicate {
    try Predicate(JSONDocument(parsing: Array(json.utf8), atMost: 1 << 20).root, type: type)
  }

  @Test("of SLSA provenance 1.0 tells builder, source and materials")
  func provenance1() throws {
    let read = try Self.predicate(
      SLSAProvenance.typeOfVersion1,
      """
      {"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
        "externalParameters":{"workflow":{"ref":"refs/heads/main","repository":"https://github.com/shop/web","path":"x.yml"}},
        "resolvedDependencies":[{"uri":"pkg:docker/debian@12","digest":{"sha256":"ab"}},
          {"uri":"git+https://github.com/shop/web@refs/heads/main","digest":{"gitCommit":"c0ffee"}}]},
       "runDetails":{"builder":{"id":"https://github.com/builder"},"metadata":{"invocationId":"run-7"}}}
      """)
    guard case .provenance(let it) = read else { throw Unexpected() }
    #expect(it.builderID == "https://github.com/builder" && it.buildType.hasSuffix("workflow/v1") && it.invocationID == "run-7")
    #expect(it.materials.map(\.uri) == ["pkg:docker/debian@12", "git+https://github.com/shop/web@refs/heads/main"])
    #expect(it.source?.digests == ["gitCommit": "c0ffee"])
  }

  @Test("of SLSA provenance 0.2 tells the same")
  func provenance02() throws {
    let read = try Self.predicate(
      SLSAProvenance.typeOfVersion02,
      """
      {"builder":{"id":"https://tekton.dev/chains/v2"},"buildType":"tekton.dev/v1beta1/TaskRun",
       "invocation":{"configSource":{"uri":"git+https://github.com/shop/web","digest":{"sha1":"c0ffee"},"entryPoint":"x"}},
       "materials":[{"uri":"oci://debian","digest":{"sha256":"ab"}}],"metadata":{"buildInvocationID":"run-7"}}
      """)
    guard case .provenance(let it) = read else { throw Unexpected() }
    #expect(it.builderID == "https://tekton.dev/chains/v2" && it.invocationID == "run-7" && it.materials.count == 1)
    #expect(it.source?.uri == "git+https://github.com/shop/web" && it.source?.digests == ["sha1": "c0ffee"])
  }

  @Test("of an inventory counts what is in it, and what has no version")
  func inventories() throws {
    let spdx = try Self.predicate(
      SPDXDocument.predicateType,
      """
      {"spdxVersion":"SPDX-2.3","name":"web","creationInfo":{"created":"2026-05-04T12:00:00Z"},
       "packages":[{"name":"bash","versionInfo":"5.2"},{"name":"left"}]}
      """)
    guard case .spdx(let document) = spdx else { throw Unexpected() }
    #expect(document.packageCount == 2 && document.unversionedCount == 1 && document.created == "2026-05-04T12:00:00Z")
    let cyclone = try Self.predicate(
      CycloneDXDocument.predicateType,
      """
      {"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"timestamp":"2026-05-04T12:00:00Z"},
       "components":[{"name":"a","version":"1","components":[{"name":"b"},{"name":"c","version":"2"}]}]}
      """)
    guard case .cycloneDX(let bom) = cyclone else { throw Unexpected() }
    #expect(bom.componentCount == 3 && bom.unversionedCount == 1 && bom.version == "1.5")
  }

  @Test("of a scan, an OpenVEX document and a verification summary tells what policies ask")
  func others() throws {
    guard
      case .vulnerabilityScan(let scan) = try Self.predicate(
        VulnerabilityScan.predicateType,
        """
        {"scanner":{"uri":"pkg:github/trivy","version":"0.50","db":{"version":"2"},"result":{"any":[1]}},
         "metadata":{"scanFinishedOn":"2026-05-04T12:00:00Z"}}
        """),
      case .openVEX(let vex) = try Self.predicate(
        OpenVEXDocument.predicateType,
        """
        {"@context":"https://openvex.dev/ns/v0.2.0","author":"shop","statements":[
          {"vulnerability":{"name":"CVE-2026-1"},"products":[{"@id":"pkg:oci/web"}],"status":"not_affected",
           "justification":"vulnerable_code_not_present"},
          {"vulnerability":"CVE-2026-2","products":["pkg:oci/web"],"status":"fixed"}]}
        """),
      case .verificationSummary(let summary) = try Self.predicate(
        VerificationSummary.predicateType,
        """
        {"verifier":{"id":"https://verifier.example.test"},"resourceUri":"pkg:oci/web","policy":{"uri":"https://p.test"},
         "verificationResult":"PASSED","verifiedLevels":["SLSA_BUILD_LEVEL_3"],"timeVerified":"2026-05-04T12:00:00Z"}
        """)
    else { throw Unexpected() }
    #expect(scan.scanner == "pkg:github/trivy" && scan.databaseVersion == "2" && scan.finished == "2026-05-04T12:00:00Z")
    #expect(vex.statements.map(\.status) == [.notAffected, .fixed])
    #expect(vex.statements.map(\.vulnerability) == ["CVE-2026-1", "CVE-2026-2"])
    #expect(summary.hasPassed && summary.verifiedLevels == ["SLSA_BUILD_LEVEL_3"] && summary.resourceURI == "pkg:oci/web")
  }

  @Test(
    "that is not of its type's shape is refused, never half read",
    arguments: [
      (SLSAProvenance.typeOfVersion1, "{}"),
      (SLSAProvenance.typeOfVersion1, #"{"buildDefinition":{"buildType":"x"},"runDetails":{"builder":{"id":7}}}"#),
      (SLSAProvenance.typeOfVersion02, #"{"builder":{"id":""},"buildType":"x"}"#),
      (SLSAProvenance.typeOfVersion02, #"{"builder":{"id":"b"},"buildType":"x","materials":{}}"#),
      (SPDXDocument.predicateType, #"{"spdxVersion":"SPDX-3.0","name":"web"}"#),
      (SPDXDocument.predicateType, #"{"spdxVersion":"SPDX-2.3","name":"web","packages":[{}]}"#),
      (CycloneDXDocument.predicateType, #"{"bomFormat":"other","specVersion":"1.5"}"#),
      (CycloneDXDocument.predicateType, #"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[7]}"#),
      (VulnerabilityScan.predicateType, #"{"scanner":{}}"#),
      (OpenVEXDocument.predicateType, #"{"@context":"https://openvex.dev.evil.test","author":"a"}"#),
      (OpenVEXDocument.predicateType, vex(#""status":"not_affected""#)),
      (OpenVEXDocument.predicateType, vex(#""status":"harmless""#)),
      (VerificationSummary.predicateType, #"{"verifier":{"id":"v"},"resourceUri":"r","verificationResult":"passed"}"#),
    ])
  func refused(type: String, json: String) {
    #expect(throws: JSONError.self) { try Self.predicate(type, json) }
  }

  private static func vex(_ members: String) -> String {
    #"{"@context":"https://openvex.dev/ns","author":"a","statements":[{"vulnerability":"CVE-1",\#(members)}]}"#
  }

  @Test("of a type that is not read is let through as it is")
  func custom() throws { #expect(try Self.predicate("https://example.test/any", "{}") == .other) }

  @Test("has the short names of cosign, and URIs for everything else")
  func names() {
    #expect(PredicateType.uri(of: "slsaprovenance1") == "https://slsa.dev/provenance/v1")
    #expect(PredicateType.uri(of: "slsaprovenance") == "https://slsa.dev/provenance/v0.2")
    #expect(PredicateType.uri(of: "https://example.test/any") == "https://example.test/any")
    for nonsense in ["", "provenance", "https://a b", "1a:b", "http:\"x", ":"] { #expect(PredicateType.uri(of: nonsense) == nil) }
  }

  @Test("comes out of the statement that was signed, byte for byte")
  func statement() throws {
    let image = try Example.image()
    let predicate = #"{ "spdxVersion" : "SPDX-2.3", "name":"wéb" }"#
    let payload = try InTotoStatement.payload(
      about: image, predicateType: SPDXDocument.predicateType, predicate: Array(predicate.utf8), checks: .passed(["a", "b"]))
    let statement = try InTotoStatement(parsing: payload)
    #expect(statement.subjects == [image.digest] && statement.predicateType == SPDXDocument.predicateType)
    #expect(statement.predicateJSON.map { String(decoding: $0, as: UTF8.self) } == predicate)
    #expect(String(decoding: payload, as: UTF8.self).contains(#""annotations":{"pratique.checks":"a,b"}"#))
    guard case .spdx(let document) = try statement.predicate() else { throw Unexpected() }
    #expect(document.name == "wéb")
  }

  @Test(
    "is not signed when nobody could read it", arguments: ["[]", #"{"a":1,"a":2}"#, "{", #"{"spdxVersion":"SPDX-2.3"}"#, "7"])
  func unreadable(predicate: String) throws {
    let image = try Example.image()
    #expect(throws: JSONError.self) {
      try InTotoStatement.payload(
        about: image, predicateType: SPDXDocument.predicateType, predicate: Array(predicate.utf8), checks: .none)
    }
  }
}

/// A value of another case than the test is about.
struct Unexpected: Error {}
