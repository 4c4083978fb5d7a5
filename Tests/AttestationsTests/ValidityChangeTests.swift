import Attestations
import Images
import Testing

@Suite("A change of keys")
struct ValidityChangeTests {
  let now = Example.noonOfFourthMay2026
  let key = ExampleKey()
  let next = ExampleKey()

  private func side(_ keys: [AttestorKey], at seconds: Int64? = nil) throws -> AttestorsInTime {
    AttestorsInTime(try Attestors([Example.attestor(keys)]), atSeconds: seconds ?? now)
  }

  @Test("tells which images lose or gain an attestor's word, and why")
  func changes() throws {
    let offered = [try Example.attestation(key.detached())]
    let good = try side([key.publicKey()])
    let revoked = try side([key.publicKey(revocation: .init(atSeconds: now, reason: .compromise(sinceSeconds: nil)))])
    let loss = try good.changes(to: revoked, on: Example.image(), offered: offered)
    #expect(loss.map(\.direction) == [.loses])
    #expect(loss.map(\.cause?.code) == ["key-revoked"])
    #expect(try revoked.changes(to: good, on: Example.image(), offered: offered).map(\.direction) == [.gains])
    #expect(try good.changes(to: good, on: Example.image(), offered: offered).isEmpty)
    #expect(try good.changes(to: revoked, on: Example.image(), offered: []).isEmpty)
    let nobody = AttestorsInTime(try Attestors(), atSeconds: now)
    #expect(try good.changes(to: nobody, on: Example.image(), offered: offered).map(\.cause) == [nil])
  }

  @Test("tells what time alone will take away")
  func expiry() throws {
    let record = try key.publicKey(notAfter: now + 10)
    let offered = [try Example.attestation(key.detached())]
    func attestors(_ expiry: AttestorKey.Expiry, _ seconds: Int64) throws -> AttestorsInTime {
      let attestor = Attestor(name: "projects/p/attestors/qa", note: try Example.note(), keys: [record], expiry: expiry)
      return AttestorsInTime(try Attestors([attestor]), atSeconds: seconds)
    }
    func changes(_ expiry: AttestorKey.Expiry) throws -> [ValidityChange] {
      try attestors(expiry, now).changes(to: attestors(expiry, now + 11), on: Example.image(), offered: offered)
    }
    #expect(try changes(.goodNow).map(\.cause) == [.expired(keyID: record.id)])
    #expect(try changes(.goodWhenSigned).isEmpty)
  }

  @Test("never gives a wrong verdict while old and new keys overlap, over a hundred rotations")
  func rotations() throws {
    let (period, overlap): (Int64, Int64) = (1000, 100)
    let start = now - 100 * period
    let keys = (0...100).map { _ in ExampleKey() }
    let records = try keys.enumerated().map { index, key in
      let from = start + Int64(index) * period
      return try key.publicKey(notBefore: from, notAfter: from + period + overlap)
    }
    let attestor = try Example.attestor(records)
    for index in 0..<100 {
      let from = start + Int64(index) * period
      // Each key just before, at both ends of and just after its time; within the overlap its successor counts as well.
      for (made, isGood) in [
        (from - 1, false), (from, true), (from + period, true), (from + period + overlap, true),
        (from + period + overlap + 1, false),
      ] {
        let offered = try Example.attestation(keys[index].detached(), createdAtSeconds: made)
        #expect(try attestor.verdict(on: [offered], for: Example.image(), at: now + 2 * period).isSatisfied == isGood)
      }
      let both = try [keys[index], keys[index + 1]].map {
        try Example.attestation($0.detached(), createdAtSeconds: from + period + overlap)
      }
      #expect(try attestor.verdict(on: both, for: Example.image(), at: now + 2 * period).verified.count == 2)
    }
  }
}
