package import Images
import Schemas

// What the model answers besides notes and occurrences.

extension InMemoryStore {
  /// See `ProjectStore`.
  package func create(_ project: ProjectName) throws {
    guard projects[project] == nil else { throw MetadataError.alreadyExists(project.description) }
    found(project)
  }

  /// See `ProjectStore`.
  package func exists(_ project: ProjectName) -> Bool { projects[project] != nil }

  /// See `ProjectStore`.
  package func projects(page: PageRequest) throws -> Page<ProjectName> {
    try list(projects.map { ($0.value, $0.key) }, page)
  }

  /// The project's documents and what is managed in it go with it; see `ProjectStore`.
  package func delete(_ project: ProjectName) throws {
    guard projects[project] != nil else { throw MetadataError.notFound(project.description) }
    guard !notes.keys.contains(where: { $0.project == project }),
      !occurrences.keys.contains(where: { $0.project == project })
    else { throw MetadataError.notEmpty(project.description) }
    projects[project] = nil
    documents[project] = nil
    for name in managed.keys where name.project == project {
      managed[name] = nil
      policies[name.description] = nil
    }
  }
}

extension InMemoryStore {
  /// Walks over all changes; see `ChangeReader`.
  package func changes(
    in project: ProjectName?, matching filter: OccurrenceFilter, after position: Int64, atMost limit: Int
  ) throws -> ChangeBatch {
    let last = lastPosition()
    try ChangeBatch.checkBounds(after: position, last: last, limit: limit)
    var told: [Change] = []
    for change in changes.values.filter({ $0.position > position }).sorted(by: { $0.position < $1.position })
    where change.isWanted(in: project, matching: filter) {
      told.append(change)
      if told.count == limit { return ChangeBatch(changes: told, position: change.position, isLast: change.position == last) }
    }
    return ChangeBatch(changes: told, position: last, isLast: true)
  }

  /// See `ChangeReader`.
  package func lastPosition() -> Int64 { changes.values.map(\.position).max() ?? 0 }
}

extension InMemoryStore {
  /// Walks over all occurrences; see `ImpactReader`.
  package func images(with fact: Fact, in project: ProjectName?, page: PageRequest) throws -> Page<ImageFacts> {
    let after = try page.resource()
    let here = occurrences.values.filter { project == nil || $0.kept.name.project == project }
      .sorted { $0.position < $1.position }.map(\.kept.message)
    let withFact = try here.filter { try OccurrenceColumns($0).facts.contains(fact) }
    let byResource = Dictionary(grouping: withFact, by: \.resourceKey).sorted { $0.key < $1.key }
    let wanted = byResource.filter { after == nil || $0.key > after ?? "" }
    let images = wanted.prefix(page.size).map { key, found in
      ImageFacts(
        resourceURI: found[0].resourceUri, occurrences: Array(found.prefix(ImageFacts.limit)),
        deployments: Array(here.filter { $0.kind == .deployment && $0.resourceKey == key }.prefix(ImageFacts.limit)))
    }
    return Page(items: images, nextToken: wanted.count > page.size ? wanted[page.size - 1].key : nil)
  }
}

extension InMemoryStore {
  /// See `AccessPolicyStore`.
  package func policy(of resource: String) -> AccessPolicy { policies[resource] ?? .unset }

  /// See `AccessPolicyStore`.
  package func set(_ policy: AccessPolicy, of resource: String) throws -> AccessPolicy {
    let kept = try policy.kept(inPlaceOf: self.policy(of: resource), of: resource)
    policies[resource] = kept
    return kept
  }

  /// See `DocumentStore`.
  package func keep(_ document: [UInt8], as digest: Digest, in project: ProjectName) throws {
    try checkSize(ofDocument: document)
    found(project)
    documents[project, default: [:]][digest] = document
  }

  /// See `DocumentStore`.
  package func document(_ digest: Digest, in project: ProjectName) throws -> [UInt8] {
    guard let found = documents[project]?[digest] else { throw MetadataError.notFound("\(project)/documents/\(digest)") }
    return found
  }
}

extension InMemoryStore {
  /// All notes or none; see `ArchiveStore`.
  package func restore(_ notes: [Note]) throws -> Int {
    var new: [(name: NoteName, note: Note)] = []
    for one in try restored(notes) {
      guard let there = self.notes[one.name]?.kept ?? new.first(where: { $0.name == one.name })?.note else {
        new.append(one)
        continue
      }
      guard there == one.note else { throw MetadataError.alreadyExists(one.name.description) }
    }
    for (name, note) in new {
      found(name.project)
      keep(note, named: name)
    }
    return new.count
  }

  /// All occurrences or none; see `ArchiveStore`.
  package func restore(_ occurrences: [Occurrence]) throws -> Int {
    var new: [RecordedOccurrence] = []
    for one in try restored(occurrences) {
      guard notes[one.note] != nil else { throw MetadataError.notFound(one.note.description) }
      guard let there = self.occurrences[one.name]?.kept ?? new.first(where: { $0.name == one.name }) else {
        new.append(one)
        continue
      }
      guard there.message == one.message else { throw MetadataError.alreadyExists(one.name.description) }
    }
    for one in new {
      found(one.name.project)
      keep(one)
    }
    return new.count
  }
}
