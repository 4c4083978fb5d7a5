import Attestations
import Images
import Policies
import Synchronization

/// One answer of the gate as a line of its log: time, level, message, then what was asked and what came of it.
struct AdmissionLine {
  /// Of one review; more are left out.
  private static let limitImages = 20

  /// The second of the last line, and how it is written.
  private static let lastSecond = Mutex<(seconds: Int64, text: [UInt8])>((0, []))

  let request: AdmissionRequest
  let answer: AdmissionAnswer
  let took: Duration

  /// JSON, with its end of line.
  ///
  /// - Parameter now: since 1970 UTC.
  func bytes(at now: Duration) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(768)
    func put(_ text: StaticString) { text.withUTF8Buffer { line.append(contentsOf: $0) } }
    func put(_ key: StaticString, _ value: String) {
      put(key)
      appendQuoted(value, to: &line)
    }
    func put(_ key: StaticString, _ values: some Sequence<String>) {
      put(key)
      var isFirst = true
      for value in values {
        if !isFirst { line.append(UInt8(ascii: ",")) }
        isFirst = false
        appendQuoted(value, to: &line)
      }
      line.append(UInt8(ascii: "]"))
    }
    put(#"{"time":""#)
    line.append(contentsOf: Self.time(now.components.seconds))
    let milliseconds = now.components.attoseconds / 1_000_000_000_000_000
    line.append(contentsOf: ".\("\(1000 + milliseconds)".dropFirst())Z".utf8)
    put(#"","level":"info","message":"admission""#)
    put(#","verdict":"#, answer.verdict.rawValue)
    put(#","uid":"#, request.uid)
    put(#","operation":"#, request.operation.rawValue)
    put(#","resource":"#, request.resource)
    put(#","namespace":"#, request.namespace)
    put(#","name":"#, request.name)
    put(#","user":"#, request.requester.username)
    put(#","policy":"#, answer.policy)
    put(#","images":["#, answer.decision.images.lazy.prefix(Self.limitImages).map(\.use.image))
    put(#","codes":["#, answer.codes)
    put(#","microseconds":"#)
    line.append(contentsOf: "\(took.components.seconds &* 1_000_000 &+ took.components.attoseconds / 1_000_000_000_000)".utf8)
    put("}\n")
    return line
  }

  /// RFC 3339 without the `Z` at its end.
  private static func time(_ seconds: Int64) -> [UInt8] {
    lastSecond.withLock { last in
      if last.seconds != seconds { last = (seconds, Array(rfc3339(seconds).utf8.dropLast())) }
      return last.text
    }
  }
}
