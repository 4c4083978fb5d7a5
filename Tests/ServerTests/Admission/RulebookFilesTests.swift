import Foundation
import Images
import Policies
import Server
import TestSupport
import Testing

@Suite("The files of the rules")
struct RulebookFilesTests {
  private static let allow =
    "defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}\n"
  private static let deny = "defaultAdmissionRule: {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}\n"

  private static func write(_ policy: String, _ folder: TemporaryFolder) throws {
    try folder.write(["policy.yaml": Array(policy.utf8), "attestors.yaml": Array("[]\n".utf8)])
  }

  private static func policy(_ files: RulebookFiles) -> Policy? { files.rulebook?.imagePolicies.first as? Policy }

  @Test("are in force once read, and again when they change")
  func reload() throws {
    let folder = try TemporaryFolder()
    let files = RulebookFiles(policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"))
    #expect(files.rulebook == nil)
    #expect(throws: ListeningError.self) { try files.reload() }
    try Self.write(Self.allow, folder)
    #expect(try files.reload())
    #expect(try !files.reload())
    let first = files.rulebook?.digest
    #expect(Self.policy(files)?.defaultRule == .allowing())
    try Self.write(Self.deny, folder)
    #expect(try files.reload())
    #expect(Self.policy(files)?.defaultRule == .denying())
    #expect(files.rulebook?.digest != first)
    #expect(files.generation == 2)
  }

  @Test("may be a folder, of which every YAML and JSON file counts")
  func folder() throws {
    let folder = try TemporaryFolder()
    try folder.write([
      "policies/a.yaml": Array(Self.deny.utf8), "policies/README.md": Array("not a policy".utf8),
      "attestors.yaml": Array("[]\n".utf8),
    ])
    let files = RulebookFiles(policyFile: folder.path("policies"), attestorsFile: folder.path("attestors.yaml"))
    #expect(try files.reload())
    #expect(Self.policy(files)?.defaultRule == .denying())
    try folder.write(["policies/b.json": Array(#"{"defaultAdmissionRule": 1}"#.utf8)])
    #expect { try files.reload() } throws: { "\($0)".contains("b.json") }
    try FileManager.default.removeItem(atPath: folder.path("policies/a.yaml"))
    try FileManager.default.removeItem(atPath: folder.path("policies/b.json"))
    #expect(throws: DocumentError.self) { try files.reload() }
    #expect(Self.policy(files)?.defaultRule == .denying())
  }

  @Test("stay what they were while the new ones are broken, and say so")
  func broken() throws {
    let folder = try TemporaryFolder()
    let files = RulebookFiles(policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"))
    let strict = RulebookFiles(
      policyFile: folder.path("policy.yaml"), attestorsFile: folder.path("attestors.yaml"), whileBroken: .deny)
    try Self.write(Self.deny, folder)
    _ = try files.reload()
    #expect(try strict.reload() && strict.inForce != nil)
    for text in ["", "defaultAdmissionRule: {", "defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW}", Self.allow + "more: 1\n"]
    {
      try Self.write(text, folder)
      #expect(throws: DocumentError.self) { try files.reload() }
      #expect(Self.policy(files)?.defaultRule == .denying())
      #expect(files.fault != nil)
      #expect(files.inForce?.digest == files.rulebook?.digest)
      #expect(throws: DocumentError.self) { try strict.reload() }
      #expect(strict.inForce == nil && strict.rulebook != nil)
    }
    try FileManager.default.removeItem(atPath: folder.path("policy.yaml"))
    #expect(throws: ListeningError.self) { try files.reload() }
    try Self.write(Self.deny, folder)
    #expect(try !files.reload())
    #expect(files.fault == nil)
  }
}
