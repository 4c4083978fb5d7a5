import Attestations
import Images
import Metadata
import Schemas

/// The way of one image from source to vouched for.
package struct PipelineRun: Sendable {
  let definition: PipelineDefinition
  /// Where `pratique.yaml` stands.
  let directory: String
  /// An empty folder that whoever gave it removes.
  let workFolder: String
  let edges: PipelineEdges
  let progress: any PipelineProgress
  /// Program and version, as BUILD occurrences name it.
  let version: String

  package init(
    _ definition: PipelineDefinition, in directory: String, workFolder: String, version: String, edges: PipelineEdges,
    progress: any PipelineProgress
  ) {
    self.definition = definition
    self.directory = directory
    self.workFolder = workFolder
    self.version = version
    self.edges = edges
    self.progress = progress
  }

  /// Takes the image through every stage; the first that fails ends the run, and what was done stays done.
  ///
  /// - Throws: `PipelineError.missingKey` before anything is done; `CancellationError`.
  package func run() async throws -> RunReport {
    for attestor in definition.attestors where edges.signers[attestor.name] == nil {
      throw PipelineError.missingKey(attestor: attestor.name)
    }
    var report = RunReport()
    do {
      let built = try await report.step(.build, progress) { try await build() }
      report.image = built.image
      let validated = try await report.step(.validate, progress) { try validate(built) }
      let audited = try await report.step(.audit, progress) { try await audit(validated) }
      let pushed = try await report.step(.push, progress) { try await push(audited) }
      let recorded = try await report.step(.record, progress) { try await record(pushed) }
      let attested = try await report.step(.attest, progress) { try await attest(recorded) }
      report.attestations = attested.attestations
    } catch let failure as StageFailure {
      report.failure = failure
    }
    return report
  }

  private func build() async throws -> BuiltImage {
    let started = edges.now()
    let revision = try await edges.revision(directory)
    let output = try await edges.builder.build(directory, workFolder: workFolder, log: progress.printed)
    let (source, name) = try await edges.open(output)
    let pinned = try await source.manifest(name)
    guard case .image(let manifest) = pinned.document else {
      throw PipelineError.noImageBuilt(
        at: output.path, because: "it is an index of several platforms, of which only one would be audited")
    }
    let bytes = try await source.document(manifest.configuration, atMost: ImageConfiguration.limitBytes)
    return BuiltImage(
      image: PinnedReference(repository: definition.repository, digest: pinned.digest), source: source, manifest: manifest,
      configuration: try ImageConfiguration(parsing: bytes),
      build: BuildRecord(
        id: edges.newID(), output: output, revision: revision, started: started, ended: edges.now(), builderVersion: version))
  }

  private func validate(_ built: BuiltImage) throws -> ValidatedImage {
    let files = try TemplateFile.read(definition.templates, in: directory)
    return ValidatedImage(built: built, review: try TemplateReview(of: files, running: built.image.repository))
  }

  private func audit(_ validated: ValidatedImage) async throws -> AuditedImage {
    let built = validated.built
    let facts = try await edges.auditor.audit(built.image, in: built.source, for: definition.project)
    let findings = definition.gate.findings(in: facts.occurrences)
    guard findings.isEmpty else { throw PipelineError.denied(findings) }
    return AuditedImage(built: built, facts: facts)
  }

  private func push(_ audited: AuditedImage) async throws -> PushedImage {
    let digest = audited.built.image.digest
    _ = try await audited.built.source.copy(.digest(digest), to: edges.registry, as: definition.tag)
    let there = try await edges.registry.manifest(.tag(definition.tag)).digest
    guard there == digest else { throw PipelineError.digestChanged(built: digest, pushed: there) }
    return PushedImage(audited: audited, tag: definition.tag)
  }

  /// The outcome of the audit comes last: who finds it finds everything that was said before it.
  private func record(_ pushed: PushedImage) async throws -> RecordedImage {
    let built = pushed.audited.built
    let facts = pushed.audited.facts
    let notes = built.notes.merging(facts.notes) { _, audited in audited }
    try await createMissing(notes, in: definition.project, of: edges.metadata)
    let outcomes = facts.occurrences.filter { $0.kind == .discovery }
    let others = facts.occurrences.filter { $0.kind != .discovery }
    let occurrences = try built.occurrences(in: definition.project, tag: pushed.tag) + others + outcomes
    let stored = try await edges.metadata.createInBatches(occurrences, in: definition.project)
    return RecordedImage(image: pushed.image, occurrences: stored.map(\.name))
  }

  private func attest(_ recorded: RecordedImage) async throws -> AttestedImage {
    var attestations: [String] = []
    for attestor in definition.attestors {
      guard let signer = edges.signers[attestor.name] else { throw PipelineError.missingKey(attestor: attestor.name) }
      let note = Note(attestorNamed: attestor.name)
      try await createMissing([attestor.note.id: note], in: attestor.note.project, of: edges.metadata)
      let attestation = try await signer.attestation(of: recorded.image, under: attestor.note)
      attestations += try await edges.metadata.create([attestation], in: definition.project).map(\.name)
    }
    return AttestedImage(
      image: recorded.image, attestations: attestations, attestors: definition.attestors.map(\.name))
  }
}
