import Attestations
package import Images
package import Metadata
package import Policies
import Schemas

/// Finds out about an image what its checks have to know, and never more.
package struct SubjectReader: Sendable {
  private enum Limits {
    static let variants = 16
    static let occurrencePages = 20
    static let commits = 4
    static let variantsAtOnce = 4
    static let scanNotes = 32
  }

  private let projects: [ProjectName]
  private let registries: Set<String>
  private let images: @Sendable (Repository) async throws -> any ImageSource
  private let metadata: any MetadataReader
  private let forge: (any Forge)?

  /// - Parameters:
  ///   - projects: where occurrences are read.
  ///   - registries: hosts that may be asked for images, as image names have them.
  ///   - images: opens a repository of one of them. What it opens throws `ImageError.notFound` for what is not there; every
  ///     other error but `ImageError` counts as no answer.
  ///   - forge: nil where none is asked.
  init(
    projects: [ProjectName], registries: Set<String>,
    images: @escaping @Sendable (Repository) async throws -> any ImageSource, metadata: any MetadataReader,
    forge: (any Forge)? = nil
  ) {
    (self.projects, self.registries, self.images) = (projects, registries, images)
    (self.metadata, self.forge) = (metadata, forge)
  }

  /// - Parameters:
  ///   - images: opens a repository of one of the checklist's registries. What it opens throws `ImageError.notFound` for
  ///     what is not there; every other error but `ImageError` counts as no answer.
  ///   - forge: nil where none is asked.
  package init(
    _ checklist: Checklist, images: @escaping @Sendable (Repository) async throws -> any ImageSource,
    metadata: any MetadataReader, forge: (any Forge)? = nil
  ) {
    self.init(
      projects: [checklist.project], registries: checklist.registries, images: images, metadata: metadata, forge: forge)
  }

  /// - Parameters:
  ///   - needs: all that any of the checks needs.
  ///   - deadline: what has not been answered by then is missing.
  func subject(
    _ image: PinnedReference, needs: Set<CheckNeed>, by deadline: ContinuousClock.Instant
  ) async -> CheckSubject {
    async let variants: Known<[ImageVariant]> =
      needs.isDisjoint(with: [.contents, .accounts])
      ? .notRead : known(by: deadline) { try await self.variants(of: image, withAccounts: needs.contains(.accounts)) }
    let recorded: Known<Recorded> =
      needs.contains(.occurrences) ? await known(by: deadline) { try await self.recorded(about: image) } : .notRead
    let occurrences = recorded.map(\.occurrences)
    let soFar = CheckSubject(image, occurrences: occurrences)
    let base = needs.contains(.base) ? await self.base(of: soFar, by: deadline) : .notRead
    let commits = needs.contains(.commits) ? await self.commits(of: soFar, by: deadline) : [:]
    var analyses: [String: NoteKind] = [:]
    if case .found(let recorded) = recorded { analyses = recorded.analyses }
    return CheckSubject(
      image, variants: await variants, occurrences: occurrences, base: base, commits: commits, analyses: analyses)
  }

  /// Whether it is known that `image` is none, but a signature or another artifact.
  func isArtifact(_ image: PinnedReference, by deadline: ContinuousClock.Instant) async -> Bool {
    let found: Known<Bool> = await known(by: deadline) {
      let asked = try await source(of: image.repository).manifest(.digest(image.digest))
      return if case .image(let manifest) = asked.document { !manifest.isImage } else { false }
    }
    return if case .found(true) = found { true } else { false }
  }

  /// What `work` finds; an error about the image itself is an answer, every other one is none.
  private func known<Value: Sendable>(
    by deadline: ContinuousClock.Instant, _ work: @Sendable @escaping () async throws -> Value
  ) async -> Known<Value> {
    do {
      return .found(try await within(deadline, work))
    } catch let error as ImageError {
      return .refused(Reason(error))
    } catch let refusal as Refusal {
      return .refused(refusal.reason)
    } catch {
      return .missing(noAnswer(error), mayPass(error) ? .answer : .record)
    }
  }

  private struct Refusal: Error {
    let reason: Reason
  }

  // MARK: Images

  private func source(of repository: Repository) async throws -> any ImageSource {
    guard registries.contains(repository.host) else {
      throw Refusal(
        reason: Reason(
          code: "registry-not-allowed", problem: "\(printable(repository.host)) is none of the registries that may be asked.",
          remedy: "Push the image to one of: \(registries.sorted().joined(separator: ", "))."))
    }
    return try await images(repository)
  }

  /// The images of all platforms.
  private func variants(of image: PinnedReference, withAccounts: Bool) async throws -> [ImageVariant] {
    let source = try await source(of: image.repository)
    let asked = try await source.manifest(.digest(image.digest))
    let manifests = try await source.images(in: asked, atMost: Limits.variants)
    return try await mapAtOnce(manifests, width: Limits.variantsAtOnce) { pinned, manifest in
      let reference = PinnedReference(repository: image.repository, digest: pinned.digest)
      return try await variant(reference, manifest, of: source, withAccounts: withAccounts)
    }
  }

  private func variant(
    _ reference: PinnedReference, _ manifest: ImageManifest, of source: any ImageSource, withAccounts: Bool
  ) async throws -> ImageVariant {
    let configuration = try ImageConfiguration(
      parsing: try await source.document(manifest.configuration, atMost: ImageConfiguration.limitBytes))
    guard withAccounts, RunningUser.needsAccounts(configuration.user) else {
      return ImageVariant(reference, configuration: configuration)
    }
    let contents = try await ImageContents.read(.digest(reference.digest), from: source) {
      ["/etc/passwd", "/etc/group", "/usr/etc/passwd", "/usr/etc/group"].contains($0)
    }
    return ImageVariant(reference, configuration: configuration, files: contents.files)
  }

  // MARK: Metadata

  private func occurrences(of image: PinnedReference) async throws -> [Occurrence] {
    var found: [Occurrence] = []
    for project in projects { found += try await occurrences(of: image, in: project) }
    return found
  }

  private func occurrences(of image: PinnedReference, in project: ProjectName) async throws -> [Occurrence] {
    var found: [Occurrence] = []
    var token: String?
    for _ in 0..<Limits.occurrencePages {
      let page = try await metadata.occurrences(
        in: project, matching: OccurrenceFilter(image), page: PageRequest(size: 1000, token: token))
      found += page.items
      guard let next = page.nextToken else { return found }
      token = next
    }
    throw MetadataError.outOfBounds(
      what: "The number of occurrences about one image", got: found.count,
      bounds: "at most \(Limits.occurrencePages * 1000)")
  }

  private struct Recorded {
    let occurrences: [Occurrence]
    /// What the notes of scans say that is looked for, by the name of the note.
    let analyses: [String: NoteKind]
  }

  private func recorded(about image: PinnedReference) async throws -> Recorded {
    let found = try await occurrences(of: image)
    let names = Set(found.filter { if case .discovery = $0.details { true } else { false } }.map(\.noteName))
    guard names.count <= Limits.scanNotes else {
      throw MetadataError.outOfBounds(
        what: "The number of notes of scans of one image", got: names.count, bounds: "at most \(Limits.scanNotes)")
    }
    var analyses: [String: NoteKind] = [:]
    for name in names.sorted() {
      do {
        analyses[name] = try await metadata.note(NoteName(parsing: name)).discovery.analysisKind
      } catch MetadataError.notFound {
        continue
      }
    }
    return Recorded(occurrences: found, analyses: analyses)
  }

  /// The base image that the newest IMAGE occurrence names by digest.
  private func base(of subject: CheckSubject, by deadline: ContinuousClock.Instant) async -> Known<ImageVariant> {
    let occurrences: [Occurrence]
    switch subject.occurrences {
    case .found(let all): occurrences = all
    case .refused(let reason): return .refused(reason)
    case .missing(let reason, let lack): return .missing(reason, lack)
    }
    let names = occurrences.compactMap { occurrence -> String? in
      guard case .image(let image) = occurrence.details, !image.baseResourceURL.isEmpty else { return nil }
      return image.baseResourceURL
    }
    guard let name = names.last else {
      return .missing(
        Reason(
          code: "base-unknown", problem: "No base image is recorded.",
          remedy: "Record an IMAGE occurrence with baseResourceUrl, then check again."), .record)
    }
    guard let base = try? PinnedReference(resourceURI: name) else {
      return .refused(
        Reason(
          code: "base-not-pinned", problem: "The base image \(printable(name)) is recorded without digest.",
          remedy: "Record baseResourceUrl as https://repository@sha256:…."))
    }
    return await known(by: deadline) {
      let variants = try await self.variants(of: base, withAccounts: false)
      // Of an index any platform will do: they are made together, and the oldest is the strictest.
      let dated = variants.min { ($0.createdSeconds ?? .min) < ($1.createdSeconds ?? .min) }
      guard let dated else { throw ImageError.notFound("\(base)") }
      return dated
    }
  }

  private func commits(
    of subject: CheckSubject, by deadline: ContinuousClock.Instant
  ) async -> [SourceCommit: Known<CommitFacts>] {
    guard let forge else { return [:] }
    var found: [SourceCommit: Known<CommitFacts>] = [:]
    for commit in subject.sourceCommits(atMost: Limits.commits) {
      found[commit] = await known(by: deadline) {
        guard let facts = try await forge.facts(about: commit) else {
          throw Refusal(
            reason: Reason(
              code: "commit-not-found", problem: "The forge does not have \(commit.hash.prefix(12)) of \(commit.repository).",
              remedy: "Push the commit, and build from what was pushed."))
        }
        return facts
      }
    }
    return found
  }
}

extension ImageVariant {
  fileprivate var createdSeconds: Int64? { configuration.created.flatMap { secondsSince1970(rfc3339: $0) } }
}

/// The reason there is where somebody did not answer.
func noAnswer(_ error: any Error) -> Reason {
  if let problem = error as? any Problem { return Reason(problem) }
  return Reason(
    code: error is DeadlineExceeded ? "deadline-exceeded" : "no-answer",
    problem: error is DeadlineExceeded ? "There was no answer in time." : "There was no answer.",
    remedy: "Check that the registry and the metadata store can be reached, then ask again.")
}

/// Whether asking again may help: a store that understood and refused will refuse again.
func mayPass(_ error: any Error) -> Bool {
  switch error {
  case MetadataError.unavailable, MetadataError.storageFull: true
  case is MetadataError, is CheckError: false
  default: true
  }
}

extension CheckSubject {
  /// Whether everybody who was asked answered, whatever they said.
  var isAnswered: Bool { occurrences.isAnswered && variants.isAnswered && base.isAnswered }
}

extension Known {
  fileprivate var isAnswered: Bool { if case .missing(_, .answer) = self { false } else { true } }
}
