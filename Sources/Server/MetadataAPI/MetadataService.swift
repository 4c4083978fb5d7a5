package import Images
package import Metadata

/// The metadata server without its wire: one method for each that callers have, from request message to answer.
///
/// Each asks first whether the caller may, and refuses unless `AccessControl` says yes. Whoever carries it over a wire
/// authenticates the caller, logs what was refused with `CallLog`, and writes errors as `StatusCode` has them.
///
/// Source: grafeas.v1.Grafeas, grafeas.v1.project.Projects, containeranalysis.v1.ContainerAnalysis.
package struct MetadataService: Sendable {
  let store: any CompleteStore
  let access: any AccessControl
  let versions: any VersionOrdering
  let seal: PageSeal
  let positions: PositionPoll

  /// - Parameters:
  ///   - versions: orders the versions of packages as their distributions do.
  ///   - pageTokenKey: 32 bytes that every replica of one store shares; the store keeps them.
  package init(
    store: any CompleteStore, access: any AccessControl, versions: any VersionOrdering, pageTokenKey: Redacted<[UInt8]>
  ) {
    self.store = store
    self.access = access
    self.versions = versions
    seal = PageSeal(key: pageTokenKey)
    positions = PositionPoll(of: store)
  }

  /// - Throws: `MetadataError.permissionDenied`, `.unavailable`.
  func require(_ right: Right, on resource: AccessResource, _ caller: Caller) async throws {
    guard try await access.may(caller, right, on: resource) else {
      throw MetadataError.permissionDenied(right: right.rawValue, on: resource.description)
    }
  }

  // MARK: Pages

  /// The page that is asked for: 20 items where `size` is 0, at most 1,000.
  ///
  /// - Parameter list: what is listed, in parts that differ between lists, the filter among them.
  /// - Throws: `MetadataError.outOfBounds`, `.malformedPageToken`.
  func pageRequest(_ size: Int32, _ token: String, of list: [String]) throws(MetadataError) -> PageRequest {
    let opened = token.isEmpty ? nil : try seal.opened(token, of: list)
    let page = PageRequest(size: size == 0 ? 20 : Int(size), token: opened)
    try page.checkSize()
    return page
  }

  /// The token of the next page as callers see it; empty on the last.
  func nextToken(_ page: Page<some Sendable>, of list: [String]) -> String {
    page.nextToken.map { seal.sealed($0, of: list) } ?? ""
  }

  // MARK: Readiness

  /// Why calls cannot be answered now; nil when they can.
  package func unreadiness(within limit: Duration = .seconds(2)) async -> String? {
    let (answers, answer) = AsyncStream.makeStream(of: String?.self)
    // Not a task group: it would wait for a store that hangs.
    let asking = Task {
      do {
        _ = try await store.lastPosition()
        answer.yield(nil)
      } catch {
        answer.yield((error as? any Problem)?.problem ?? "The store failed.")
      }
    }
    let waiting = Task {
      try await Task.sleep(for: limit)
      answer.yield("The store did not answer within \(limit.components.seconds) seconds.")
    }
    defer {
      asking.cancel()
      waiting.cancel()
    }
    for await first in answers { return first }
    return "The server is stopping."
  }
}
