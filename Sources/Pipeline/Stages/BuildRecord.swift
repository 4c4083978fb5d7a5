import Foundation
import Images
import Metadata
import Schemas
import SwiftProtobuf

/// How an image came into being.
struct BuildRecord: Sendable {
  /// Names this run of the build.
  let id: String
  let output: BuildOutput
  let revision: SourceRevision?
  let started: Google_Protobuf_Timestamp
  let ended: Google_Protobuf_Timestamp
  /// Program and version that ran the build.
  let builderVersion: String
}

extension BuiltImage {
  /// Notes that BUILD and IMAGE occurrences of this image point to, by id.
  var notes: [String: Note] {
    var builder = Note()
    builder.kind = .build
    builder.shortDescription = "Built by a pipeline of \(build.builderVersion)"
    builder.build.builderVersion = build.builderVersion
    var itself = Note()
    itself.kind = .image
    itself.shortDescription = "Layers of \(image)"
    itself.image.resourceURL = image.resourceURI
    itself.image.fingerprint = fingerprint
    return [Self.buildNote: builder, imageNote: itself]
  }

  static let buildNote = "pipeline-build"
  private var imageNote: String { "image-\(image.digest.hex)" }

  /// How it was built, and what it is made of. Source: grafeas.v1.BuildOccurrence, ImageOccurrence.
  ///
  /// - Parameter tag: what people call it in its repository.
  func occurrences(in project: ProjectName, tag: String) throws(MetadataError) -> [Occurrence] {
    var built = Occurrence()
    built.resourceUri = image.resourceURI
    built.noteName = try NoteName(project: project, id: Self.buildNote).description
    built.kind = .build
    built.build.provenance = provenance(in: project, tag: tag)
    var layers = Occurrence()
    layers.resourceUri = image.resourceURI
    layers.noteName = try NoteName(project: project, id: imageNote).description
    layers.kind = .image
    layers.image.fingerprint = fingerprint
    return [built, layers]
  }

  private func provenance(in project: ProjectName, tag: String) -> Grafeas_V1_BuildProvenance {
    var artifact = Grafeas_V1_Artifact()
    artifact.checksum = image.digest.description
    artifact.id = image.description
    artifact.names = ["\(image.repository):\(tag)"]
    var provenance = Grafeas_V1_BuildProvenance()
    provenance.id = build.id
    provenance.projectID = project.id
    provenance.commands = build.output.commands
    provenance.builtArtifacts = [artifact]
    provenance.createTime = build.started
    provenance.startTime = build.started
    provenance.endTime = build.ended
    provenance.buildOptions = build.output.options
    provenance.builderVersion = build.builderVersion
    if let revision = build.revision {
      provenance.sourceProvenance.context.git.url = revision.url
      provenance.sourceProvenance.context.git.revisionID = revision.commit
      provenance.sourceProvenance.context.labels = ["modified": "\(revision.isModified)"]
    }
    return provenance
  }

  /// Source: grafeas.v1.Fingerprint; the id of the top layer is its chain id (OCI image-spec 1.1, config.md, "ChainID").
  private var fingerprint: Grafeas_V1_Fingerprint {
    let ids = configuration.diffIDs.map(\.description)
    let chain = ids.dropFirst().reduce(ids.first ?? image.digest.description) { below, id in
      Digest(sha256Of: Array("\(below) \(id)".utf8)).description
    }
    var fingerprint = Grafeas_V1_Fingerprint()
    fingerprint.v1Name = chain
    fingerprint.v2Blob = manifest.layers.isEmpty ? [image.digest.description] : manifest.layers.map(\.digest.description)
    return fingerprint
  }
}
