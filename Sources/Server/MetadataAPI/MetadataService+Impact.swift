import Metadata
package import Schemas
import SwiftProtobuf

/// Source: containeranalysis.v1, GetVulnerabilityOccurrencesSummary; pratique.v1, ListAffectedImages.
extension MetadataService {
  /// Needs `occurrences.list` on the project.
  package func getVulnerabilityOccurrencesSummary(
    _ request: Google_Devtools_Containeranalysis_V1_GetVulnerabilityOccurrencesSummaryRequest, by caller: Caller
  ) async throws -> Google_Devtools_Containeranalysis_V1_VulnerabilityOccurrencesSummary {
    let project = try ProjectName(requested: request.parent)
    try await require(.listOccurrences, on: .project(project), caller)
    let filter = try OccurrenceFilter(parsing: request.filter)
    var (summary, token): (VulnerabilitySummary, String?) = (VulnerabilitySummary(), nil)
    repeat {
      try Task.checkCancellation()
      let page = try await store.occurrences(in: project, matching: filter, page: PageRequest(token: token))
      for occurrence in page.items { summary.add(occurrence) }
      token = page.nextToken
    } while token != nil
    return summary.message
  }

  /// Needs `occurrences.list` on the project, or on every project for `projects/-`.
  ///
  /// With a version range a page may hold fewer images than were asked for, none even, and not be the last. An image whose
  /// version cannot be compared is told: better one too many than one missed.
  package func listAffectedImages(
    _ request: Pratique_V1_ListAffectedImagesRequest, by caller: Caller
  ) async throws -> Pratique_V1_ListAffectedImagesResponse {
    let scope = try Scope(requested: request.parent)
    try await require(.listOccurrences, on: scope.resource, caller)
    guard let cause = request.cause else {
      throw MetadataError.invalid(what: "request", reasons: ["one of cve, package, key_id, base_image is required"])
    }
    let fact = Fact(cause)
    guard !fact.value.isEmpty else {
      throw MetadataError.invalid(what: "request", reasons: ["cve, package, key_id or base_image is empty"])
    }
    let range = try VersionRange(parsing: request.versionRange)
    if case .package = fact {
    } else if !range.isEverything {
      throw MetadataError.invalid(what: "request", reasons: ["version_range is only for package: leave it out"])
    }
    let list = ["affected images", scope.resource.description, "\(fact.code)", fact.value, request.versionRange]
    let page = try await store.images(
      with: fact, in: scope.project, page: pageRequest(request.pageSize, request.pageToken, of: list))
    return .with {
      $0.images = page.items.compactMap { narrowed($0, fact, range)?.affectedImage }
      $0.nextPageToken = nextToken(page, of: list)
    }
  }

  private func narrowed(_ image: ImageFacts, _ fact: Fact, _ range: VersionRange) -> ImageFacts? {
    guard case .package(let name) = fact, !range.isEverything else { return image }
    return image.narrowed(to: name, in: range, by: versions)?.facts
  }
}

extension Fact {
  /// What a request asks about; a base image with its scheme or without.
  fileprivate init(_ cause: Pratique_V1_ListAffectedImagesRequest.OneOf_Cause) {
    switch cause {
    case .cve(let id): self = .vulnerability(id)
    case .package(let name): self = .package(name)
    case .keyID(let id): self = .key(id)
    case .baseImage(let image): self = .baseImage(String(image.trimmingPrefix("https://")))
    }
  }
}
