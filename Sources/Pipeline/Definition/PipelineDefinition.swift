package import Images
package import Metadata

/// What `pratique.yaml` says: which image is built here, how, and what it takes to be vouched for.
package struct PipelineDefinition: Hashable, Sendable {
  /// Where the image goes.
  package let repository: Repository
  /// What people call it there; who deploys it uses the digest.
  package let tag: String
  /// Where its occurrences are recorded.
  package let project: ProjectName
  package let builder: BuilderChoice
  /// Who vouches for it in the end, in the order of the file.
  package let attestors: [AttestorChoice]
  /// Paths of Kubernetes templates below the directory; `*` stands for any part of a file's name.
  package let templates: [String]
  package let gate: AuditGate
}

/// How the image is built.
package enum BuilderChoice: Hashable, Sendable {
  case dockerfile(Dockerfile)
  case custom(Custom)

  /// A build with buildah. Paths are relative to the directory of `pratique.yaml`.
  package struct Dockerfile: Hashable, Sendable {
    package var context = "."
    package var file = "Dockerfile"
    /// Values of `ARG`s. They are recorded with the build: no place for secrets.
    package var arguments: [String: String] = [:]
    /// The stage to stop at; nil for the last.
    package var target: String?

    package init() {}
  }

  /// A build with a command of one's own.
  package struct Custom: Hashable, Sendable {
    /// Program and arguments, no shell; never empty.
    package let command: [String]
    package let output: ImageForm

    package init(command: [String], output: ImageForm) {
      self.command = command
      self.output = output
    }
  }
}

/// In which form a build leaves its image.
package enum ImageForm: String, CaseIterable, Sendable {
  case ociLayout = "oci"
  case ociArchive = "oci-archive"
  case dockerArchive = "docker-archive"
}

/// One who is asked to vouch for the image. The key is the door's to bring.
package struct AttestorChoice: Hashable, Sendable {
  /// As `--key NAME=FILE` says it.
  package let name: String
  package let note: NoteName

  package init(name: String, note: NoteName) {
    self.name = name
    self.note = note
  }
}
