package import Images
package import Metadata
import Synchronization

/// The metadata store behind the gate: how it is read, how its changes are followed, where its answers are kept.
package struct RecordedEvidence: Sendable {
  package let metadata: any MetadataReader
  /// Nil where nobody tells what changes; evidence then only ages.
  package let changes: (any ChangeReader)?
  /// Nil where nothing outlives a restart.
  package let file: (any AnswerFile)?
  /// Where vulnerabilities, builds and scans of images are recorded; without any, policies that ask for them find nothing.
  package let projects: [ProjectName]
  /// Opens a repository of a registry that may be asked; nil where none may. What it opens throws `ImageError.notFound` for
  /// what is not there.
  package let images: (@Sendable (Repository) async throws -> any ImageSource)?

  package init(
    metadata: any MetadataReader, changes: (any ChangeReader)? = nil, file: (any AnswerFile)? = nil,
    projects: [ProjectName] = [], images: (@Sendable (Repository) async throws -> any ImageSource)? = nil
  ) {
    (self.metadata, self.changes, self.file) = (metadata, changes, file)
    (self.projects, self.images) = (projects, images)
  }
}

/// The file of answers, and whether it may be read: not while it may hold what a change has made void.
final class EvidenceShelf: Sendable {
  let file: any AnswerFile
  private let current: Mutex<Bool>

  init(_ file: any AnswerFile, isCurrent: Bool) {
    self.file = file
    current = Mutex(isCurrent)
  }

  var isCurrent: Bool {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}

/// How often the gate had to find something out, and how.
package struct EvidenceCounts: Sendable {
  /// Questions to the store about one image and note, or about all that is recorded of one; each counted once, however many
  /// waited for the answer.
  package var fetches = 0
  /// Attestations whose signatures were checked.
  package var verifications = 0
  /// Such questions that the file answered.
  package var fromFile = 0
  /// Answers that were believed past their age because the store could not be asked.
  package var believedPastAge = 0
  /// Questions that the store did not answer.
  package var failures = 0
  /// Answers written into the file.
  package var persisted = 0
  /// Answers that could not be.
  package var fileFaults = 0
}

/// Counts what is found out, from any thread.
final class EvidenceTally: Sendable {
  private let counts = Mutex(EvidenceCounts())

  var now: EvidenceCounts { counts.withLock { $0 } }

  func add(_ change: (inout EvidenceCounts) -> Void) { counts.withLock { change(&$0) } }
}
