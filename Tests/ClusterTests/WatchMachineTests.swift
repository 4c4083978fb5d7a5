import Cluster
import Testing

@Suite("The way from a list to a watch")
struct WatchMachineTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let events: [WatchMachine.Event]
    let last: [WatchMachine.Action]
  }

  static let listed: [WatchMachine.Event] = [.page(version: "10", next: nil, count: 2)]

  @Test(
    "does what comes next",
    arguments: [
      Case(
        testDescription: "the next page of the same list", events: [.page(version: "10", next: "t", count: 500)],
        last: [.list(after: "t", limit: 500)]),
      Case(
        testDescription: "a watch from where the list was", events: listed,
        last: [.complete(generation: 1, isTruncated: false), .watch(from: "10")]),
      Case(
        testDescription: "the watch again, from the last it saw", events: listed + [.watched(version: "12"), .ended],
        last: [.watch(from: "12")]),
      Case(
        testDescription: "another list when what is held is not all", events: listed + [.watched(version: "12"), .outdated],
        last: [.list(after: nil, limit: 500)]),
      Case(testDescription: "a pause after a failure", events: listed + [.failed(.other)], last: [.wait(.seconds(1))]),
      Case(
        testDescription: "longer pauses while it fails", events: listed + [.failed(.other), .waited, .failed(.other)],
        last: [.wait(.seconds(2))]),
      Case(
        testDescription: "a short pause again once something came",
        events: listed + [.failed(.other), .waited, .watched(version: "13"), .failed(.other)], last: [.wait(.seconds(1))]),
      Case(
        testDescription: "another list when the version is gone", events: listed + [.failed(.gone)],
        last: [.list(after: nil, limit: 500)]),
      Case(
        testDescription: "no tight loop of lists whose tokens are gone", events: [.failed(.gone), .failed(.gone)],
        last: [.wait(.seconds(2))]),
      Case(
        testDescription: "from the first page after a token is gone",
        events: [.page(version: "10", next: "t", count: 500), .failed(.gone)], last: [.list(after: nil, limit: 500)]),
      Case(
        testDescription: "smaller pages when one is too large", events: [.failed(.tooLarge)],
        last: [.list(after: nil, limit: 250)]),
      Case(
        testDescription: "another list when an object is too long for a line", events: listed + [.failed(.tooLarge), .waited],
        last: [.list(after: nil, limit: 500)]),
      Case(
        testDescription: "no more pages than may be held",
        events: [.page(version: "10", next: "t", count: 500), .page(version: "10", next: "u", count: 500)],
        last: [.complete(generation: 1, isTruncated: true), .watch(from: "10")]),
      Case(
        testDescription: "a look now and then for a kind that there is not", events: [.failed(.absent)],
        last: [.absent(generation: 2), .wait(.seconds(30))]),
    ])
  func next(_ the: Case) {
    var machine = WatchMachine(limitPage: 500, limitObjects: 1_000)
    var actions = machine.start()
    for event in the.events {
      let next = machine.next(event)
      if !next.isEmpty { actions = next }
    }
    #expect(actions == the.last)
  }

  @Test("never waits longer than half a minute")
  func pauses() {
    var machine = WatchMachine(limitPage: 500, limitObjects: 1_000)
    _ = machine.start()
    for _ in 0..<50 {
      guard case .wait(let pause) = machine.next(.failed(.other)).first else { continue }
      #expect(pause <= .seconds(30))
      _ = machine.next(.waited)
    }
  }
}
