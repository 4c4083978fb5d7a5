import Foundation
import TestSupport

/// The bytes and headers of one step's request.
struct RequestBody: Sendable {
  var bytes: [UInt8]
  var headers: [(String, String)]

  init(bytes: [UInt8], headers: [(String, String)]) {
    self.bytes = bytes
    self.headers = headers
  }

  /// - Throws: `Unrunnable` for a way of writing a request that is unknown here.
  init(_ request: CaseValue) throws {
    try World.refuseUnknown(request, ["admissionReview", "rawBody_b64", "generate", "headers", "pad"], "request")
    headers = request["headers"]?.members.compactMap { name, value in value.text.map { (name, $0) } } ?? []
    if !headers.contains(where: { $0.0.lowercased() == "content-type" }) { headers.append(("Content-Type", "application/json")) }
    if let review = request["admissionReview"] {
      bytes = Array(try Self.padded(try Self.repeated(review).json, request["pad"]).utf8)
    } else if let raw = request["rawBody_b64"]?.string {
      guard let data = Data(base64Encoded: raw) else { throw Unrunnable("request.rawBody_b64 is not base64") }
      bytes = Array(data)
    } else if let generate = request["generate"] {
      bytes = try Self.generated(generate)
      if generate["gzip"]?.bool == true {
        bytes = gzip(bytes)
        headers.append(("Content-Encoding", "gzip"))
      }
    } else {
      throw Unrunnable("the request has no body")
    }
  }

  private static func generated(_ rule: CaseValue) throws -> [UInt8] {
    try World.refuseUnknown(rule, ["prefix", "repeat", "times", "suffix", "gzip"], "request.generate")
    let piece = Array((rule["repeat"]?.text ?? "").utf8)
    let times = rule["times"]?.int ?? 1
    guard (0...1 << 28).contains(times), times <= (1 << 28) / max(1, piece.count) else {
      throw Unrunnable("request.generate is larger than 256 MiB")
    }
    var bytes = Array((rule["prefix"]?.text ?? "").utf8)
    bytes.reserveCapacity(bytes.count + piece.count * times)
    for _ in 0..<times { bytes += piece }
    return bytes + Array((rule["suffix"]?.text ?? "").utf8)
  }

  private static func padded(_ text: String, _ pad: CaseValue?) throws -> String {
    guard let pad else { return text }
    try World.refuseUnknown(pad, ["token", "char", "bytes"], "request.pad")
    guard let token = pad["token"]?.string, let char = pad["char"]?.text, let count = pad["bytes"]?.int,
      (0...1 << 28).contains(count)
    else { throw Unrunnable("request.pad lacks token, char or bytes") }
    return text.replacing(token, with: String(repeating: char, count: count))
  }

  /// Writes out each `@@REPEAT:c:n@@`.
  private static func repeated(_ value: CaseValue) throws -> CaseValue {
    switch value {
    case .array(let elements): return .array(try elements.map(repeated))
    case .object(let members): return .object(try members.mapValues(repeated))
    case .string(let text) where text.contains("@@REPEAT:"):
      return .string(
        text.replacing(/@@REPEAT:(.):([0-9]{1,8})@@/) { String(repeating: String($0.1), count: Int($0.2) ?? 0) })
    default: return value
    }
  }
}
