import Attestations
import Foundation
import Images
import Testing

@Suite("What a log says of an entry")
struct InclusionTests {
  static let now = ExampleSigstore.now

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String?
    let edit: @Sendable (inout [String: Any], ExampleLog) throws -> Void

    init(_ name: String, _ code: String?, _ edit: @escaping @Sendable (inout [String: Any], ExampleLog) throws -> Void) {
      testDescription = name
      self.code = code
      self.edit = edit
    }
  }

  private static let entry = "verificationMaterial.tlogEntries.0"
  private static let proof = "verificationMaterial.tlogEntries.0.inclusionProof"
  private static let zeros = [UInt8](repeating: 0, count: 32)

  static let cases: [Case] = [
    Case("as it was made", nil) { _, _ in },
    Case("another index in the log", "bad-log-proof") { json, _ in change(&json, at: "\(entry).logIndex", to: "1003") },
    Case("another time", "bad-log-proof") { json, _ in change(&json, at: "\(entry).integratedTime", to: "\(now - 1)") },
    Case("an unknown log", "bad-log-proof") { json, _ in change(&json, at: "\(entry).logId.keyId", to: zeros.base64) },
    Case("a promise of another entry", "bad-log-proof") { json, log in
      let promise = try log.promise([1], seconds: now, index: 1002)
      change(&json, at: "\(entry).inclusionPromise.signedEntryTimestamp", to: promise.base64)
    },
    Case("an empty promise", "bad-log-proof") { json, _ in
      change(&json, at: "\(entry).inclusionPromise.signedEntryTimestamp", to: "")
    },
    Case("another place in the tree", "bad-log-proof") { json, _ in change(&json, at: "\(proof).logIndex", to: "3") },
    Case("a place outside the tree", "bad-log-proof") { json, _ in change(&json, at: "\(proof).logIndex", to: "5") },
    Case("a negative place", "malformed-bundle") { json, _ in change(&json, at: "\(proof).logIndex", to: "-1") },
    Case("another size", "bad-log-proof") { json, _ in change(&json, at: "\(proof).treeSize", to: "6") },
    Case("another root", "bad-log-proof") { json, _ in change(&json, at: "\(proof).rootHash", to: zeros.base64) },
    Case("another hash on the way", "bad-log-proof") { json, _ in change(&json, at: "\(proof).hashes.1", to: zeros.base64) },
    Case("a hash of another length", "malformed-bundle") { json, _ in change(&json, at: "\(proof).hashes.1", to: "AAAA") },
    Case("no hashes", "bad-log-proof") { json, _ in change(&json, at: "\(proof).hashes", to: nil) },
    Case("one hash too many", "bad-log-proof") { json, _ in
      change(&json, at: "\(proof).hashes", to: [String](repeating: zeros.base64, count: 9))
    },
    Case("65 hashes", "bundle-over-limit") { json, _ in
      change(&json, at: "\(proof).hashes", to: [String](repeating: zeros.base64, count: 65))
    },
    Case("no checkpoint", "malformed-bundle") { json, _ in change(&json, at: "\(proof).checkpoint", to: nil) },
    Case("a checkpoint of another tree", "bad-log-proof") { json, log in
      change(&json, at: "\(proof).checkpoint.envelope", to: try log.checkpoint(size: 5, root: zeros))
    },
    Case("a tree of zeros that the log never signed", "bad-log-proof") { json, _ in
      let other = ExampleLog.ecdsa("rekor.test")
      change(&json, at: "\(proof).checkpoint.envelope", to: try other.checkpoint(size: 5, root: zeros))
    },
    Case("a checkpoint under another name", "bad-log-proof") { json, log in
      try edit(&json) { $0.replacing("rekor.test - 42", with: "other.test - 42") }
    },
    Case("a checkpoint whose key hint is another's", "bad-log-proof") { json, log in
      try edit(&json) { text in
        let line = text.split(separator: "\n").last ?? ""
        guard let packed = line.split(separator: " ").last, var bytes = Data(base64Encoded: String(packed)) else { return text }
        bytes[0] ^= 1
        return text.replacing(packed, with: bytes.base64EncodedString())
      }
    },
    Case("a checkpoint with words after its end", "bad-log-proof") { json, _ in try edit(&json) { $0 + "more" } },
    Case("a checkpoint without its last line break", "bad-log-proof") { json, _ in try edit(&json) { String($0.dropLast()) } },
    Case("a checkpoint with an empty signature line", "bad-log-proof") { json, _ in try edit(&json) { $0 + "\n" } },
    Case("a witness beside the log", nil) { json, _ in
      try edit(&json) { $0 + "\u{2014} witness.test \([UInt8](repeating: 7, count: 68).base64)\n" }
    },
    Case("another kind than the body's", "wrong-log-entry") { json, _ in
      change(&json, at: "\(entry).kindVersion.kind", to: "dsse")
    },
    Case("no kind", "malformed-bundle") { json, _ in change(&json, at: "\(entry).kindVersion", to: nil) },
    Case("a body that is no JSON", "malformed-bundle") { json, _ in change(&json, at: "\(entry).canonicalizedBody", to: "AAAA") },
    Case("no entry at all", "too-few-logs") { json, _ in change(&json, at: "verificationMaterial.tlogEntries", to: nil) },
    Case("the same entry twice", nil) { json, _ in
      let one = ((json["verificationMaterial"] as? [String: Any])?["tlogEntries"] as? [Any]) ?? []
      change(&json, at: "verificationMaterial.tlogEntries", to: one + one)
    },
    Case("nine entries", "bundle-over-limit") { json, _ in
      let one = ((json["verificationMaterial"] as? [String: Any])?["tlogEntries"] as? [Any]) ?? []
      change(&json, at: "verificationMaterial.tlogEntries", to: (0..<9).flatMap { _ in one })
    },
    Case("null where nothing is meant", nil) { json, _ in
      change(&json, at: "verificationMaterial.timestampVerificationData", to: NSNull())
    },
  ]

  private static func edit(_ json: inout [String: Any], _ rewrite: (String) throws -> String) throws {
    let entries = (json["verificationMaterial"] as? [String: Any])?["tlogEntries"] as? [[String: Any]]
    let checkpoint = (entries?.first?["inclusionProof"] as? [String: Any])?["checkpoint"] as? [String: String]
    change(&json, at: "\(proof).checkpoint.envelope", to: try rewrite(checkpoint?["envelope"] ?? ""))
  }

  @Test("is believed only when promise, proof and checkpoint agree", arguments: cases)
  func agreement(_ the: Case) throws {
    let world = try ExampleSigstore()
    var json = try world.bundle().json
    try the.edit(&json, world.log)
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, trust)) == the.code)
  }

  @Test("holds for every place in trees of every shape, and for no other place", arguments: 1...9)
  func shapes(_ size: Int) throws {
    let world = try ExampleSigstore()
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root())
    for place in 0..<size {
      var recipe = ExampleSigstore.Recipe()
      recipe.treeSize = size
      recipe.place = place
      var json = try world.bundle(recipe).json
      #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, trust)) == nil)
      change(&json, at: "\(Self.proof).logIndex", to: "\((place + 1) % (size + 1))")
      #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, trust)) == "bad-log-proof")
    }
  }

  @Test("counts distinct logs, not entries")
  func distinct() throws {
    let world = try ExampleSigstore()
    var requirements = SigstoreRequirements()
    requirements.logs = 2
    let trust = SigstoreTrust(signer: .identities([ExampleSigstore.identity]), root: try world.root(), requirements: requirements)
    var json = try world.bundle().json
    let one = ((json["verificationMaterial"] as? [String: Any])?["tlogEntries"] as? [Any]) ?? []
    change(&json, at: "verificationMaterial.tlogEntries", to: one + one)
    #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, trust)) == "too-few-logs")
    requirements.logs = 1
    requirements.timestamps = 1
    let stamped = SigstoreTrust(signer: trust.signer, root: trust.root, requirements: requirements)
    #expect(SigstoreVerdictTests.code(try SigstoreVerdictTests.verdict(json, stamped)) == "too-few-timestamps")
  }
}
