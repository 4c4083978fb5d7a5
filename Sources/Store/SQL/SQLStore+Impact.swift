package import Metadata
import Schemas
import SwiftProtobuf

extension SQLStore: ImpactReader {
  /// One range of the facts, then two of each image on the page; see `ImpactReader`.
  package func images(
    with fact: Fact, in project: ProjectName?, page: PageRequest
  ) async throws -> Page<ImageFacts> {
    // No resource is empty, so all come after the empty one.
    let after = try page.resource() ?? ""
    let indexed = engine.dialect.indexed("occurrenceByResource")
    return try await read { session in
      let resources = try Self.resources(fact, project, after, atMost: page.size + 1, session)
      let images = try resources.prefix(page.size).map { resource in
        let occurrences = try Self.occurrences(fact, project, resource, session)
        return ImageFacts(
          resourceURI: occurrences.first?.resourceUri ?? resource, occurrences: occurrences,
          deployments: try Self.deployments(project, resource, indexed, session))
      }
      return Page(items: images, nextToken: resources.count > page.size ? resources[page.size - 1] : nil)
    }
  }

  private static func resources(
    _ fact: Fact, _ project: ProjectName?, _ after: String, atMost limit: Int, _ session: any SQLSession
  ) throws -> [String] {
    let here = within(project)
    return try session.rows(
      """
      SELECT DISTINCT resource FROM fact WHERE type = ? AND value = ? AND resource > ?\(here.sql) \
      ORDER BY resource LIMIT ?
      """,
      [.integer(fact.code), fact.column, SQLValue(column: after)] + here.arguments + [.integer(Int64(limit))]
    ).map { try $0.text(0) }
  }

  private static func occurrences(
    _ fact: Fact, _ project: ProjectName?, _ resource: String, _ session: any SQLSession
  ) throws -> [Occurrence] {
    let here = within(project, of: "fact.")
    return try inOrder(
      session.rows(
        """
        SELECT occurrence.position, occurrence.message FROM fact \
        JOIN occurrence ON occurrence.position = fact.position \
        WHERE fact.type = ? AND fact.value = ? AND fact.resource = ?\(here.sql) \
        ORDER BY fact.project, fact.position LIMIT \(ImageFacts.limit)
        """,
        [.integer(fact.code), fact.column, .text(resource)] + here.arguments))
  }

  private static func deployments(
    _ project: ProjectName?, _ resource: String, _ indexed: String, _ session: any SQLSession
  ) throws -> [Occurrence] {
    let here = within(project)
    return try inOrder(
      session.rows(
        """
        SELECT position, message FROM occurrence\(indexed) WHERE resource = ?\(here.sql) AND kind = ? \
        ORDER BY project, position LIMIT \(ImageFacts.limit)
        """,
        [.text(resource)] + here.arguments + [.integer(Int64(NoteKind.deployment.rawValue))]))
  }

  /// The index is in the order of projects; whoever reads the answer wants the oldest first.
  private static func inOrder(_ rows: [[SQLValue]]) throws -> [Occurrence] {
    try rows.map { (try $0.integer(0), try $0.blob(1)) }.sorted { $0.0 < $1.0 }
      .map { try Occurrence(serializedBytes: $0.1) }
  }

  private static func within(_ project: ProjectName?, of table: String = "") -> (sql: String, arguments: [SQLValue]) {
    project.map { (" AND \(table)project = ?", [.text($0.id)]) } ?? ("", [])
  }
}
