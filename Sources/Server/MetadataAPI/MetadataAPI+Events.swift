import Hummingbird
import Metadata
import Schemas
import ServiceLifecycle
import SwiftProtobuf

/// pratique.v1: what an event reaches, and what changes.
extension MetadataAPI {
  func listAffectedImages(_ call: RESTCall) async throws -> Response {
    let causes = ["cve", "package", "keyId", "baseImage"].filter { !call[$0].isEmpty }
    guard causes.count == 1 else { throw APIError.malformedQuery("it needs one of cve, package, keyId and baseImage") }
    let request = try Pratique_V1_ListAffectedImagesRequest.with {
      $0.parent = call.name
      switch causes[0] {
      case "cve": $0.cve = call["cve"]
      case "package": $0.package = call["package"]
      case "keyId": $0.keyID = call["keyId"]
      default: $0.baseImage = call["baseImage"]
      }
      $0.versionRange = call["versionRange"]
      $0.pageSize = try call.number("pageSize")
      $0.pageToken = call["pageToken"]
    }
    return try call.answer(await service.listAffectedImages(request, by: call.caller))
  }

  /// A stream of events, or one batch as `{"changes": [...], "position": "123"}` for who asks for JSON. The header
  /// `Last-Event-ID` counts before the parameter `after`.
  func watchChanges(_ call: RESTCall) async throws -> Response {
    var after: Int64 = try call.number("after")
    if let last = call.lastEventID {
      guard let position = Int64(last) else { throw APIError.malformedHeader("Last-Event-ID is no position") }
      after = position
    }
    let request = Pratique_V1_WatchChangesRequest.with {
      $0.parent = call.name
      $0.filter = call["filter"]
      $0.after = after
    }
    let feed = try await service.watchChanges(request, by: call.caller)
    guard call.wantsDocument else { return ServerSentEvents(of: feed, for: call).response }
    var changes = feed.makeAsyncIterator()
    let batch = try await changes.nextBatch(within: .zero)
    let texts = try batch.map { try call.json($0) }
    return call.answer(json: "{\"changes\":[\(texts.joined(separator: ","))],\"position\":\"\(changes.position)\"}")
  }

  /// Where the feed of changes ends now, as `{"position": "123"}`: who wants to hear only what is to come begins there.
  func getPosition(_ call: RESTCall) async throws -> Response {
    call.answer(json: "{\"position\":\"\(try await service.position(of: call.name, by: call.caller))\"}")
  }
}
