package import Images
package import Metadata
import Schemas

/// An image, and what was found out about it before it is judged.
package struct CheckSubject: Sendable {
  package let image: PinnedReference
  /// One for each platform; never none.
  package let variants: Known<[ImageVariant]>
  /// About this image and no other, oldest first.
  package let occurrences: Known<[Occurrence]>
  package let base: Known<ImageVariant>
  /// What a forge says; a commit that was not asked about is absent.
  package let commits: [SourceCommit: Known<CommitFacts>]

  /// What the notes of scans say that is looked for, by the name of the note; a note that was not there is absent.
  package let analyses: [String: NoteKind]

  /// What is left out was not looked at.
  ///
  /// - Parameter occurrences: those about other images, which nobody asked for, are dropped.
  package init(
    _ image: PinnedReference, variants: Known<[ImageVariant]> = .notRead, occurrences: Known<[Occurrence]> = .notRead,
    base: Known<ImageVariant> = .notRead, commits: [SourceCommit: Known<CommitFacts>] = [:],
    analyses: [String: NoteKind] = [:]
  ) {
    self.image = image
    self.variants = variants
    self.base = base
    self.commits = commits
    self.analyses = analyses
    let filter = OccurrenceFilter(image)
    self.occurrences = if case .found(let all) = occurrences { .found(all.filter(filter.matches)) } else { occurrences }
  }
}

/// An image of one platform: what it says of itself.
package struct ImageVariant: Sendable {
  package let reference: PinnedReference
  package let configuration: ImageConfiguration
  /// With /etc/passwd and /etc/group; without files where the user is a number and nobody looked.
  package let files: ImageFiles

  package init(_ reference: PinnedReference, configuration: ImageConfiguration, files: ImageFiles = ImageFiles()) {
    self.reference = reference
    self.configuration = configuration
    self.files = files
  }

  var platform: String { printable("\(configuration.os)/\(configuration.architecture)") }
}

/// What came of asking for something.
package enum Known<Value: Sendable>: Sendable {
  case found(Value)
  /// There is an answer, and nothing good can rest on it: no such image, a manifest with two meanings.
  case refused(Reason)
  case missing(Reason, CheckVerdict.Lack)

  /// Nobody asked.
  package static var notRead: Known {
    .missing(
      Reason(code: "not-read", problem: "It was not looked at.", remedy: "Run the check where its data can be read."), .record)
  }

  /// The same with what `change` makes of the value.
  package func map<Changed>(_ change: (Value) -> Changed) -> Known<Changed> {
    switch self {
    case .found(let value): .found(change(value))
    case .refused(let reason): .refused(reason)
    case .missing(let reason, let lack): .missing(reason, lack)
    }
  }

  /// The verdict on the value, and where there is none what follows from that.
  func judged(_ judge: (Value) -> CheckVerdict) -> CheckVerdict {
    switch self {
    case .found(let value): judge(value)
    case .refused(let reason): .failed(Denial(reason))
    case .missing(let reason, let lack): .undecided(reason, lack)
    }
  }
}
