import Images
package import Metadata
import Schemas
import SwiftProtobuf

extension RemoteMetadata: ChangeReader {
  /// One request; the server chooses how many it tells, at most 500. See `ChangeReader`.
  package func changes(
    in project: ProjectName?, matching filter: OccurrenceFilter, after position: Int64, atMost limit: Int
  ) async throws -> ChangeBatch {
    guard (1...1000).contains(limit) else {
      throw MetadataError.outOfBounds(what: "The number of changes", got: limit, bounds: "1 to 1000")
    }
    var query = [("after", String(position))]
    if !filter.text.isEmpty { query.append(("filter", filter.text)) }
    let answer = try await client.document(["projects", project?.id ?? "-", "changes"], query: query)
    let told = try answer["changes"]?.elements.map(Self.change) ?? []
    let changes = Array(told.prefix(limit))
    let reached = told.count > limit ? changes.last?.position ?? position : try Self.position(answer)
    // A server that goes back would have the same changes told for ever.
    guard reached >= position, changes.allSatisfy({ $0.position > position && $0.position <= reached }) else {
      throw MetadataError.unavailable("it told changes out of order")
    }
    return ChangeBatch(changes: changes, position: reached, isLast: changes.isEmpty && reached == position)
  }

  /// One request; see `ChangeReader`.
  package func lastPosition() async throws -> Int64 {
    try Self.position(try await client.document(["projects", "-", "changes"], verb: "position"))
  }

  private static func position(_ answer: JSONNode) throws(MetadataError) -> Int64 {
    guard let position = answer["position"]?.string.flatMap({ Int64($0) }), position >= 0 else {
      throw .unavailable("its answer has no position")
    }
    return position
  }

  private static func change(_ node: JSONNode) throws -> Change {
    var options = JSONDecodingOptions()
    options.ignoreUnknownFields = true  // Another server may be newer than we are.
    let message: Pratique_V1_Change
    do {
      message = try Pratique_V1_Change(jsonUTF8Bytes: Array(node.rawBytes), options: options)
    } catch {
      throw MetadataError.unavailable("a change in its answer cannot be read")
    }
    let subject: Change.Subject
    switch message.subject {
    case .note(let note): subject = .note(note)
    case .occurrence(let occurrence): subject = .occurrence(occurrence)
    case nil: throw MetadataError.unavailable("a change in its answer is about nothing")
    }
    return Change(position: message.position, isDeletion: message.action == .deleted, subject: subject)
  }
}
