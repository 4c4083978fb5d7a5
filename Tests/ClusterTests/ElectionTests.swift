import Cluster
import Testing

@Suite("The election of a leader")
struct ElectionTests {
  private let start = ContinuousClock.now

  private func record(_ holder: String, renewed: Int64 = 1, transitions: Int = 0) -> LeaseRecord {
    LeaseRecord(
      holder: holder, transitions: transitions, acquiredMicroseconds: 1, renewedMicroseconds: renewed, version: "1")
  }

  @Test("makes the lease when there is none")
  func first() {
    var election = Election(identity: "a")
    guard case .write(let written) = election.step(on: nil, at: start, microseconds: 5) else {
      Issue.record("nothing is written")
      return
    }
    #expect(written.holder == "a" && written.version.isEmpty)
    #expect(!election.isLeading(at: start))
    election.renewed(start)
    #expect(election.isLeading(at: start))
  }

  @Test("leaves a lease alone that is renewed, however old the clock in it says it is")
  func others() {
    var election = Election(identity: "b")
    for second in 0..<60 {
      let step = election.step(on: record("a", renewed: Int64(second)), at: start + .seconds(second), microseconds: 1 << 50)
      #expect(step == .wait)
    }
  }

  @Test("takes over a lease that nobody has renewed for as long as it lasts, and counts the change")
  func takesOver() {
    var election = Election(identity: "b")
    #expect(election.step(on: record("a"), at: start, microseconds: 9) == .wait)
    #expect(election.step(on: record("a"), at: start + Election.lease - .milliseconds(1), microseconds: 9) == .wait)
    guard case .write(let next) = election.step(on: record("a"), at: start + Election.lease, microseconds: 9) else {
      Issue.record("it is not taken over")
      return
    }
    #expect(next.holder == "b" && next.transitions == 1 && next.version == "1")
  }

  @Test("counts changes no further than the API server does")
  func transitions() {
    var election = Election(identity: "b")
    for count in [Int(Int32.max), Int.max] {
      guard case .write(let next) = election.step(on: record("", transitions: count), at: start, microseconds: 9) else {
        Issue.record("it is not taken over")
        return
      }
      #expect(next.transitions == 0)
    }
  }

  @Test("takes over at once what was laid down")
  func resigned() {
    var election = Election(identity: "b")
    #expect(election.step(on: record(""), at: start, microseconds: 9) != .wait)
  }

  @Test("stops leading before anybody else may begin")
  func margin() {
    var election = Election(identity: "a")
    election.renewed(start)
    #expect(election.isLeading(at: start + Election.lease - Election.margin - .milliseconds(1)))
    #expect(!election.isLeading(at: start + Election.lease - Election.margin))
    election.renewed(start)
    election.lost()
    #expect(!election.isLeading(at: start))
  }
}
