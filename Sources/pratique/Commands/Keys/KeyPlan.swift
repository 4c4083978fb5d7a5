import Attestations
import Images
import Metadata
import Schemas

/// Which recorded images gain or lose an attestor's word by a change of keys, and where they run.
struct KeyPlan: Encodable {
  struct Row: Encodable {
    let change, attestor, image, cause, why: String
    /// `CLUSTER/NAMESPACE` of each deployment that is recorded and has not ended.
    let running: [String]
  }

  /// Losses first, then by image and attestor.
  let rows: [Row]
  let examined: Int

  var losses: Int { rows.count { $0.change == ValidityChange.Direction.loses.rawValue } }

  /// Attestations that are read under one note, at most.
  static let limit = 1_000_000

  /// Judges every image that has an attestation under a note of either side.
  ///
  /// - Parameter project: where DEPLOYMENT occurrences are recorded.
  static func make(
    from old: AttestorsInTime, to new: AttestorsInTime, in store: any MetadataReader, project: ProjectName
  ) async throws -> KeyPlan {
    var offered: [PinnedReference: [UnverifiedAttestation]] = [:]
    let progress = Progress()
    for note in Set((old.attestors.all + new.attestors.all).map(\.note)) {
      try await collect(note, from: store, into: &offered, progress)
    }
    progress.clear()
    var changes: [ValidityChange] = []
    for (image, attestations) in offered { changes += old.changes(to: new, on: image, offered: attestations) }
    var rows: [Row] = []
    for change in changes {
      let facts = try await store.allOccurrences(in: project, matching: OccurrenceFilter(change.image))
      rows.append(Row(change, deployments: facts.filter { $0.kind == .deployment }))
    }
    return KeyPlan(
      rows: rows.sorted { ($1.change, $0.image, $0.attestor) < ($0.change, $1.image, $1.attestor) },
      examined: offered.count)
  }

  private static func collect(
    _ note: NoteName, from store: any MetadataReader, into offered: inout [PinnedReference: [UnverifiedAttestation]],
    _ progress: Progress
  ) async throws {
    var (token, count): (String?, Int) = (nil, 0)
    repeat {
      let page: Page<Occurrence>
      do {
        page = try await store.occurrences(of: note, matching: OccurrenceFilter(), page: PageRequest(size: 1000, token: token))
      } catch MetadataError.notFound {
        return
      }
      for occurrence in page.items {
        guard let image = try? PinnedReference(resourceURI: occurrence.resourceUri),
          let attestation = UnverifiedAttestation(occurrence)
        else { continue }
        offered[image, default: []].append(attestation)
      }
      count += page.items.count
      progress.show("\(count) attestations under \(note)")
      token = page.nextToken
      guard count < limit else {
        throw MetadataError.outOfBounds(what: "The attestations under \(note)", got: count, bounds: "fewer than \(limit)")
      }
    } while token != nil
  }

  /// Prints the plan for a person.
  func printTable() {
    var table = Table("change", "running in", "attestor", "why", "image")
    for row in rows {
      table.add(row.change, row.running.isEmpty ? "-" : row.running.joined(separator: " "), row.attestor, row.cause, row.image)
    }
    if !rows.isEmpty { print(table.text) }
    let running = rows.count { $0.change == "loses" && !$0.running.isEmpty }
    print(
      "\(examined) images examined: \(losses) lose an attestor's word, \(running) of them recorded as running; ", terminator: "")
    print("\(rows.count - losses) gain one.")
  }
}

extension KeyPlan.Row {
  fileprivate init(_ change: ValidityChange, deployments: [Occurrence]) {
    self.change = change.direction.rawValue
    attestor = change.attestor
    image = change.image.description
    cause = change.cause?.code ?? "attestation-missing"
    why = change.cause?.problem ?? "Nothing stands under its note there, or there is no such attestor."
    let facts = ImageFacts(resourceURI: change.image.resourceURI, occurrences: [], deployments: deployments)
    running = facts.affectedImage.deployments.map { $0.cluster.isEmpty ? $0.address : "\($0.cluster)/\($0.namespace)" }
  }
}
