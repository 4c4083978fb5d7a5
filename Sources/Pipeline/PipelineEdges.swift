package import Attestations
package import Images
package import Metadata
package import SwiftProtobuf

/// The outside of a pipeline run, as the door hands it in. No private key is among it: a `Signer` only signs.
package struct PipelineEdges: Sendable {
  /// Opens what a build left, and says under which name the image is in it.
  package var open: @Sendable (BuildOutput) async throws -> (source: any ImageSource, name: ManifestName)
  package var builder: any ImageBuilder
  package var auditor: any ImageAuditor
  /// The repository of the definition.
  package var registry: any ImageSource & ImageSink
  package var metadata: any MetadataStore
  /// By the attestor's name in the definition.
  package var signers: [String: any Signer]
  package var revision: @Sendable (String) async throws -> SourceRevision?
  package var now: @Sendable () -> Google_Protobuf_Timestamp
  /// An id that was never given out before.
  package var newID: @Sendable () -> String

  package init(
    builder: any ImageBuilder,
    open: @escaping @Sendable (BuildOutput) async throws -> (source: any ImageSource, name: ManifestName),
    auditor: any ImageAuditor, registry: any ImageSource & ImageSink, metadata: any MetadataStore,
    signers: [String: any Signer], now: @escaping @Sendable () -> Google_Protobuf_Timestamp,
    newID: @escaping @Sendable () -> String,
    revision: @escaping @Sendable (String) async throws -> SourceRevision? = SourceRevision.read(from:)
  ) {
    self.builder = builder
    self.open = open
    self.auditor = auditor
    self.registry = registry
    self.metadata = metadata
    self.signers = signers
    self.now = now
    self.newID = newID
    self.revision = revision
  }
}

/// Looks into an image. Audit does it; the door brings checks and advisories together.
package protocol ImageAuditor: Sendable {
  /// - Parameters:
  ///   - image: what the findings are said of; it need not be in its repository yet.
  ///   - source: where it can be read, under its digest.
  ///   - project: whose notes the occurrences point to.
  func audit(_ image: PinnedReference, in source: any ImageSource, for project: ProjectName) async throws -> AuditFacts
}

/// Where a run tells how far it is. Calls come in order, from one task at a time.
package protocol PipelineProgress: Sendable {
  func started(_ stage: Stage)
  /// A line that a program of the build printed.
  func printed(_ line: String)
  func finished(_ stage: Stage, _ summary: String)
}
