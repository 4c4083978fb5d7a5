import AsyncHTTPClient
import Attestations
import Audit
import Foundation
import Hummingbird
import Images
import Logging
import Metadata
import NIOCore
import NIOHTTP1
import Server
import SwiftProtobuf
import TestSupport

/// One call of the metadata API by somebody with some rights.
struct MetadataCallCase {
  private let call: CaseValue
  private let expected: CaseValue

  init(_ call: CaseValue, expecting expected: CaseValue) throws {
    try World.refuseUnknown(call, ["method", "path", "principal", "grants", "body"], "metadataApi")
    try World.refuseUnknown(expected, ["http", "never"], "expect")
    for never in expected["never"]?.strings ?? [] where never != "stored" {
      throw Unrunnable("expect.never \(never) is unknown to the harness")
    }
    self.call = call
    self.expected = expected
  }

  func outcome() async throws -> Outcome {
    let store = try await self.store()
    let before = try await count(store)
    let router = Router()
    let service = MetadataService(
      store: store, access: GrantsAndPolicies(policies: store), versions: InstalledVersionOrdering(),
      pageTokenKey: Redacted([UInt8](repeating: 7, count: 32)))
    let api = MetadataAPI(service, authority: try authority())
    api.addRoutes(to: router)
    let folder = try TemporaryFolder()
    let certificate = try ThrowawayCertificate(in: folder)
    let serving = try ServingCertificate(certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
    let logger = Logger(label: "attacks") { _ in SwiftLogNoOpLogHandler() }
    let status = try await withServer(router.buildResponder(), serving, logger) { port in
      try await withClient(trusting: certificate.certificateFile) { try await send(to: port, $0) }
    }
    var faults: [String] = []
    if let wanted = expected["http"]?.int, wanted != status { faults.append("HTTP \(wanted): \(status)") }
    let stored = try await count(store) - before
    if expected["never"]?.strings.contains("stored") == true, stored > 0 { faults.append("nothing stored: \(stored)") }
    return faults.isEmpty ? .passed : .failed(expected: "as written", got: faults.joined(separator: "; "))
  }

  private func send(to port: Int, _ client: HTTPClient) async throws -> Int {
    var request = HTTPClientRequest(url: "https://localhost:\(port)\(call["path"]?.string ?? "/")")
    request.method = .RAW(value: call["method"]?.string ?? "GET")
    if let principal = call["principal"]?.string {
      request.headers.add(name: "Authorization", value: "Bearer token-of-\(principal)")
    }
    if let body = call["body"] {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: body.json))
    }
    return Int(try await client.execute(request, timeout: .seconds(10)).status.code)
  }

  private func authority() throws -> Authority {
    var tokens: [(token: String, caller: Caller)] = []
    for (name, grants) in call["grants"]?.members ?? [:] {
      let held = try grants.strings.map { text in
        guard let grant = Grant(parsing: text) else { throw Unrunnable("the grant \(text) is no right of the product") }
        return grant
      }
      tokens.append((token: "token-of-\(name)", caller: Caller(name: name, grants: Set(held))))
    }
    return Authority(tokens: tokens)
  }

  /// A store in which the note that is written under exists, so that only the right to it can be missing.
  private func store() async throws -> InMemoryStore {
    let store = InMemoryStore(stamps: Stamps(now: { .init() }, newID: { UUID().uuidString }))
    if let text = call["body"]?["noteName"]?.string, let note = try? NoteName(parsing: text) {
      _ = try await store.create([note.id: Note(attestorNamed: note.id)], in: note.project)
    }
    return store
  }

  private func count(_ store: InMemoryStore) async throws -> Int {
    var total = 0
    for name in projects {
      let project = try ProjectName(id: name)
      total += try await store.notes(in: project, page: PageRequest()).items.count
      total += try await store.occurrences(in: project, matching: OccurrenceFilter(), page: PageRequest()).items.count
    }
    return total
  }

  /// Those that the call names.
  private var projects: [String] {
    let texts = [call["path"]?.string, call["body"]?["noteName"]?.string, call["body"]?["name"]?.string].compactMap { $0 }
    return Set(texts.compactMap { $0.firstMatch(of: /projects\/([^\/:]+)/).map { String($0.1) } }).sorted()
  }
}
