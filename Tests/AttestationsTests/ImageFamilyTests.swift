import Attestations
import Images
import Testing

@Suite("An image of several platforms")
struct ImageFamilyTests {
  let key = ExampleKey()
  let image: PinnedReference
  let index: Digest
  let other: Digest
  let now = Example.noonOfFourthMay2026

  init() throws {
    image = try Example.image()
    index = try Digest(parsing: Example.otherDigest)
    other = try Digest(parsing: "sha256:" + String(repeating: "ab", count: 32))
  }

  private func isGood(
    _ rule: Attestor.PlatformRule, signed: [Digest], family: ImageFamily, threshold: Int = 1
  ) throws -> Bool {
    let attestor = Attestor(
      name: "projects/attestors/attestors/qa", note: try Example.note(), keys: [try key.publicKey()], platforms: rule)
    var offered: [Digest: [UnverifiedAttestation]] = [:]
    for digest in signed {
      offered[digest] = [try Example.attestation(key.detached(Example.payload(digest: digest.description)))]
    }
    let verdict = attestor.verdict(on: offered, for: family, at: now)
    #expect(verdict.verified.allSatisfy { $0.image == image && signed.contains($0.signed) })
    return verdict.isSatisfied
  }

  @Test("counts by its own digest under every rule", arguments: Attestor.PlatformRule.allCases)
  func own(rule: Attestor.PlatformRule) throws {
    #expect(try isGood(rule, signed: [image.digest], family: ImageFamily(image)))
    #expect(try isGood(rule, signed: [image.digest], family: ImageFamily(image, enclosing: [index], leaves: [other])))
    #expect(try !isGood(rule, signed: [], family: ImageFamily(image, enclosing: [index], leaves: [other])))
  }

  @Test("counts by an index that holds it where the rule says so")
  func enclosing() throws {
    let family = ImageFamily(image, enclosing: [other, index])
    #expect(try isGood(.enclosingIndex, signed: [index], family: family))
    #expect(try !isGood(.exactDigest, signed: [index], family: family))
    #expect(try !isGood(.everyLeaf, signed: [index], family: family))
    #expect(try !isGood(.enclosingIndex, signed: [index], family: ImageFamily(image)))
  }

  @Test("counts by each of its leaves where the rule says so, and not by some")
  func leaves() throws {
    let family = ImageFamily(image, leaves: [index, other])
    #expect(try isGood(.everyLeaf, signed: [index, other], family: family))
    #expect(try !isGood(.everyLeaf, signed: [index], family: family))
    #expect(try !isGood(.exactDigest, signed: [index, other], family: family))
    #expect(try !isGood(.everyLeaf, signed: [], family: ImageFamily(image)))
  }

  @Test("is not vouched for by a statement about a relative that carries the image's own digest")
  func mixedUp() throws {
    let attestor = Attestor(
      name: "projects/attestors/attestors/qa", note: try Example.note(), keys: [try key.publicKey()], platforms: .enclosingIndex)
    let offered = [index: [try Example.attestation(key.detached())]]
    let verdict = attestor.verdict(on: offered, for: ImageFamily(image, enclosing: [index]), at: now)
    #expect(!verdict.isSatisfied)
  }
}
