import Images
import Metadata
import Schemas
import SwiftProtobuf

/// What one BUILD occurrence says in one of its forms of how an image came to be. Each claim stands alone: the builder of
/// one never vouches for the source of another.
struct BuildClaim: Sendable {
  /// Something that went into the build.
  struct Material: Sendable {
    let uri: String
    let digests: [String: String]

    /// Whether it is, or may be, a repository of sources.
    var isGit: Bool {
      let uri = uri.lowercased()
      if digests["gitCommit"] != nil || ["git+", "git://", "git@", "ssh://"].contains(where: uri.hasPrefix) { return true }
      let isWeb = uri.hasPrefix("https://") || uri.hasPrefix("http://")
      return isWeb && (digests["sha1"] != nil || hasGitPath(uri))
    }

    private func hasGitPath(_ uri: String) -> Bool {
      let place = uri.prefix { $0 != "#" && $0 != "?" }
      return place.split(separator: "/").contains { $0.prefix { $0 != "@" }.hasSuffix(".git") }
    }

    var commit: String? { digests["gitCommit"] ?? digests["sha1"] }
  }

  /// The name of the occurrence.
  let occurrence: String
  /// Who built it: the builder's id, and the note under which the record stands, which only its owner lets others use.
  let builders: Set<String>
  /// What was built.
  let subjects: Set<Digest>
  /// Every repository that went into it, each commit once.
  let sources: [Material]
  /// Nil where the form has no list of them.
  let materials: [Material]?
  /// What the builder says of the commit, by name: `commit.signed`.
  let facts: [String: String]
  /// When the build was over, in seconds since 1970 UTC; nil where it does not say.
  let endedSeconds: Int64?
  /// The repository whose own file said how to build; nil where the builder was told by somebody.
  var configuration: String?
}

extension BuildClaim {
  /// All claims of `occurrences`, in their order.
  static func all(in occurrences: [Occurrence]) -> [BuildClaim] {
    occurrences.flatMap { occurrence -> [BuildClaim] in
      guard case .build(let build) = occurrence.details else { return [] }
      var found: [BuildClaim] = []
      if build.hasProvenance { found.append(BuildClaim(build.provenance, occurrence)) }
      if build.hasIntotoStatement, let claim = BuildClaim(build.intotoStatement, occurrence) { found.append(claim) }
      if build.hasInTotoSlsaProvenanceV1 { found.append(BuildClaim(build.inTotoSlsaProvenanceV1, occurrence)) }
      return found
    }
  }

  /// Source: grafeas.v1.BuildProvenance.
  private init(_ build: Grafeas_V1_BuildProvenance, _ occurrence: Occurrence) {
    let source = build.sourceProvenance
    self.init(
      occurrence: occurrence.name, builders: Self.identities(build.creator, occurrence),
      subjects: Set(build.builtArtifacts.compactMap { try? Digest(parsing: $0.checksum) }),
      sources: Self.unique(([source.context] + source.additionalContexts).compactMap(Self.material)), materials: nil,
      facts: source.context.labels, endedSeconds: Self.seconds(build.hasEndTime, build.endTime))
  }

  private static func material(_ source: Grafeas_V1_SourceContext) -> Material? {
    switch source.context {
    case .git(let git): Material(uri: git.url, digests: ["gitCommit": git.revisionID])
    case .gerrit(let gerrit):
      Material(uri: "\(gerrit.hostUri)/\(gerrit.gerritProject)", digests: ["gitCommit": gerrit.revisionID])
    case .cloudRepo(let cloud):
      Material(
        uri: "https://source.developers.google.com/p/\(cloud.repoID.projectRepoID.projectID)/r/"
          + cloud.repoID.projectRepoID.repoName, digests: ["gitCommit": cloud.revisionID])
    case nil: nil
    }
  }

