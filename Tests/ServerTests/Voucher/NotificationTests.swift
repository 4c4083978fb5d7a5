import Images
import Logging
import Metadata
import NIOHTTP1
import Policies
import Server
import Synchronization
import Testing

@Suite("Notifications of a registry")
struct NotificationTests {
  private static let manifest = "application/vnd.oci.image.manifest.v1+json"

  /// One event as a registry sends it.
  private static func event(
    _ digest: String, action: String = "push", type: String = manifest, host: String = "registry.example.test",
    repository: String = "shop/web", tag: String? = "1.4",
    more: String = ""
  ) -> String {
    let tag = tag.map { #","tag":"\#($0)""# } ?? ""
    return """
      {"id":"320678d8-ca14-430f-8bb6-4ca139cd83f7","timestamp":"2026-11-26T00:00:00Z","action":"\(action)",\
      "target":{"mediaType":"\(type)","size":708,"digest":"\(digest)","length":708,"repository":"\(repository)",\
      "url":"http://\(host)/v2/\(repository)/manifests/\(digest)"\(tag)\(more)},\
      "request":{"id":"6df24a34-0959-4923-81ca-14f09767db19","addr":"192.0.2.7:42961","host":"\(host)","method":"PUT",\
      "useragent":"curl"},"actor":{},"source":{"addr":"registry:5000","instanceID":"a53db899"}}
      """
  }

  /// What the manifest of an event refers to: a configuration of a type, and a layer.
  private static func references(_ type: String) -> String {
    #","references":[{"mediaType":"application/vnd.\#(type)"},{"mediaType":"application/vnd.oci.image.layer.v1.tar"}]"#
  }

  private static func envelope(_ events: String...) -> String { "{\"events\":[\(events.joined(separator: ","))]}" }

  private static let headers = [
    CheckBench.bearer, ("Content-Type", "application/vnd.docker.distribution.events.v1+json"),
  ]

  /// What was checked, in order.
  private final class Checked: Sendable {
    private let images = Mutex<[PinnedReference]>([])
    private let pauses = Mutex<[Duration]>([])

    func note(_ image: PinnedReference) -> Int {
      images.withLock {
        $0.append(image); return $0.count
      }
    }
    func note(_ pause: Duration) { pauses.withLock { $0.append(pause) } }
    var all: [PinnedReference] { images.withLock { $0 } }
    var waited: [Duration] { pauses.withLock { $0 } }
  }

  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test("have a new image checked and attested, told over HTTP with a token")
  func journey() async throws {
    let bench = try CheckBench("onPush: basic")
    let suite = try bench.suite()
    let (ends, end) = AsyncStream.makeStream(of: [CheckResult].self)
    let entries = try #require(bench.checklist.entries(for: bench.checklist.onPush))
    let pushes = PushedImages(logger: Self.logger) { image in
      let results = await suite.results(of: entries, on: image)
      end.yield(results)
      return results
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pushes.run() }
      group.addTask {
        try await bench.serving(pushes: pushes) { address in
          let body = Self.envelope(Self.event("\(bench.image.digest)"), Self.event("\(bench.image.digest)", tag: nil))
          let answer = try await send(.POST, "\(address)/notifications", body, headers: Self.headers)
          #expect(answer.status == 202)
          for await results in ends {
            #expect(results.map(\.isAttested) == [true, true])
            break
          }
          #expect(try await bench.attested(bench.image) == ["diy", "nobody"])
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  @Test(
    "mean an image only where they tell of a push of one in a registry of ours",
    arguments: [
      (event("sha256:\(String(repeating: "a", count: 64))"), true),
      (event("sha256:\(String(repeating: "a", count: 64))", action: "pull"), false),
      (event("sha256:\(String(repeating: "a", count: 64))", type: "application/octet-stream"), false),
      (event("sha256:\(String(repeating: "a", count: 64))", host: "evil.test"), false),
      (event("sha256:\(String(repeating: "a", count: 64))", host: "registry.example.test.evil"), false),
      (event("sha256:\(String(repeating: "a", count: 64))", repository: "../web"), false),
      (event("sha256:\(String(repeating: "a", count: 64))", tag: "sha256-\(String(repeating: "b", count: 64)).sig"), false),
      (event("sha256:12"), false), ("{}", false), ("7", false),
      (event("sha256:\(String(repeating: "a", count: 64))", more: references("oci.image.config.v1+json")), true),
      (event("sha256:\(String(repeating: "a", count: 64))", more: references("docker.container.image.v1+json")), true),
      (event("sha256:\(String(repeating: "a", count: 64))", more: references("cncf.helm.config.v1+json")), false),
      (event("sha256:\(String(repeating: "a", count: 64))", more: references("oci.empty.v1+json")), false),
      (event("sha256:\(String(repeating: "a", count: 64))", more: #","artifactType":"application/spdx+json""#), false),
    ])
  func events(_ event: String, _ isMeant: Bool) async throws {
    let bench = try CheckBench()
    let pushes = PushedImages(logger: Self.logger) { _ in [] }
    try await bench.serving(pushes: pushes) { address in
      #expect(try await send(.POST, "\(address)/notifications", Self.envelope(event), headers: Self.headers).status == 202)
      let image = try PinnedReference(parsing: "registry.example.test/shop/web@sha256:\(String(repeating: "a", count: 64))")
      #expect(await pushes.offer(image) == (isMeant ? .known : .taken))
    }
  }

  @Test("are refused without a token, and where they are none")
  func refusals() async throws {
    let bench = try CheckBench()
    let pushes = PushedImages(logger: Self.logger) { _ in [] }
    try await bench.serving(pushes: pushes) { address in
      let body = Self.envelope(Self.event("\(bench.image.digest)"))
      let stranger = try await send(.POST, "\(address)/notifications", body)
      #expect(stranger.status == 401)
      for text in ["", "{", "[]", #"{"events":{}}"#, #"{"events":[],"events":[]}"#] {
        #expect(try await send(.POST, "\(address)/notifications", text, headers: Self.headers).status == 422)
      }
      let long = body + String(repeating: " ", count: 1 << 20)
      #expect(try await send(.POST, "\(address)/notifications", long, headers: Self.headers).status == 413)
      #expect(await pushes.offer(bench.image) == .taken)
    }
  }

  @Test("are refused while too many images wait, so that the registry tells again")
  func full() async throws {
    let bench = try CheckBench()
    var limits = PushedImages.Limits()
    limits.images = 1
    let pushes = PushedImages(limits: limits, logger: Self.logger) { _ in [] }
    try await bench.serving(pushes: pushes) { address in
      for (image, status) in [(bench.image, 202), (bench.image, 202), (bench.rootImage, 503)] as [(PinnedReference, UInt)] {
        let body = Self.envelope(Self.event("\(image.digest)"))
        let answer = try await send(.POST, "\(address)/notifications", body, headers: Self.headers)
        #expect(answer.status == status)
      }
    }
  }

  @Test("have each digest checked once while it waits or is at work, and again afterwards")
  func coalescing() async throws {
    let bench = try CheckBench()
    let checked = Checked()
    let (starts, start) = AsyncStream.makeStream(of: PinnedReference.self)
    let (releases, release) = AsyncStream.makeStream(of: Void.self)
    let pushes = PushedImages(logger: Self.logger) { image in
      _ = checked.note(image)
      start.yield(image)
      for await _ in releases { break }
      return []
    }
    #expect(await pushes.offer(bench.image) == .taken)
    #expect(await pushes.offer(bench.image) == .known)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pushes.run() }
      var started = starts.makeAsyncIterator()
      #expect(await started.next() == bench.image)
      #expect(await pushes.offer(bench.image) == .known)
      release.yield()
      while await pushes.offer(bench.image) == .known { await Task.yield() }
      #expect(await started.next() == bench.image)
      release.yield()
      group.cancelAll()
    }
    #expect(checked.all == [bench.image, bench.image])
  }

  struct Retry: Sendable, CustomTestStringConvertible {
    let name: String
    let verdict: CheckVerdict
    var obstacle: Reason?
    let isRepeated: Bool
    var testDescription: String { name }
  }

  private static let reason = Reason(code: "x", problem: "X.", remedy: "Y.")

  @Test(
    "are tried again only for want of an answer, with growing pauses and an end",
    arguments: [
      Retry(name: "passed", verdict: .passed(evidence: []), isRepeated: false),
      Retry(name: "failed", verdict: .failed(Denial(reason)), isRepeated: false),
      Retry(name: "not recorded yet", verdict: .undecided(reason, .record), isRepeated: false),
      Retry(name: "no answer", verdict: .undecided(reason, .answer), isRepeated: true),
      Retry(name: "passed and not recorded", verdict: .passed(evidence: []), obstacle: reason, isRepeated: true),
    ])
  func retries(_ the: Retry) async throws {
    let bench = try CheckBench()
    let checked = Checked()
    var limits = PushedImages.Limits()
    limits.pauses = [.seconds(1), .seconds(5)]
    let tries = the.isRepeated ? 3 : 1
    let (ends, end) = AsyncStream.makeStream(of: Int.self)
    let pushes = PushedImages(limits: limits, logger: Self.logger, pause: { checked.note($0) }) { image in
      let count = checked.note(image)
      end.yield(count)
      return count > tries
        ? [] : [CheckResult(name: "diy", verdict: the.verdict, obstacle: the.obstacle, mayPass: true)]
    }
    _ = await pushes.offer(bench.image)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pushes.run() }
      for await count in ends where count == tries { break }
      // It is known for as long as it is tried; afterwards it is taken again, and that is the next look at it.
      while await pushes.offer(bench.image) == .known { await Task.yield() }
      for await count in ends where count == tries + 1 { break }
      group.cancelAll()
    }
    #expect(checked.waited == (the.isRepeated ? limits.pauses : []))
  }
}
