import Foundation
import HTTPTypes
import Hummingbird
import Images
import NIOCore
import Synchronization

/// The registries of a world, answering for all their hosts at once, with the faults that the world orders.
///
/// Source: distribution spec 1.1, pull; the README of the cases for `registryBehaviour`.
final class FakeRegistry: HTTPResponder {
  typealias Context = BasicRequestContext

  private let hosts: CaseValue
  private let behaviours: [CaseValue]
  private let state = Mutex((traces: RegistryTraces(), calls: [Int: Int]()))

  init(_ world: World) {
    hosts = world.value["registry"] ?? .null
    behaviours = world.value["registryBehaviour"]?.elements ?? []
  }

  var names: [String] { hosts.members.keys.sorted() }

  var traces: RegistryTraces { state.withLock { $0.traces } }

  /// Starts the traces anew; which call of its kind the next one is stays known.
  func forgetTraces() { state.withLock { $0.traces = RegistryTraces() } }

  /// Notes that somebody asked where `host` is, in order to connect to it.
  func noteDial(_ host: String) { state.withLock { _ = $0.traces.dialled.insert(host) } }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let host = request.head.authority ?? ""
    let call = Call(host: host, path: request.uri.path)
    note(request, call)
    if let (index, behaviour) = ordered(call), let answer = fault(behaviour, index, call) { return answer }
    return answer(call)
  }

  private func note(_ request: Request, _ call: Call) {
    state.withLock { state in
      state.traces.requests += 1
      if case .manifest(let name) = call.what, !name.contains(":") { state.traces.tagRequests += 1 }
      if request.headers[.authorization] != nil { state.traces.toldSecrets.insert("https://\(call.host)\(request.uri.path)") }
    }
  }

  /// The first behaviour that is meant for this call and this many-th time.
  private func ordered(_ call: Call) -> (Int, CaseValue)? {
    for (index, behaviour) in behaviours.enumerated() where call.matches(behaviour["on"]?.string ?? "") {
      let pattern = behaviour["on"]?.string ?? ""
      let first = behaviours.firstIndex { $0["on"]?.string == pattern } ?? index
      let nth = state.withLock { state in
        if first == index { state.calls[first, default: 0] += 1 }
        return state.calls[first, default: 0]
      }
      if Self.isMeant(behaviour["nth"]?.text, nth) { return (index, behaviour) }
    }
    return nil
  }

  private static func isMeant(_ rule: String?, _ nth: Int) -> Bool {
    guard let rule else { return true }
    if rule.hasSuffix("+") { return nth >= Int(rule.dropLast()) ?? .max }
    return Int(rule) == nth
  }

  private func fault(_ behaviour: CaseValue, _ index: Int, _ call: Call) -> Response? {
    var headers = HTTPFields()
    for (name, value) in behaviour["header"]?.members ?? [:] {
      if let name = HTTPField.Name(name), let text = value.text { headers[name] = text }
    }
    if let digest = (behaviour["serve"] ?? behaviour["serveBytesOf"])?.string {
      return manifest(digest, of: call, headers)
    }
    if let count = behaviour["generateReferrers"]?.int { return referrers(count) }
    guard let status = behaviour["status"]?.int else { return nil }
    return response(Array("{}".utf8), "application/json", headers, .init(code: status))
  }

  private func answer(_ call: Call) -> Response {
    switch call.what {
    case .base: return response(Array("{}".utf8), "application/json")
    case .manifest(let name):
      let digest = name.contains(":") ? name : hosts[call.host]?[call.repository]?["tags"]?[name]?.string
      return digest.flatMap { manifest($0, of: call) } ?? missing()
    case .blob(let digest):
      let body = hosts[call.host]?[call.repository]?["blobs"]?[digest]?.string
      return body.map { response(Array($0.utf8), "application/octet-stream") } ?? missing()
    case .referrers: return referrers(0)
    case .other: return missing()
    }
  }

  private func manifest(_ digest: String, of call: Call, _ more: HTTPFields = [:]) -> Response? {
    let repositories = hosts[call.host]?.members ?? [:]
    let here = repositories[call.repository]?["manifests"]?[digest]
    guard let found = here ?? repositories.values.lazy.compactMap({ $0["manifests"]?[digest] }).first,
      let body = found["body"]?.string
    else { return nil }
    var headers: HTTPFields = [.dockerContentDigest: digest]
    for field in more { headers[field.name] = field.value }
    return response(Array(body.utf8), found["contentType"]?.string ?? "application/json", headers)
  }

  private func referrers(_ count: Int) -> Response {
    let one =
      #"{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:\#(String(repeating: "0", count: 64))","size":2}"#
    let all = repeatElement(one, count: count).joined(separator: ",")
    return response(
      Array(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\#(all)]}"#.utf8),
      "application/vnd.oci.image.index.v1+json")
  }

  private func missing() -> Response {
    response(Array(#"{"errors":[{"code":"NOT_FOUND"}]}"#.utf8), "application/json", status: .notFound)
  }

  private func response(
    _ body: [UInt8], _ type: String, _ more: HTTPFields = [:], _ explicit: HTTPResponse.Status? = nil,
    status: HTTPResponse.Status = .ok
  ) -> Response {
    var headers: HTTPFields = [.contentType: type, .contentLength: "\(body.count)"]
    for field in more { headers[field.name] = field.value }
    return Response(status: explicit ?? status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension HTTPField.Name {
  fileprivate static var dockerContentDigest: HTTPField.Name { HTTPField.Name("Docker-Content-Digest") ?? .eTag }
}

/// What one request asks of a registry.
private struct Call {
  enum What {
    case base
    case manifest(String)
    case blob(String)
    case referrers
    case other
  }

  let host: String
  let repository: String
  let what: What

  init(host: String, path: String) {
    self.host = host
    let parts = path.split(separator: "/").map(String.init)
    guard parts.first == "v2" else {
      (repository, what) = ("", .other)
      return
    }
    guard parts.count >= 4 else {
      (repository, what) = ("", parts.count == 1 ? .base : .other)
      return
    }
    repository = parts[1..<parts.count - 2].joined(separator: "/")
    switch parts[parts.count - 2] {
    case "manifests": what = .manifest(parts[parts.count - 1])
    case "blobs": what = .blob(parts[parts.count - 1])
    case "referrers": what = .referrers
    default: what = .other
    }
  }

  /// `HOST[/REPOSITORY] WHAT`, where WHAT is `any`, `manifests`, `manifests/NAME`, `blobs` or `referrers`.
  func matches(_ pattern: String) -> Bool {
    let words = pattern.split(separator: " ")
    guard words.count == 2, words[0] == host || words[0] == "\(host)/\(repository)" else { return false }
    switch what {
    case _ where words[1] == "any": return true
    case .manifest(let name): return words[1] == "manifests" || words[1] == "manifests/\(name)"
    case .blob(let digest): return words[1] == "blobs" || words[1] == "blobs/\(digest)"
    case .referrers: return words[1] == "referrers"
    default: return false
    }
  }
}