  /// Source: SLSA provenance v0.2. Nil for an older predicate, which is not believed.
  private init?(_ statement: Grafeas_V1_InTotoStatement, _ occurrence: Occurrence) {
    guard case .slsaProvenanceZeroTwo(let build) = statement.predicate else { return nil }
    let materials = build.materials.map { Material(uri: $0.uri, digests: $0.digest) }
    let configured = build.invocation.configSource
    self.init(
      occurrence: occurrence.name, builders: Self.identities(build.builder.id, occurrence),
      subjects: Self.digests(statement.subject),
      sources: Self.unique(
        (configured.uri.isEmpty ? [] : [Material(uri: configured.uri, digests: configured.digest)])
          + materials.filter(\.isGit)),
      materials: materials, facts: Self.texts(build.invocation.environment),
      endedSeconds: Self.seconds(build.metadata.hasBuildFinishedOn, build.metadata.buildFinishedOn),
      configuration: configured.entryPoint.isEmpty || configured.uri.isEmpty ? nil : configured.uri)
  }

  /// Source: SLSA provenance v1.
  private init(_ statement: Grafeas_V1_InTotoSlsaProvenanceV1, _ occurrence: Occurrence) {
    let build = statement.predicate
    let materials = build.buildDefinition.resolvedDependencies.map { Material(uri: $0.uri, digests: $0.digest) }
    self.init(
      occurrence: occurrence.name, builders: Self.identities(build.runDetails.builder.id, occurrence),
      subjects: Self.digests(statement.subject), sources: Self.unique(materials.filter(\.isGit)),
      materials: materials, facts: Self.texts(build.buildDefinition.internalParameters),
      endedSeconds: Self.seconds(build.runDetails.metadata.hasFinishedOn, build.runDetails.metadata.finishedOn),
      configuration: Self.configuration(build.buildDefinition.externalParameters))
  }

  /// Source: the build types of Cloud Build (`buildConfigSource`) and of GitHub's workflows (`workflow`), version 1.
  private static func configuration(_ parameters: Google_Protobuf_Struct) -> String? {
    for name in ["buildConfigSource", "workflow"] {
      guard case .structValue(let source)? = parameters.fields[name]?.kind else { continue }
      let texts = texts(source)
      if let repository = texts["repository"], !repository.isEmpty, texts["path"]?.isEmpty == false { return repository }
    }
    return nil
  }

  /// Each commit of a repository once, however the repository is written.
  private static func unique(_ sources: [Material]) -> [Material] {
    var seen: Set<[String?]> = []
    return sources.filter { seen.insert([SourceRepository($0.uri)?.description ?? $0.uri, $0.commit]).inserted }
  }

  private static func seconds(_ isThere: Bool, _ time: Google_Protobuf_Timestamp) -> Int64? {
    isThere && time.seconds > 0 ? time.seconds : nil
  }

  private static func identities(_ builder: String, _ occurrence: Occurrence) -> Set<String> {
    Set([builder, occurrence.noteName].filter { !$0.isEmpty })
  }

  private static func digests(_ subjects: [Grafeas_V1_Subject]) -> Set<Digest> {
    Set(subjects.flatMap { subject in subject.digest.compactMap { try? Digest(parsing: "\($0.key):\($0.value)") } })
  }

  private static func texts(_ parameters: Google_Protobuf_Struct) -> [String: String] {
    parameters.fields.compactMapValues { if case .stringValue(let text) = $0.kind { text } else { nil } }
  }
}

extension CheckSubject {
  /// The commits that the builds of this image name, at most `limit`: what a forge is asked about.
  package func sourceCommits(atMost limit: Int) -> [SourceCommit] {
    guard case .found(let all) = occurrences else { return [] }
    let commits = BuildClaim.all(in: all).filter { $0.subjects.contains(image.digest) }.compactMap(\.sourceCommit)
    return Array(Set(commits).sorted { "\($0)" < "\($1)" }.prefix(limit))
  }

