import Images
package import Metadata
import Schemas

// Each stage takes what the one before it made, so none can be skipped or reordered: only the stage before can make it.

/// The stages, in their order.
package enum Stage: String, CaseIterable, Sendable {
  case build, validate, audit, push, record, attest
}

/// What a stage makes.
protocol StageResult: Sendable {
  /// One line for people: what is there now.
  var summary: String { get }
}

/// An image that exists on this machine, and nothing more is known of it.
struct BuiltImage: StageResult {
  /// Where it will be, and already what it is.
  let image: PinnedReference
  let source: any ImageSource
  let manifest: ImageManifest
  let configuration: ImageConfiguration
  let build: BuildRecord

  var summary: String { "\(image.digest), \(manifest.layers.count) layers" }
}

/// An image that every Kubernetes template which runs it can run.
struct ValidatedImage: StageResult {
  let built: BuiltImage
  let review: TemplateReview

  var summary: String {
    guard review.files > 0 else { return "no templates" }
    return "\(review.files) templates, \(review.places) places that run it"
      + (review.unpinned.isEmpty ? "" : "; not pinned by digest: \(review.unpinned.joined(separator: ", "))")
  }
}

/// An image that was looked into, and of which the gate lets everything through that was found.
struct AuditedImage: StageResult {
  let built: BuiltImage
  let facts: AuditFacts

  var summary: String { facts.summary }
}

/// An image that is in the registry, under the digest that was audited.
struct PushedImage: StageResult {
  let audited: AuditedImage
  let tag: String

  var image: PinnedReference { audited.built.image }
  var summary: String { "\(image.repository):\(tag)" }
}

/// An image of which the metadata store keeps how it was built, what is in it and what was found.
struct RecordedImage: StageResult {
  let image: PinnedReference
  /// Names of the occurrences, in the order they were recorded.
  let occurrences: [String]

  var summary: String { "\(occurrences.count) occurrences" }
}

/// An image that is vouched for by everyone who was to.
struct AttestedImage: StageResult {
  let image: PinnedReference
  /// Names of the attestations, in the order of the attestors.
  let attestations: [String]
  let attestors: [String]

  var summary: String { attestors.isEmpty ? "nobody was asked" : "by \(attestors.joined(separator: ", "))" }
}

/// What an audit says of an image: in occurrences, and the notes they need.
package struct AuditFacts: Sendable {
  /// By id.
  package let notes: [String: Note]
  package let occurrences: [Occurrence]

  package init(notes: [String: Note], occurrences: [Occurrence]) {
    self.notes = notes
    self.occurrences = occurrences
  }

  /// How many of which kind there are.
  package var summary: String {
    var count: [NoteKind: Int] = [:]
    for occurrence in occurrences { count[occurrence.kind, default: 0] += 1 }
    func say(_ kind: NoteKind, _ one: String, _ many: String) -> String? {
      count[kind].map { "\($0) \($0 == 1 ? one : many)" }
    }
    return [
      say(.package, "package", "packages"), say(.vulnerability, "vulnerability", "vulnerabilities") ?? "no vulnerability",
      say(.compliance, "failed check", "failed checks") ?? "no failed check",
    ].compactMap(\.self).joined(separator: ", ")
  }
}
