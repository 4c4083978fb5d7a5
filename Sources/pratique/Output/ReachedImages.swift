import Audit
import Foundation
import Images
import Metadata
import Schemas
import Server
import Store
import SwiftProtobuf

/// The images that an event reaches, and where they run.
struct ReachedImages {
  private let images: [Pratique_V1_AffectedImage]

  /// Asks the store or the metadata server, page by page.
  static func fetch(
    _ request: Pratique_V1_ListAffectedImagesRequest, from options: StoreOptions
  ) async throws -> ReachedImages {
    guard let server = options.metadata else {
      return try await options.withCompleteStore { store in
        let service = MetadataService(
          store: store, access: GrantsAndPolicies(policies: store), versions: InstalledVersionOrdering(),
          pageTokenKey: Redacted([UInt8](repeating: 0, count: 32)))
        return try await all(request) { try await service.listAffectedImages($0, by: .anybody) }
      }
    }
    return try await options.withServer(at: server) { remote in
      try await all(request) { try await remote.affectedImages($0) }
    }
  }

  private static func all(
    _ request: Pratique_V1_ListAffectedImagesRequest,
    _ list: (Pratique_V1_ListAffectedImagesRequest) async throws -> Pratique_V1_ListAffectedImagesResponse
  ) async throws -> ReachedImages {
    var request = request
    var images: [Pratique_V1_AffectedImage] = []
    repeat {
      let page = try await list(request)
      images += page.images
      request.pageToken = page.nextPageToken
    } while !request.pageToken.isEmpty
    return ReachedImages(images: images)
  }

  /// Prints a table with a row an image and place, or the messages of `pratique.v1` as one JSON document.
  func print(as output: OutputOptions) throws {
    switch output.output {
    case .json:
      let document = Pratique_V1_ListAffectedImagesResponse.with { $0.images = images }
      var options = JSONEncodingOptions()
      options.useDeterministicOrdering = true
      Swift.print(try document.jsonString(options: options))
    case .table:
      var table = Table("severity", "cluster", "namespace", "packages", "image")
      for image in images {
        let packages = image.packages.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let severity = image.severity == .unspecified ? "-" : "\(image.severity)"
        let places = image.deployments.map { ($0.cluster, $0.namespace.isEmpty ? "-" : $0.namespace) }
        for (cluster, namespace) in places.isEmpty ? [("-", "-")] : places {
          table.add(severity, cluster, namespace, packages.isEmpty ? "-" : packages, image.resourceUri)
        }
      }
      if !images.isEmpty { Swift.print(table.text) }
      let running = images.count { !$0.deployments.isEmpty }
      Swift.print("\(images.count) images, \(running) of them recorded as running.")
    }
  }
}