  /// Whether one build claim meets every demand. Where none does, the reasons are those of the one that comes closest.
  ///
  /// - Parameter refusals: what a claim lacks; nothing when it meets the demand.
  func judgedBuild(
    _ refusals: (BuildClaim) -> [Reason], evidence: (BuildClaim) -> [String]
  ) -> CheckVerdict {
    occurrences.judged { occurrences in
      let claims = BuildClaim.all(in: occurrences)
      let judged = claims.map { claim in (claim: claim, reasons: lacksSubject(claim) + refusals(claim)) }
      guard let best = judged.min(by: { $0.reasons.count < $1.reasons.count }) else {
        return .undecided(
          Reason(
            code: "build-missing", problem: "No build of the image is recorded.",
            remedy: "Record its provenance as a BUILD occurrence, then check again."), .record)
      }
      return CheckVerdict(best.reasons, evidence: evidence(best.claim))
    }
  }

  private func lacksSubject(_ claim: BuildClaim) -> [Reason] {
    guard !claim.subjects.contains(image.digest) else { return [] }
    return [
      Reason(
        code: "build-of-another-image", problem: "The provenance does not name \(image.digest) among what was built.",
        remedy: "Record the provenance of this very image.")
    ]
  }
}

extension BuildClaim {
  /// The one commit it was built from, where it names exactly one source.
  var sourceCommit: SourceCommit? {
    guard sources.count == 1, let repository = SourceRepository(sources[0].uri), let hash = sources[0].commit,
      (7...64).contains(hash.utf8.count), hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    return SourceCommit(repository: repository, hash: hash)
  }

  /// Why its builder is not one of `trusted`.
  func lacksBuilder(of trusted: Set<String>) -> [Reason] {
    guard builders.isDisjoint(with: trusted) else { return [] }
    let names = builders.sorted().map { printable($0) }.joined(separator: ", ")
    return [
      Reason(
        code: "untrusted-builder", problem: "It was built by \(names.isEmpty ? "nobody named" : names), who is not trusted.",
        remedy: "Build it with one of: \(trusted.sorted().joined(separator: ", ")).")
    ]
  }

  /// Why its sources are not all among `trusted`, or unknown.
  func lacksSource(of trusted: [SourcePattern]) -> [Reason] {
    let untrusted = sources.filter { source in
      guard let repository = SourceRepository(source.uri) else { return true }
      return !trusted.contains { $0.covers(repository) }
    }
    guard sources.isEmpty || !untrusted.isEmpty else { return [] }
    let remedy = "Build it from \(trusted.map(\.description).joined(separator: " or "))."
    guard let first = untrusted.first else {
      return [Reason(code: "unknown-source", problem: "The provenance names no source repository.", remedy: remedy)]
    }
    return [
      Reason(
        code: "untrusted-source", problem: "It was built from \(printable(first.uri)), which is not trusted.", remedy: remedy)
    ]
  }

  /// Why it was not built by what a file of a repository says; one of `trusted`, where there are any.
  func lacksConfiguration(of trusted: [SourcePattern]) -> [Reason] {
    guard let configuration else {
      return [
        Reason(
          code: "build-not-configured", problem: "The provenance names no build configuration in a source repository.",
          remedy: "Build it with a trigger that reads the build configuration from the repository.")
      ]
    }
    guard !trusted.isEmpty else { return [] }
    if let repository = SourceRepository(configuration), trusted.contains(where: { $0.covers(repository) }) { return [] }
    return [
      Reason(
        code: "untrusted-source",
        problem: "Its build configuration is from \(printable(configuration)), which is not trusted.",
        remedy: "Build it from \(trusted.map(\.description).joined(separator: " or ")).")
    ]
  }

  /// What the check rests on, for people.
  var evidence: [String] {
    let from = sources.map { printable($0.uri) }.joined(separator: ", ")
    return ["\(printable(occurrence)): built by \(builders.sorted().map { printable($0) }.joined(separator: ", ")) from \(from)."]
  }
}
