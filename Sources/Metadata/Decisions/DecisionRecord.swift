/// What the gate was asked, what it answered, and everything that the answer rests on.
///
/// Only texts and numbers, because it outlives the build that wrote it: whoever reads it may not know its codes.
package struct DecisionRecord: Equatable, Sendable {
  /// Who asked for what.
  package struct Request: Equatable, Sendable {
    package var uid = ""
    package var user = ""
    package var groups: [String] = []
    /// `CREATE` or `UPDATE`.
    package var operation = ""
    /// `pods`, `pods/ephemeralcontainers`.
    package var resource = ""
    /// `apps/v1 Deployment`.
    package var kind = ""
    package var namespace = ""
    package var name = ""
    /// `validate` or `mutate`.
    package var webhook = ""

    package init() {}
  }

  /// An object as it was judged, without `metadata.managedFields`.
  package enum Object: Equatable, Sendable {
    case absent
    /// JSON.
    case kept([UInt8])
    /// It was larger than is kept.
    case digest(String, bytes: Int)
  }

  /// Why something may not run.
  package struct Cause: Hashable, Sendable {
    package let code: String
    package let problem: String
    package let remedy: String

    package init(code: String, problem: String, remedy: String) {
      (self.code, self.problem, self.remedy) = (code, problem, remedy)
    }
  }

  /// An attestation that counted.
  package struct Counted: Hashable, Sendable {
    package let attestor: String
    package let key: String
    /// Empty when it came from no store.
    package let occurrence: String
    /// Seconds since 1970 UTC; nil where nobody knows when it was recorded.
    package let atSeconds: Int64?

    package init(attestor: String, key: String, occurrence: String, atSeconds: Int64?) {
      (self.attestor, self.key, self.occurrence, self.atSeconds) = (attestor, key, occurrence, atSeconds)
    }
  }

  /// An attestation that did not count.
  package struct Refused: Hashable, Sendable {
    package let occurrence: String
    package let code: String
    package let problem: String

    package init(occurrence: String, code: String, problem: String) {
      (self.occurrence, self.code, self.problem) = (occurrence, code, problem)
    }
  }

  /// What came of asking for one attestor's attestations of one image.
  package struct Asked: Hashable, Sendable {
    package let attestor: String
    package var counted: [Counted] = []
    package var refused: [Refused] = []
    /// Why there was no answer; nil when there was one.
    package var unavailable: String?

    package init(attestor: String) { self.attestor = attestor }
  }

  /// What one policy made of one image, or of the workload.
  package struct Judged: Equatable, Sendable {
    package var policy = ""
    package var rule = ""
    /// `allowed`, `denied`, or the mode in which it would be: `dry-run`, `warn`, `audit`.
    package var verdict = ""
    package var demanded: [String] = []
    package var counted: [Counted] = []
    /// What else speaks for it, in sentences.
    package var evidence: [String] = []
    package var causes: [Cause] = []

    package init() {}
  }

  /// One use of an image.
  package struct Image: Equatable, Sendable {
    package var written = ""
    package var field = ""
    /// `container`, `initContainer`, `ephemeralContainer`, `volume`.
    package var kind = ""
    package var name = ""
    /// The image that was judged; nil when none could be told.
    package var pinned: String?
    /// Why its manifest cannot be trusted; nil where it can, or nobody looked.
    package var unfit: Cause?
    package var judged: [Judged] = []
    package var asked: [Asked] = []

    package init() {}
  }

  /// What came of looking up a tag.
  package enum Lookup: Equatable, Sendable {
    case digest(String)
    case failed(Cause)
  }

  /// The way past a denial that was taken.
  package struct Glass: Equatable, Sendable {
    package var reason = ""
    /// Which annotation or label asked for it.
    package var marker = ""
    /// Until when controllers may make more of the same, in seconds since 1970 UTC.
    package var untilSeconds: Int64 = 0
    /// Id of the approved request; empty where none was needed.
    package var approval = ""
    /// Sequence of the use that this one follows from; nil when it stands for itself.
    package var follows: Int64?

    package init() {}
  }

  /// Seconds since 1970 UTC.
  package var atSeconds: Int64 = 0
  /// The replica that answered.
  package var gate = ""
  package var cluster = ""
  package var trustDomain = ""
  package var request = Request()
  package var object = Object.absent
  package var oldObject = Object.absent
  /// Nil where they were not known.
  package var namespaceLabels: [String: String]?
  package var requiresDigest = true
  /// What was answered instead of no where nothing but a missing thing spoke against it, by cause: `unsigned`, `warn`. Empty
  /// where all causes were denied.
  package var answers: [String: String] = [:]
  /// Digest of the rulebook; empty when there was none.
  package var policy = ""
  /// `allowed`, `denied`, `broken-glass`, `refused`.
  package var verdict = ""
  package var codes: [String] = []
  package var images: [Image] = []
  /// By image as it was written.
  package var lookups: [String: Lookup] = [:]
  /// What was judged of the workload itself.
  package var workload: [Judged] = []
  /// As it was told where no image and no policy is to blame.
  package var message = ""
  package var warnings: [String] = []
  package var microseconds: Int64 = 0
  package var glass: Glass?

  package init() {}

  /// Whether policies had a say, and not just the gate's own rules.
  package var isJudged: Bool { !images.isEmpty || !workload.isEmpty }

  /// Whether the policies let it in, with or without broken glass.
  package var isAllowedByPolicy: Bool { verdict == "allowed" }
}
